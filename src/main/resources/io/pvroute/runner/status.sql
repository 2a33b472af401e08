-- What the database knows of each site. Every window counts once, under the first of these that it is: dead; owed, that is never read or to
-- be read again, whenever that may be; else what its state says. Where the beginning of a site's history is not known (since = auto), windows
-- further back may turn out to be owed: has_no_beginning_yet.
WITH setting AS (
    SELECT :since::timestamptz AS since,
           :until::timestamptz AS until,
           :settle::interval AS settle,
           :site::text AS site
),
history AS (
    SELECT s.site,
           coalesce(s.since, setting.since) AS since,
           pv_window_start(least(now(), setting.until - interval '1 second')) AS newest,
           setting.until,
           setting.settle,
           known.*
      FROM setting
      JOIN pv_site AS s ON s.site = coalesce(setting.site, s.site)
     CROSS JOIN LATERAL (
           SELECT min(starts_at) AS oldest_known,
                  count(*) = 6 AND bool_and(state IN ('empty', 'dead')) AS ends_there
             FROM (SELECT w.starts_at, w.state FROM pv_window AS w WHERE w.site = s.site ORDER BY w.starts_at LIMIT 6) AS oldest) AS known
),
book AS (
    SELECT h.site,
           count(*) FILTER (WHERE class = 'loaded') AS loaded,
           count(*) FILTER (WHERE class = 'open') AS open,
           count(*) FILTER (WHERE class = 'empty') AS empty,
           count(*) FILTER (WHERE class = 'dead') AS dead,
           count(*) FILTER (WHERE class = 'owed') AS owed
      FROM history AS h
     CROSS JOIN LATERAL generate_series(CASE
                    WHEN h.since > '-infinity' THEN pv_window_start(greatest(h.since, '2000-01-01 00:00:00+00'))
                    ELSE coalesce(h.oldest_known, h.newest)
                END, h.newest, interval '384 hours') AS g(starts_at)
      LEFT JOIN pv_window AS w ON w.site = h.site AND w.starts_at = g.starts_at
     CROSS JOIN LATERAL (
           SELECT date_trunc('second', greatest(g.starts_at, h.since)) AS from_at,
                  date_trunc('second', least(g.starts_at + interval '384 hours', h.until)) AS ends_at) AS whole
     CROSS JOIN LATERAL (
           SELECT CASE
                  WHEN w.state = 'dead' THEN 'dead'
                  WHEN w.loaded_from IS NULL OR w.loaded_from > whole.from_at OR w.ends_at < whole.ends_at THEN 'owed'
                  WHEN w.state = 'open' AND whole.ends_at <= now() - h.settle THEN 'owed'
                  ELSE w.state
                  END AS class) AS of
     WHERE whole.from_at < whole.ends_at
     GROUP BY h.site
)
SELECT s.site,
       s.url,
       s.zone,
       s.enabled,
       s.down_since,
       s.error,
       coalesce(book.loaded, 0) AS loaded,
       coalesce(book.open, 0) AS open,
       coalesce(book.empty, 0) AS empty,
       coalesce(book.dead, 0) AS dead,
       coalesce(book.owed, 0) AS owed,
       h.since = '-infinity' AND NOT coalesce(h.ends_there, false) AS has_no_beginning_yet,
       sample.newest,
       sample.oldest,
       now() - sample.newest AS age,
       failed.starts_at AS failed_window,
       failed.error AS window_error,
       failed.retry_at,
       now() AS now
  FROM pv_site AS s
  JOIN history AS h ON h.site = s.site
  LEFT JOIN book ON book.site = s.site
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
        WHERE node.device IS NOT NULL) AS sample
 LEFT JOIN LATERAL (
       SELECT w.starts_at, w.error, w.retry_at
         FROM pv_window AS w
        WHERE w.site = s.site AND w.state = 'dead'
        ORDER BY w.failed_at DESC, w.starts_at DESC
        LIMIT 1) AS failed ON true
 ORDER BY s.site
