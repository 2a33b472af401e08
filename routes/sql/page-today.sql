-- The power of every site today, in steps of 20 minutes from the local midnight on: "minute:watts" of each step that has a sample.
SELECT site, string_agg(minute || ':' || watts, ' ' ORDER BY minute) AS curve
  FROM (SELECT site, minute, round(sum(power_w)) AS watts
          FROM (SELECT s.site, p.device,
                       (floor(extract(epoch FROM p.ts - local.midnight) / 1200) * 20)::integer AS minute,
                       avg(p.power_w) AS power_w
                  FROM pv_site AS s
                 CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE s.zone)::date AS today,
                                            (now() AT TIME ZONE s.zone)::date::timestamp AT TIME ZONE s.zone AS midnight) AS local
                 CROSS JOIN LATERAL (SELECT t.device FROM pv_day_total AS t
                                      WHERE t.site = s.site AND t.day = local.today AND t.peak_w IS NOT NULL) AS teller
                 CROSS JOIN LATERAL (SELECT q.device, q.ts, q.power_w FROM pv_device_power AS q
                                      WHERE q.site = s.site AND q.device = teller.device AND q.ts >= local.midnight) AS p
                 GROUP BY s.site, p.device, minute) AS of_device
         GROUP BY site, minute) AS of_site
 GROUP BY site
