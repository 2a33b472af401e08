-- The dead letters, the youngest failure first; of archives that are read.
SELECT w.site, w.starts_at, w.ends_at, w.error, w.attempts, w.failed_at, w.retry_at, s.down_since
  FROM pv_window AS w
  JOIN pv_site AS s ON s.site = w.site
  LEFT JOIN pv_logger AS l ON l.site = w.site
 WHERE w.state = 'dead'
   AND s.archive
   AND coalesce(l.archive, true)
 ORDER BY coalesce(w.last_failed_at, w.failed_at) DESC, w.site, w.starts_at DESC
 LIMIT 20
