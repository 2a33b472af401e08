-- The last reads, and what was written of each: windows of the archives, and of each site that is read in realtime, which of its requests
-- were answered within an hour.
(SELECT w.site, w.starts_at, w.ends_at, w.state, w.read_at, w.inserted, w.updated, w.unchanged, w.rejected, NULL AS requests
   FROM pv_window AS w
  WHERE w.read_at IS NOT NULL
  ORDER BY w.read_at DESC
  LIMIT 10)
UNION ALL
(SELECT r.site, NULL, NULL, NULL, max(r.answered_at), NULL, NULL, NULL, NULL, string_agg(DISTINCT r.request, ', ')
   FROM pv_reading AS r
  WHERE r.answered_at > now() - interval '1 hour'
    AND r.request = ANY (string_to_array((:#${properties:realtime.requests})::text, ','))
  GROUP BY r.site
  ORDER BY max(r.answered_at) DESC
  LIMIT 5)
ORDER BY read_at DESC
