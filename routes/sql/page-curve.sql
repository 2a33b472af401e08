-- The power of a site from a local day on: of one day in steps of 5 minutes, of up to seven in steps of 15. A sample stands for the interval
-- that ends at its instant. Several inverters are added up; where one has no sample in a step, it counts for nothing.
WITH asked AS (
    SELECT s.site, s.zone,
           first.day AS first_day,
           first.day + first.days AS end_day,
           first.day::timestamp AT TIME ZONE s.zone AS from_at,
           (first.day + first.days)::timestamp AT TIME ZONE s.zone AS to_at,
           CASE WHEN first.days = 1 THEN 300 ELSE 900 END AS step
      FROM pv_site AS s
     CROSS JOIN (SELECT (:#${header.from})::date AS day, least(7, greatest(1, (:#${header.days})::integer)) AS days) AS first
     WHERE s.site = (:#${header.site})::text
)
SELECT at, round(sum(power_w)) AS power_w
  FROM (SELECT teller.device,
               (ceil(extract(epoch FROM p.ts) / asked.step) * asked.step)::bigint AS at,
               -- a sample at an odd second is an inverter that looks out at dawn or dusk
               CASE WHEN asked.step = 300 THEN max(p.power_w) ELSE avg(p.power_w) END AS power_w
          FROM asked
         CROSS JOIN LATERAL (SELECT DISTINCT t.device FROM pv_day_total AS t
                              WHERE t.site = asked.site AND t.day >= asked.first_day AND t.day < asked.end_day AND t.peak_w IS NOT NULL) AS teller
         CROSS JOIN LATERAL (SELECT q.ts, q.power_w FROM pv_device_power AS q
                              WHERE q.site = asked.site AND q.device = teller.device AND q.ts >= asked.from_at AND q.ts < asked.to_at) AS p
         GROUP BY teller.device, at, asked.step) AS of_device
 GROUP BY at
 ORDER BY at
