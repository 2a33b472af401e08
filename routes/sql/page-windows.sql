-- Every window of the history of a site, newest first: as the book has it, and owed where it was not read yet or is to be read anew.
-- Of an archive that is not read, what was once.
SELECT g.starts_at,
       coalesce(w.ends_at, g.starts_at + interval '384 hours') AS ends_at,
       CASE WHEN w.state = 'dead' THEN 'dead' WHEN w.loaded_from IS NULL THEN 'owed' ELSE w.state END AS state,
       w.inserted,
       w.updated,
       w.unchanged,
       w.rejected,
       w.read_at,
       w.attempts,
       w.failed_at,
       w.retry_at,
       w.error
  FROM pv_site AS s
  LEFT JOIN pv_logger AS l ON l.site = s.site
 CROSS JOIN LATERAL (
       SELECT min(starts_at) AS oldest FROM pv_window WHERE site = s.site) AS book
 CROSS JOIN LATERAL generate_series(
       coalesce(pv_window_start(nullif(coalesce(s.since, (:#${properties:archive.since})::timestamptz), '-infinity')), book.oldest,
                pv_window_start(least(now(), (:#${properties:archive.until})::timestamptz - interval '1 second'))),
       least(now(), (:#${properties:archive.until})::timestamptz - interval '1 second'),
       interval '384 hours') AS g(starts_at)
  LEFT JOIN pv_window AS w ON w.site = s.site AND w.starts_at = g.starts_at
 WHERE s.site = (:#${header.site})::text
   AND (s.archive AND coalesce(l.archive, true) OR w.loaded_from IS NOT NULL AND w.state <> 'dead')
 ORDER BY g.starts_at DESC
