-- Every window of the history of the sites from a moment on, newest first, and what it is, once: dead; owed, that is to be read now,
-- because it was never read, was made owed again, was uncovered by since or until, or is due for its closing read; else what its state
-- says. A dead one that waits for a later time is resting. Where the beginning of a history is not known (since = auto) it is what the book
-- knows. claim-windows.sql decides by the same rules which of them is read next.
WITH site AS (
    SELECT s.site,
           coalesce(s.since, :since::timestamptz) AS since,
           pv_window_start(least(now(), :until::timestamptz - interval '1 second')) AS newest,
           (SELECT min(w.starts_at) FROM pv_window AS w WHERE w.site = s.site) AS oldest_known
      FROM pv_site AS s
     WHERE s.site = coalesce(:site::text, s.site)
)
SELECT site.site,
       g.starts_at,
       CASE
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
 ORDER BY g.starts_at DESC, site.site
