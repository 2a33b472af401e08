-- The dead letters, the youngest failure first.
SELECT w.site, w.starts_at, w.ends_at, w.error, w.attempts, w.failed_at, w.retry_at, s.down_since
  FROM pv_window AS w
  JOIN pv_site AS s ON s.site = w.site
 WHERE w.state = 'dead'
 ORDER BY coalesce(w.last_failed_at, w.failed_at) DESC, w.site, w.starts_at DESC
 LIMIT 20
