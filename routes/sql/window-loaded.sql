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
           (:#${variable.rows.channels})::integer AS channels,
           (:#${properties:archive.retry-max})::interval AS retry_max,
           (:#${variable.samplesInserted})::bigint + (:#${variable.eventsInserted})::bigint AS inserted,
           (:#${variable.samplesUpdated})::bigint + (:#${variable.eventsUpdated})::bigint AS updated,
           (:#${variable.samplesUnchanged})::bigint + (:#${variable.eventsUnchanged})::bigint AS unchanged,
           coalesce((:#${variable.goesOn})::boolean, false) AS goes_on
),
-- An answer with fewer channels than the windows around have proves nothing: a node may have been away when it was asked for.
around AS (
    SELECT max(w.channels) AS channels
      FROM answer
      JOIN pv_window AS w
        ON w.site = answer.site
       AND w.starts_at BETWEEN answer.starts_at - 4 * interval '384 hours' AND answer.starts_at + 4 * interval '384 hours'
       AND w.starts_at <> answer.starts_at
),
stored AS (
    SELECT answer.*, s.down_since, s.pause, coalesce(s.lease = answer.lease, false) AS leased,
           answer.closing AND answer.samples > 0 AND answer.channels < coalesce(around.channels, 0) AS thin
      FROM answer
     CROSS JOIN around
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
           error = NULL,
           untotalled = NULL
      FROM stored
     WHERE s.site = stored.site
       AND CASE WHEN stored.leased THEN set_config('synchronous_commit', 'off', true) = 'off' END
    RETURNING s.site
),
looked_at_again AS (
    UPDATE pv_site AS s
       SET due_at = '-infinity'
      FROM stored
     WHERE s.site = stored.site
       AND NOT stored.leased
),
-- its logger has an archive: known once, and written once
known AS (
    INSERT INTO pv_logger AS l (site, archive, archive_at)
    SELECT stored.site, true, now()
      FROM stored
     WHERE NOT EXISTS (SELECT FROM pv_logger AS k WHERE k.site = stored.site AND k.archive)
    ON CONFLICT (site) DO UPDATE
       SET archive = EXCLUDED.archive,
           archive_at = EXCLUDED.archive_at
),
booked AS (
    INSERT INTO pv_window AS w (site, starts_at, ends_at, state, loaded_from, loaded_through, empty_reads, thin_reads, retry_at,
                                channels, inserted, updated, unchanged, rejected, read_at)
    SELECT site, starts_at, ends_at,
           CASE WHEN NOT leased OR NOT closing OR thin THEN 'open' WHEN samples > 0 THEN 'loaded' ELSE 'empty' END,
           CASE WHEN leased THEN from_at END,
           CASE WHEN leased THEN newest END,
           CASE WHEN leased AND closing AND samples = 0 THEN 1 ELSE 0 END,
           CASE WHEN leased AND thin THEN 1 ELSE 0 END,
           CASE WHEN leased AND closing AND (samples = 0 OR thin) THEN now() + retry_max END,
           channels, inserted, updated, unchanged, rejected,
           -- an answer that was asked for before the window had ended, and is booked after, does not hold its last stretch
           CASE WHEN leased AND claimed_at < ends_at THEN least(now(), ends_at - interval '1 microsecond') ELSE now() END
      FROM stored
    ON CONFLICT (site, starts_at) DO UPDATE
       SET ends_at = EXCLUDED.ends_at,
           state = CASE
                   WHEN EXCLUDED.loaded_from IS NULL OR w.read_at > (SELECT claimed_at FROM stored) THEN 'open'
                   -- thin again, and no other than before, or for the third time: then that is all there is
                   WHEN EXCLUDED.thin_reads > 0 AND (w.thin_reads >= 2 OR w.thin_reads = 1 AND w.channels = EXCLUDED.channels) THEN 'loaded'
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
           thin_reads = CASE WHEN EXCLUDED.thin_reads > 0 THEN w.thin_reads + 1 ELSE 0 END,
           retry_at = CASE
                   WHEN EXCLUDED.empty_reads > 0 AND w.empty_reads >= 2 OR EXCLUDED.thin_reads > 0 AND w.thin_reads >= 2 THEN NULL
                   WHEN EXCLUDED.thin_reads > 0 AND w.thin_reads = 1 AND w.channels = EXCLUDED.channels THEN NULL
                   WHEN EXCLUDED.empty_reads > 0 AND w.empty_reads = 1 OR EXCLUDED.thin_reads > 0 AND w.thin_reads = 1
                   THEN now() + 7 * (SELECT retry_max FROM stored)
                   ELSE EXCLUDED.retry_at
                   END,
           channels = CASE
                   WHEN EXCLUDED.loaded_from IS NULL THEN w.channels
                   WHEN (SELECT closing FROM stored) THEN EXCLUDED.channels
                   ELSE greatest(w.channels, EXCLUDED.channels)
                   END,
           attempts = 0,
           failed_at = NULL,
           last_failed_at = NULL,
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
       pv_duration(now() - stored.down_since) AS was_down,
       -- the other windows of that time
       (SELECT count(*)
          FROM generate_series(pv_window_start(stored.down_since),
                               least(now(), (:#${properties:archive.until})::timestamptz - interval '1 second'), interval '384 hours') AS g(starts_at)
         WHERE g.starts_at <> stored.starts_at) AS still_missing
  FROM booked, stored
