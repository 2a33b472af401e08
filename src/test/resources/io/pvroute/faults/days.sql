-- Days whose total is not what their samples say: missing, left over, or another (sums of doubles, which have no order, within a millionth).
WITH total AS (
    SELECT site, device, day, samples, v.what, v.value
      FROM pv_day_total
     CROSS JOIN LATERAL (VALUES ('produced_wh', produced_wh), ('plus_wh', plus_wh), ('minus_wh', minus_wh), ('consumed_wh', consumed_wh),
                                ('peak_w', peak_w)) AS v(what, value)
),
said AS (
    SELECT site, device, day, samples, v.what, v.value
      FROM pv_day
     CROSS JOIN LATERAL (VALUES ('produced_wh', produced_wh), ('plus_wh', plus_wh), ('minus_wh', minus_wh), ('consumed_wh', consumed_wh),
                                ('peak_w', peak_w)) AS v(what, value)
)
SELECT site, device, day, what, total.samples AS total_samples, said.samples, total.value AS total_value, said.value
  FROM total
  FULL JOIN said USING (site, device, day, what)
 WHERE total.samples IS DISTINCT FROM said.samples
    OR (total.value IS NULL) <> (said.value IS NULL)
    OR abs(total.value - said.value) > 1e-6 * greatest(1, abs(said.value))
 ORDER BY site, device, day, what
