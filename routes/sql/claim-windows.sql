-- What is read next: for every site that is enabled, not leased and rested, its most urgent owed window, newest first; and a lease on
-- the site, under which the answer is stored and the book is written. The one place that decides this, for any number of runners.
-- A runner that has a window in hand, its answer read and not yet stored, may have one more of that site under the same lease, where the
-- logger needs no pause between two requests.
WITH setting AS (
    SELECT (:#${properties:archive.period})::interval AS period,
           (:#${properties:archive.pause})::interval AS pause,
           (:#${properties:archive.overlap})::interval AS overlap,
           (:#${properties:archive.settle})::interval AS settle,
           (:#${properties:archive.lease})::interval AS lease,
           ((:#${properties:archive.connect-timeout})::bigint + (:#${properties:archive.timeout})::bigint) * interval '1 ms' AS longest_request,
           (:#${properties:archive.since})::timestamptz AS since,
           (:#${properties:archive.until})::timestamptz AS until,
           (:#${properties:archive.parallel})::integer AS parallel,
           (:#${ref:runnerId})::text::uuid AS runner,
           substring((:#${variable.inHand})::text FROM '^([^ ]+) ')::uuid AS held_lease,
           substring((:#${variable.inHand})::text FROM ' (.+)$')::timestamptz AS held_window
),
-- how many more sites this runner may have in hand
free AS (
    SELECT greatest(0, setting.parallel - count(p.site)) AS sites
      FROM setting LEFT JOIN pv_site AS p ON p.leased_by = setting.runner AND p.leased_until > now()
     GROUP BY setting.parallel
),
-- Those that may owe something: where nothing was owed when a site was looked at last, it is left out until something is due (due_at).
rested AS MATERIALIZED (
    SELECT s.site, s.since, s.period, s.next_request_at, s.ctid AS version
      FROM setting
     CROSS JOIN pv_site AS s
     WHERE s.enabled
       AND s.archive
       AND CASE
           WHEN setting.held_lease IS NULL
           THEN (s.due_at <= now() OR s.due_at > now() + interval '1 minute') -- nobody writes that: the clock went back
                AND s.next_request_at <= now() AND (s.leased_until IS NULL OR s.leased_until <= now())
           ELSE s.lease = setting.held_lease AND coalesce(s.pause, setting.pause) = interval '0'
           END
     -- a bite of those that wait for longest: whoever was looked at goes to the end of the line
     ORDER BY greatest(s.due_at, s.next_request_at), s.site
     LIMIT (SELECT CASE WHEN setting.held_lease IS NOT NULL THEN 1 WHEN free.sites > 0 THEN 256 ELSE 0 END FROM setting, free)
       FOR UPDATE OF s SKIP LOCKED
),
looked AS MATERIALIZED (
    SELECT s.site, s.version, s.next_request_at, d.*, coalesce(d.at <= now(), false) AS is_owed, history.newest
      FROM setting
     CROSS JOIN rested AS s
     -- from where to where its history goes
     CROSS JOIN LATERAL (
           SELECT coalesce(s.since, setting.since) AS since,
                  pv_window_start(least(now(), setting.until - interval '1 second')) AS newest) AS history
     -- without a fixed beginning: one window further back than the book knows, until the six oldest hold nothing
     CROSS JOIN LATERAL (
           SELECT CASE
                  WHEN history.since > '-infinity' THEN pv_window_start(greatest(history.since, '2000-01-01 00:00:00+00'))
                  WHEN count(*) = 0 THEN history.newest
                  WHEN count(*) = 6 AND bool_and(state IN ('empty', 'dead')) THEN min(starts_at)
                  ELSE greatest(min(starts_at) - interval '384 hours', '2000-01-01 00:00:00+00')
                  END AS oldest
             FROM (SELECT w.starts_at, w.state FROM pv_window AS w WHERE w.site = s.site ORDER BY w.starts_at LIMIT 6) AS oldest_known) AS beginning
     -- the newest window that is owed, or else the one that will be first
      LEFT JOIN LATERAL (
           SELECT g.starts_at,
                  whole.ends_at,
                  closing.closing,
                  w.loaded_from IS NULL AS first_read,
                  coalesce(w.attempts, 0) AS attempts,
                  date_trunc('second', CASE
                      WHEN closing.closing OR w.loaded_from IS NULL OR w.loaded_from > whole.from_at OR w.loaded_through IS NULL THEN whole.from_at
                      ELSE greatest(whole.from_at, w.loaded_through - setting.overlap)
                  END) AS from_at,
                  whole.from_at AS whole_from,
                  due.at
             FROM generate_series(beginning.oldest, history.newest, interval '384 hours') AS g(starts_at)
             LEFT JOIN pv_window AS w ON w.site = s.site AND w.starts_at = g.starts_at
            CROSS JOIN LATERAL (
                  SELECT date_trunc('second', greatest(g.starts_at, history.since)) AS from_at,
                         date_trunc('second', least(g.starts_at + interval '384 hours', setting.until)) AS ends_at) AS whole
            CROSS JOIN LATERAL (SELECT whole.ends_at <= now() - setting.settle AS closing) AS closing
            -- since when it is owed, or from when on; infinity: it is closed
            CROSS JOIN LATERAL (
                  SELECT coalesce(
                         CASE
                         WHEN w.state IS NULL THEN '-infinity'                                                -- never read
                         WHEN w.state = 'dead' THEN coalesce(w.retry_at, '-infinity')
                         WHEN w.loaded_from IS NULL THEN '-infinity'                                          -- made owed again
                         WHEN w.loaded_from > whole.from_at OR w.ends_at < whole.ends_at THEN '-infinity'     -- since or until uncovered more of it
                         WHEN w.state = 'loaded' THEN 'infinity'
                         WHEN w.state = 'empty' THEN w.retry_at
                         WHEN closing.closing THEN coalesce(w.retry_at, '-infinity')                          -- the closing read
                         WHEN whole.ends_at > now() THEN least(w.read_at + coalesce(s.period, setting.period), whole.ends_at)
                         WHEN w.read_at < whole.ends_at THEN '-infinity'                                      -- its last stretch, once
                         ELSE whole.ends_at + setting.settle
                         END, 'infinity'::timestamptz) AS at) AS due
            WHERE whole.from_at < whole.ends_at
              AND g.starts_at IS DISTINCT FROM setting.held_window
            ORDER BY due.at <= now() DESC, CASE WHEN due.at <= now() THEN g.starts_at END DESC, due.at
            LIMIT 1) AS d ON true
),
owed AS (
    SELECT looked.*
      FROM looked
     WHERE looked.is_owed
     ORDER BY looked.next_request_at, looked.site
     LIMIT (SELECT CASE WHEN setting.held_lease IS NULL THEN free.sites ELSE 1 END FROM setting, free)
),
-- Nothing is owed: it is looked at again when something will be, within a minute in any case. Should the server crash and forget this, it
-- is looked at at once.
put_off AS (
    UPDATE pv_site AS p
       SET due_at = least(now() + interval '1 minute', looked.at,
                          CASE WHEN looked.newest + interval '384 hours' > now() THEN looked.newest + interval '384 hours' END)
      FROM setting, looked
     WHERE p.site = looked.site
       AND p.ctid = looked.version -- else somebody has had it looked at again since the book was seen
       AND NOT looked.is_owed
       AND setting.held_lease IS NULL
       AND CASE WHEN NOT EXISTS (SELECT FROM owed) THEN set_config('synchronous_commit', 'off', true) = 'off' ELSE true END
)
UPDATE pv_site AS p
   SET lease = coalesce(setting.held_lease, gen_random_uuid()),
       leased_by = setting.runner,
       leased_until = now() + setting.lease,
       -- for the case that nobody reports the end of this request: the pause holds all the same
       next_request_at = now() + setting.longest_request + coalesce(p.pause, setting.pause),
       -- whatever becomes of it, the site is looked at again
       due_at = '-infinity'
  FROM setting, owed
 WHERE p.site = owed.site
   -- a lease that is held is on the disk already, and lasts longer than what a crash of the server forgets
   AND CASE WHEN setting.held_lease IS NOT NULL THEN set_config('synchronous_commit', 'off', true) = 'off' ELSE true END
RETURNING p.site,
          p.url,
          p.lease,
          p.lease || ' ' || owed.starts_at AS in_hand,
          coalesce(p.pause, setting.pause) = interval '0' AS without_pause,
          owed.starts_at,
          owed.ends_at,
          owed.closing,
          owed.first_read,
          owed.attempts,
          owed.whole_from,
          owed.from_at,
          owed.ends_at AS to_at,
          coalesce(p.since, setting.since) AS since,
          EXISTS (SELECT FROM pv_rejected AS r WHERE r.site = p.site AND r.starts_at = owed.starts_at) AS refused_before,
          p.untotalled::text AS untotalled,
          coalesce(p.realtime, (:#${properties:realtime.period})::interval) > interval '0' AS in_realtime,
          now() AS claimed_at,
          -- as the request says it: both ends included, in whole seconds, in UTC
          to_char(owed.from_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS start_date,
          to_char(owed.ends_at AT TIME ZONE 'UTC' - interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS end_date,
          (SELECT string_agg(channel, '&Channel=' ORDER BY number)
             FROM (SELECT channel, position AS number FROM pv_channel
                   UNION ALL
                   SELECT trim(event.channel), 10000 + event.number
                     FROM unnest(string_to_array((:#${properties:archive.events})::text, ',')) WITH ORDINALITY AS event(channel, number)
                    WHERE trim(event.channel) <> '') AS asked) AS channels
