-- Makes the windows that [from, to) touches owed again, back to where the history of each site begins and no further. What is stored stays,
-- a dead window stays dead and is tried again now. Where the beginning is not known (since = auto) there may be windows that nobody has
-- looked for yet: they get a row, which makes them owed. A site whose archive is not read has none to be owed. What they tell of each site:
-- how many windows, and from where to where.
WITH locked AS MATERIALIZED (
    -- first the sites, in one order for all, which are looked at again, and then their windows, as those do it who read them
    SELECT s.site FROM pv_site AS s WHERE s.site = coalesce(:site::text, s.site) AND s.enabled ORDER BY s.site FOR UPDATE
),
asked AS (
    UPDATE pv_site AS s
       SET due_at = '-infinity'
      FROM locked
     WHERE s.site = locked.site
    RETURNING s.site,
              s.archive AND coalesce((SELECT l.archive FROM pv_logger AS l WHERE l.site = s.site), true) AS is_read,
              coalesce(s.since, :since::timestamptz) AS since,
              pv_window_start(greatest(:from::timestamptz, coalesce(s.since, :since::timestamptz), '2000-01-01 00:00:00+00')) AS first,
              least(:to::timestamptz, :until::timestamptz, now()) AS end_at
),
marked AS (
    UPDATE pv_window AS w
       SET state = CASE WHEN w.state = 'dead' THEN 'dead' ELSE 'open' END,
           loaded_from = NULL,
           retry_at = NULL
      FROM asked
     WHERE asked.is_read
       AND w.site = asked.site
       AND w.starts_at >= asked.first
       AND w.starts_at < asked.end_at
    RETURNING w.site, w.starts_at, w.ends_at
),
added AS (
    INSERT INTO pv_window AS w (site, starts_at, ends_at, state)
    SELECT asked.site, g.starts_at, least(g.starts_at + interval '384 hours', :until::timestamptz), 'open'
      FROM asked
     CROSS JOIN LATERAL generate_series(asked.first, asked.end_at - interval '1 second', interval '384 hours') AS g(starts_at)
     WHERE asked.is_read
       AND asked.since = '-infinity'
    ON CONFLICT (site, starts_at) DO NOTHING
    RETURNING w.site, w.starts_at, w.ends_at
),
never_read AS (
    SELECT asked.site, g.starts_at, g.starts_at + interval '384 hours' AS ends_at
      FROM asked
     CROSS JOIN LATERAL generate_series(asked.first, asked.end_at - interval '1 second', interval '384 hours') AS g(starts_at)
     WHERE asked.is_read
       AND asked.since > '-infinity'
       AND NOT EXISTS (SELECT FROM pv_window AS w WHERE w.site = asked.site AND w.starts_at = g.starts_at)
),
owed AS (
    SELECT * FROM marked UNION ALL SELECT * FROM added UNION ALL SELECT * FROM never_read
)
SELECT asked.site,
       asked.is_read,
       count(owed.site) AS windows,
       coalesce(min(owed.starts_at), asked.first) AS first,
       max(owed.ends_at) AS last,
       asked.since > :from::timestamptz AS begins_later,
       nullif(asked.since, '-infinity') AS since
  FROM asked
  LEFT JOIN owed ON owed.site = asked.site
 GROUP BY asked.site, asked.is_read, asked.first, asked.since
 ORDER BY asked.site
