-- The power of every site today, in steps of 20 minutes from the local midnight on: "minute:watts" of each step that has a sample. Of a
-- site whose archive is not read it is what the modules deliver, by the readings. OFFSET 0: for each site one look into the index, never the
-- whole table at once.
WITH local AS (
    SELECT s.site, day.today, day.today::timestamp AT TIME ZONE s.zone AS midnight,
           s.archive AND coalesce(l.archive, true) AS reads_archive
      FROM pv_site AS s
      LEFT JOIN pv_logger AS l ON l.site = s.site
     CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE s.zone)::date AS today) AS day
),
archived AS (
    SELECT site, minute, sum(power_w) AS power_w
      FROM (SELECT local.site, p.device, (floor(extract(epoch FROM p.ts - local.midnight) / 1200) * 20)::integer AS minute, avg(p.power_w) AS power_w
              FROM local
             CROSS JOIN LATERAL (SELECT t.device FROM pv_day_total AS t
                                  WHERE t.site = local.site AND t.day = local.today AND t.peak_w IS NOT NULL) AS teller
             CROSS JOIN LATERAL (SELECT q.device, q.ts, q.power_w FROM pv_device_power AS q
                                  WHERE q.site = local.site AND q.device = teller.device AND q.ts >= local.midnight
                                 OFFSET 0) AS p
             GROUP BY local.site, p.device, minute) AS of_device
     GROUP BY site, minute
),
read AS (
    SELECT local.site, (floor(extract(epoch FROM f.ts - local.midnight) / 1200) * 20)::integer AS minute, avg(f.p_pv) AS power_w
      FROM local
     CROSS JOIN LATERAL (SELECT r.ts, r.p_pv FROM pv_power_flow AS r WHERE r.site = local.site AND r.ts >= local.midnight OFFSET 0) AS f
     WHERE NOT local.reads_archive AND f.p_pv IS NOT NULL
     GROUP BY local.site, minute
)
SELECT site, string_agg(minute || ':' || round(coalesce(archived.power_w, read.power_w)), ' ' ORDER BY minute) AS curve
  FROM archived
  FULL JOIN read USING (site, minute)
 GROUP BY site
