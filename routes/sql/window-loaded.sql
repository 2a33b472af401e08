-- Books what was read, after its rows are committed, and gives the lease back, unless the next window is being read under it already. No
-- row comes back where the counts of what was stored do not add up to the rows that the answer held: a window is never booked on nothing.
-- Where the lease was lost meanwhile, an old answer may have been stored over a newer one: the window is owed again, also where the other
-- reader books it after us (read_at > claimed_at). With the lease, the disk is not waited for: should the server crash and forget this,
-- the window is read once more when the lease runs out.
WITH answer AS (
    SELECT (:#${variable.window[site]})::text AS site,
           (:#${variable.window[lease]})::uuid AS lease,
           (:#${variable.window[starts_at]})::timestamptz AS starts_at,
           (:#${variable.window[ends_at]})::timestamptz AS ends_at,
           (:#${variable.window[whole_from]})::timestamptz AS whole_from,
           (:#${variable.window[from_at]})::timestamptz AS from_at,
           (:#${variable.window[closing]})::boolean AS closing,
           (:#${variable.window[claimed_at]})::timestamptz AS claimed_at,
           (:#${variable.newest})::timestamptz AS newest,
           (:#${variable.rows.sampleRows})::bigint AS samples,
           (:#${variable.rows.eventRows})::bigint AS events,
           (:#${variable.rows.rejected})::bigint AS rejected,
           (:#${variable.samplesInserted})::bigint + (:#${variable.eventsInserted})::bigint AS inserted,
           (:#${variable.samplesUpdated})::bigint + (:#${variable.eventsUpdated})::bigint AS updated,
           (:#${variable.samplesUnchanged})::bigint + (:#${variable.eventsUnchanged})::bigint AS unchanged,
           coalesce((:#${variable.goesOn})::boolean, false) AS goes_on
),
stored AS (
    SELECT answer.*, s.down_since, s.pause, coalesce(s.lease = answer.lease, false) AS leased
      FROM answer
      JOIN pv_site AS s ON s.site = answer.site
     WHERE answer.inserted + answer.updated + answer.unchanged = answer.samples + answer.events
       FOR UPDATE OF s
),
released AS (
    UPDATE pv_site AS s
       SET lease = CASE WHEN stored.goes_on THEN s.lease END,
           leased_by = CASE WHEN stored.goes_on THEN s.leased_by END,
           leased_until = CASE WHEN stored.goes_on THEN s.leased_until END,
           next_request_at = CASE WHEN stored.goes_on THEN s.next_request_at
                                  ELSE now() + coalesce(s.pause, (:#${properties:archive.pause})::interval) END,
           down_since = NULL,
           error = NULL
      FROM stored
     WHERE s.site = stored.site
       AND CASE WHEN stored.leased THEN set_config('synchronous_commit', 'off', true) = 'off' END
    RETURNING s.site
),
booked AS (
    INSERT INTO pv_window AS w (site, starts_at, ends_at, state, loaded_from, loaded_through, empty_reads, retry_at,
                                inserted, updated, unchanged, rejected, read_at)
    SELECT site, starts_at, ends_at,
           CASE WHEN NOT leased OR NOT closing THEN 'open' WHEN samples > 0 THEN 'loaded' ELSE 'empty' END,
           CASE WHEN leased THEN from_at END,
           CASE WHEN leased THEN newest END,
           CASE WHEN leased AND closing AND samples = 0 THEN 1 ELSE 0 END,
           CASE WHEN leased AND closing AND samples = 0 THEN now() + interval '24 hours' END,
           inserted, updated, unchanged, rejected,
           -- an answer that was asked for before the window had ended, and is booked after, does not hold its last stretch
           CASE WHEN leased AND claimed_at < ends_at THEN least(now(), ends_at - interval '1 microsecond') ELSE now() END
      FROM stored
    ON CONFLICT (site, starts_at) DO UPDATE
       SET ends_at = EXCLUDED.ends_at,
           state = CASE
                   WHEN EXCLUDED.loaded_from IS NULL OR w.read_at > (SELECT claimed_at FROM stored) THEN 'open'
                   WHEN EXCLUDED.state <> 'empty' THEN EXCLUDED.state
                   WHEN w.loaded_through IS NULL THEN 'empty'
                   WHEN w.empty_reads >= 2 THEN 'loaded'               -- it held samples once; the logger has forgotten them
                   ELSE 'open'
                   END,
           loaded_from = CASE
                   WHEN EXCLUDED.loaded_from IS NULL OR w.read_at > (SELECT claimed_at FROM stored) THEN NULL
                   WHEN (SELECT from_at = whole_from FROM stored) THEN EXCLUDED.loaded_from
                   ELSE w.loaded_from
                   END,
           loaded_through = CASE
                   WHEN EXCLUDED.loaded_from IS NULL OR w.read_at > (SELECT claimed_at FROM stored) THEN NULL
                   ELSE greatest(w.loaded_through, EXCLUDED.loaded_through)
                   END,
           empty_reads = CASE WHEN EXCLUDED.empty_reads > 0 THEN w.empty_reads + 1 ELSE 0 END,
           retry_at = CASE
                   WHEN EXCLUDED.empty_reads = 0 OR w.empty_reads >= 2 THEN NULL
                   WHEN w.empty_reads = 1 THEN now() + interval '168 hours'
                   ELSE EXCLUDED.retry_at
                   END,
           attempts = 0,
           failed_at = NULL,
           error = NULL,
           inserted = EXCLUDED.inserted,
           updated = EXCLUDED.updated,
           unchanged = EXCLUDED.unchanged,
           rejected = EXCLUDED.rejected,
           read_at = EXCLUDED.read_at
    RETURNING w.state
)
SELECT booked.state,
       stored.leased,
       stored.inserted,
       stored.updated,
       stored.unchanged,
       stored.rejected,
       extract(epoch FROM now() - stored.down_since)::bigint AS was_down_seconds
  FROM booked, stored
