-- Each window that a site has, by the grid, and what the book says of it: is anything still owed?
SELECT s.site,
       g.starts_at,
       coalesce(w.state, 'never read') AS state,
       w.error,
       coalesce(w.state = 'loaded' OR w.state = 'empty' AND w.retry_at IS NULL, false)
           AND w.loaded_from <= greatest(g.starts_at, s.since)
           AND w.ends_at = least(g.starts_at + interval '384 hours', ?::timestamptz)
           AND w.retry_at IS NULL AND w.error IS NULL AND w.attempts = 0 AS complete
  FROM pv_site AS s
 CROSS JOIN generate_series(pv_window_start(s.since), ?::timestamptz - interval '1 second', interval '384 hours') AS g(starts_at)
  LEFT JOIN pv_window AS w ON w.site = s.site AND w.starts_at = g.starts_at
 ORDER BY s.site, g.starts_at
