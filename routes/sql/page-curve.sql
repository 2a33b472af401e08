-- The power of a site from a local day on: of one day in steps of 5 minutes, of up to seven in steps of 15, each told by its end. Of several
-- inverters it is that of all; where one has no sample in a step, it counts for nothing. What is not known is null.
WITH asked AS (
    SELECT s.site,
           first.day::timestamp AT TIME ZONE s.zone AS from_at,
           (first.day + first.days)::timestamp AT TIME ZONE s.zone AS to_at,
           CASE WHEN first.days = 1 THEN 300 ELSE 900 END AS step
      FROM pv_site AS s
     CROSS JOIN (SELECT (:#${header.from})::date AS day, least(7, greatest(1, (:#${header.days})::integer)) AS days) AS first
     WHERE s.site = (:#${header.site})::text
)
SELECT (ceil(extract(epoch FROM p.ts) / asked.step) * asked.step)::bigint AS at,
       round(avg(p.pv_w)) AS power_w,
       round(avg(p.grid_w)) AS grid_w,
       round(avg(p.load_w)) AS load_w,
       round(avg(p.battery_w)) AS battery_w,
       round(avg(p.soc_percent)) AS soc_percent
  FROM asked
 CROSS JOIN LATERAL pv_power_between(asked.site, asked.from_at, asked.to_at) AS p
 GROUP BY at
 ORDER BY at
