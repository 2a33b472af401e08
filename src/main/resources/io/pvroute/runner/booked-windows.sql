-- What has been read, or has failed, since a moment, in that order.
SELECT w.site, w.starts_at, w.ends_at, w.state, w.inserted, w.updated, w.unchanged, w.rejected, w.error, w.retry_at, at.at
  FROM pv_window AS w
 CROSS JOIN LATERAL (SELECT CASE WHEN w.state = 'dead' THEN w.last_failed_at ELSE w.read_at END AS at) AS at
 WHERE w.site = coalesce(:site::text, w.site)
   AND at.at > :after::timestamptz
 ORDER BY at.at
