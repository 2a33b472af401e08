-- The last reads, and what was written of each.
SELECT w.site, w.starts_at, w.ends_at, w.state, w.read_at, w.inserted, w.updated, w.unchanged, w.rejected
  FROM pv_window AS w
 WHERE w.read_at IS NOT NULL
 ORDER BY w.read_at DESC
 LIMIT 10
