-- How each site is that is read: its newest sample, its dead letters, whether it is down, and whether it is late.
-- A site is late by its own rhythm: it is silent, although on most of the last seven days before its newest sample it did send in the same
-- hours. So night is no fault where there are inverters alone, and is one where a meter sends around the clock. At both ends of the silence
-- an hour and a half, and the period in which it is read, count for nothing: a dull day begins later and ends earlier. Days are of 24 hours,
-- since the sun knows no clock change; a day without any sample says nothing about the rhythm.
WITH RECURSIVE setting AS (
    SELECT ?::interval AS period,
           least(now(), ?::timestamptz) AS at          -- archive.until: a closed past becomes no older
),
-- the nodes of each site, each found by one step in the primary key
node AS (
    SELECT s.site, (SELECT min(a.device) FROM pv_archive AS a WHERE a.site = s.site) AS device
      FROM pv_site AS s
     WHERE s.enabled
    UNION ALL
    SELECT n.site, (SELECT min(a.device) FROM pv_archive AS a WHERE a.site = n.site AND a.device > n.device)
      FROM node AS n
     WHERE n.device IS NOT NULL
),
newest AS (
    SELECT n.site, max((SELECT max(a.ts) FROM pv_archive AS a WHERE a.site = n.site AND a.device = n.device)) AS ts
      FROM node AS n
     WHERE n.device IS NOT NULL
     GROUP BY n.site
)
SELECT s.site,
       extract(epoch FROM now() - newest.ts)::float8 AS newest_age_seconds,
       to_char(newest.ts AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS newest,
       s.down_since IS NOT NULL AS down,
       s.error,
       coalesce(rhythm.late, s.down_since IS NOT NULL) AS late,
       (SELECT count(*) FROM pv_window AS w WHERE w.site = s.site AND w.state = 'dead') AS dead_letters
  FROM setting
 CROSS JOIN pv_site AS s
  LEFT JOIN newest ON newest.site = s.site
 CROSS JOIN LATERAL (
       SELECT newest.ts + interval '90 minutes' + coalesce(s.period, setting.period) AS from_at,
              least(setting.at, newest.ts + interval '24 hours') - interval '90 minutes' - coalesce(s.period, setting.period) AS to_at) AS silence
  LEFT JOIN LATERAL (
       SELECT count(*) FILTER (WHERE day.sent) * 2 > count(*) FILTER (WHERE day.known) AS late
         FROM (SELECT EXISTS (SELECT FROM node AS n, pv_archive AS a
                               WHERE n.site = s.site AND a.site = n.site AND a.device = n.device
                                 AND a.ts > newest.ts - back.days AND a.ts <= newest.ts - back.days + interval '24 hours') AS known,
                      silence.from_at < silence.to_at
                      AND EXISTS (SELECT FROM node AS n, pv_archive AS a
                                   WHERE n.site = s.site AND a.site = n.site AND a.device = n.device
                                     AND a.ts > silence.from_at - back.days AND a.ts < silence.to_at - back.days) AS sent
                 FROM (SELECT number * interval '24 hours' AS days FROM generate_series(1, 7) AS number) AS back) AS day
        WHERE newest.ts IS NOT NULL
       HAVING count(*) > 0) AS rhythm ON true
 WHERE s.enabled
 ORDER BY s.site
