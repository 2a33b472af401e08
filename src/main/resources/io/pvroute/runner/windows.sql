-- Every window of the history of the sites from a moment on, newest first, and what it is, once: dead; owed, that is to be read now,
-- because it was never read, was made owed again, was uncovered by since or until, or is due for its closing read; else what its state
-- says. A dead one that waits for a later time is resting. Of a site whose archive is not read, because its logger has none or the
-- settings say so, nothing is owed and nothing is tried again: what was read once is as its state says. Where the beginning of a history
-- is not known (since = auto) it is what the book knows. claim-windows.sql decides by the same rules which of them is read next.
WITH site AS (
    SELECT s.site,
           s.archive AND coalesce(l.archive, true) AS is_read,
           coalesce(s.since, :since::timestamptz) AS since,
           pv_window_start(least(now(), :until::timestamptz - interval '1 second')) AS newest,
           (SELECT min(w.starts_at) FROM pv_window AS w WHERE w.site = s.site) AS oldest_known
      FROM pv_site AS s
      LEFT JOIN pv_logger AS l ON l.site = s.site
     WHERE s.site = coalesce(:site::text, s.site)
)
SELECT site.site,
       g.starts_at,
       CASE
       WHEN NOT site.is_read THEN w.state
       WHEN w.state = 'dead' THEN 'dead'
       WHEN w.loaded_from IS NULL OR w.loaded_from > whole.from_at OR w.ends_at < whole.ends_at THEN 'owed'
       WHEN w.state = 'open' AND whole.ends_at <= now() - :settle::interval AND coalesce(w.retry_at, now()) <= now() THEN 'owed'
       ELSE w.state
       END AS class,
       coalesce(w.state = 'dead' AND w.retry_at > now(), false) AS resting,
       w.error
  FROM site
 CROSS JOIN LATERAL generate_series(
       greatest(pv_window_start(:from::timestamptz),
                CASE WHEN site.since > '-infinity' THEN pv_window_start(greatest(site.since, '2000-01-01 00:00:00+00'))
                     ELSE coalesce(site.oldest_known, site.newest) END),
       site.newest, interval '384 hours') AS g(starts_at)
  LEFT JOIN pv_window AS w ON w.site = site.site AND w.starts_at = g.starts_at
 CROSS JOIN LATERAL (
       SELECT date_trunc('second', greatest(g.starts_at, site.since)) AS from_at,
              date_trunc('second', least(g.starts_at + interval '384 hours', :until::timestamptz)) AS ends_at) AS whole
 WHERE whole.from_at < whole.ends_at
   AND (site.is_read OR w.state IN ('loaded', 'empty') OR w.state = 'open' AND w.loaded_from IS NOT NULL)
 ORDER BY g.starts_at DESC, site.site
