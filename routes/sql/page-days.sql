-- The energy of each local day of a site, both days included; of the days that have a sample.
SELECT t.day::text AS day,
       sum(coalesce(t.produced_wh, 0)) AS produced_wh,
       sum(t.peak_w) AS peak_w,
       sum(t.samples) AS samples
  FROM pv_day_total AS t
 WHERE t.site = (:#${header.site})::text
   AND t.day BETWEEN (:#${header.from})::date AND (:#${header.to})::date
 GROUP BY t.day
 ORDER BY t.day
