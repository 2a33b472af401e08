-- What the database knows of each site, but for its windows. Its samples are those of the archive and those of the present. Its rows are
-- those of the day totals, for to count the samples themselves takes seconds with ten years of them; they are counted where no day is
-- totalled yet, and are about so many while a stretch is being stored. Where the beginning of its history is still looked for
-- (since = auto), more windows may turn out to be owed.
SELECT s.site,
       s.url,
       s.zone,
       s.enabled,
       s.down_since,
       s.error,
       reads.archive,
       reads.realtime > interval '0' AS realtime,
       l.archive AS has_archive,
       reads.archive AND coalesce(s.since, :since::timestamptz) = '-infinity' AND NOT coalesce(beginning.found, false)
           AS looks_for_the_beginning,
       greatest(archived.newest, read.newest) AS newest,
       least(archived.oldest, read.oldest) AS oldest,
       CASE
       WHEN s.untotalled = '(-infinity,infinity)' THEN (SELECT count(*) FROM pv_archive AS a WHERE a.site = s.site)
       ELSE coalesce((SELECT sum(t.samples) FROM pv_day_total AS t WHERE t.site = s.site), 0)
       END AS rows,
       coalesce(s.untotalled <> '(-infinity,infinity)', false) AS about,
       failed.starts_at AS failed_window,
       failed.error AS window_error,
       failed.retry_at,
       unanswered.request AS failed_request,
       unanswered.error AS request_error,
       unanswered.next_at AS request_retry_at,
       now() AS now
  FROM pv_site AS s
  LEFT JOIN pv_logger AS l ON l.site = s.site
 CROSS JOIN LATERAL (
       SELECT s.archive AND coalesce(l.archive, true) AS archive,
              coalesce(s.realtime, :realtime::interval) AS realtime) AS reads
 CROSS JOIN LATERAL (
       SELECT count(*) = 6 AND bool_and(state IN ('empty', 'dead')) AS found
         FROM (SELECT w.state FROM pv_window AS w WHERE w.site = s.site ORDER BY w.starts_at LIMIT 6) AS oldest) AS beginning
 -- one look into the index for each device, however many samples there are
 CROSS JOIN LATERAL (
       WITH RECURSIVE node AS (
           SELECT (SELECT min(a.device) FROM pv_archive AS a WHERE a.site = s.site) AS device
           UNION ALL
           SELECT (SELECT min(a.device) FROM pv_archive AS a WHERE a.site = s.site AND a.device > node.device)
             FROM node
            WHERE node.device IS NOT NULL
       )
       SELECT max((SELECT max(a.ts) FROM pv_archive AS a WHERE a.site = s.site AND a.device = node.device)) AS newest,
              min((SELECT min(a.ts) FROM pv_archive AS a WHERE a.site = s.site AND a.device = node.device)) AS oldest
         FROM node
        WHERE node.device IS NOT NULL) AS archived
 CROSS JOIN LATERAL (
       SELECT max(r.newest_at) AS newest, min(r.first_at) AS oldest FROM pv_read_devices(s.site) AS r) AS read
  LEFT JOIN LATERAL (
       SELECT w.starts_at, w.error, w.retry_at
         FROM pv_window AS w
        WHERE reads.archive AND w.site = s.site AND w.state = 'dead'
        ORDER BY w.last_failed_at DESC, w.starts_at DESC
        LIMIT 1) AS failed ON true
  -- of one request that is lost nobody need know; a single inverter that does not answer may be one that is gone
  LEFT JOIN LATERAL (
       SELECT r.request, r.error, r.next_at
         FROM pv_reading AS r
        WHERE reads.realtime > interval '0' AND r.site = s.site AND r.device_id = '' AND r.failures >= 3
        ORDER BY r.asked_at DESC
        LIMIT 1) AS unanswered ON true
 WHERE s.site = coalesce(:site::text, s.site)
 ORDER BY s.site
