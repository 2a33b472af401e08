-- How each site is that is read: its newest sample, of the archive or of the present, its dead letters, whether it is down, and whether it
-- is late.
-- A site is late by its own rhythm: it is silent, although on most of the last seven days before its newest sample it did send in the same
-- hours. So night is no fault where there are inverters alone, and is one where a meter sends around the clock, or a logger that is asked
-- for the present and answers at night, too. At both ends of the silence an hour and a half, and the period in which it is read, count for
-- nothing: a dull day begins later and ends earlier. Days are of 24 hours, since the sun knows no clock change; a day without any sample
-- says nothing about the rhythm. A logger without an archive is not late for having none.
WITH RECURSIVE setting AS (
    SELECT ?::interval AS period,
           ?::timestamptz AS until,
           ?::interval AS realtime
),
site AS (
    SELECT s.site, s.down_since, s.error, reads.archive,
           reads.archive OR reads.realtime > interval '0' AS is_read,
           greatest(CASE WHEN reads.archive THEN coalesce(s.period, setting.period) END, reads.realtime) AS period,
           -- archive.until: a closed past becomes no older; the present goes on
           CASE WHEN reads.realtime > interval '0' THEN now() ELSE least(now(), setting.until) END AS at
      FROM setting
     CROSS JOIN pv_site AS s
      LEFT JOIN pv_logger AS l ON l.site = s.site
     CROSS JOIN LATERAL (
           SELECT s.archive AND coalesce(l.archive, true) AS archive,
                  coalesce(s.realtime, setting.realtime) AS realtime) AS reads
     WHERE s.enabled
),
-- the nodes of each archive, each found by one step in the primary key
node AS (
    SELECT s.site, (SELECT min(a.device) FROM pv_archive AS a WHERE a.site = s.site) AS device
      FROM site AS s
    UNION ALL
    SELECT n.site, (SELECT min(a.device) FROM pv_archive AS a WHERE a.site = n.site AND a.device > n.device)
      FROM node AS n
     WHERE n.device IS NOT NULL
),
-- whoever may have told something; the power flow is that of the site as a whole
teller AS MATERIALIZED (
    SELECT site, device FROM node WHERE device IS NOT NULL
    UNION
    SELECT d.site, d.device FROM pv_device AS d JOIN site USING (site)
    UNION
    SELECT site, '' FROM site
),
stamp AS NOT MATERIALIZED (
    SELECT site, '' AS device, ts FROM pv_power_flow
    UNION ALL
    SELECT site, device, ts FROM pv_archive
    UNION ALL
    SELECT site, device, ts FROM pv_inverter
    UNION ALL
    SELECT site, device, ts FROM pv_meter
    UNION ALL
    SELECT site, device, ts FROM pv_storage
    UNION ALL
    SELECT site, device, ts FROM pv_ohmpilot
),
newest AS (
    SELECT t.site, max((SELECT x.ts FROM stamp AS x WHERE x.site = t.site AND x.device = t.device ORDER BY x.ts DESC LIMIT 1)) AS ts
      FROM teller AS t
     GROUP BY t.site
)
SELECT s.site,
       extract(epoch FROM now() - newest.ts)::float8 AS newest_age_seconds,
       to_char(newest.ts AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS newest,
       s.down_since IS NOT NULL AS down,
       s.error,
       s.is_read AND CASE
       WHEN newest.ts IS NULL THEN s.down_since IS NOT NULL
       WHEN silence.from_at >= silence.to_at THEN false
       ELSE (SELECT count(*) FILTER (WHERE day.sent) * 2 > count(*) FILTER (WHERE day.known)
               FROM (SELECT EXISTS (SELECT FROM teller AS t
                                     -- the first of each, found in its index; without a limit whole days would be read
                                     CROSS JOIN LATERAL (SELECT FROM stamp AS x WHERE x.site = t.site AND x.device = t.device
                                                            AND x.ts > newest.ts - back.days AND x.ts <= newest.ts - back.days + interval '24 hours'
                                                          LIMIT 1) AS first
                                     WHERE t.site = s.site) AS known,
                            EXISTS (SELECT FROM teller AS t
                                     CROSS JOIN LATERAL (SELECT FROM stamp AS x WHERE x.site = t.site AND x.device = t.device
                                                            AND x.ts > silence.from_at - back.days AND x.ts < silence.to_at - back.days
                                                          LIMIT 1) AS first
                                     WHERE t.site = s.site) AS sent
                       FROM (SELECT number * interval '24 hours' AS days FROM generate_series(1, 7) AS number) AS back) AS day)
       END AS late,
       (SELECT count(*) FROM pv_window AS w WHERE s.archive AND w.site = s.site AND w.state = 'dead') AS dead_letters
  FROM site AS s
  JOIN newest ON newest.site = s.site
 CROSS JOIN LATERAL (
       SELECT newest.ts + interval '90 minutes' + s.period AS from_at,
              least(s.at, newest.ts + interval '24 hours') - interval '90 minutes' - s.period AS to_at) AS silence
 ORDER BY s.site
