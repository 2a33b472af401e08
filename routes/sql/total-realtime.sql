-- Brings the day totals of a site up to its readings. What is the same is not written.
SELECT pv_total_days((:#${variable.reading[site]})::text, (:#${variable.reading[from_at]})::timestamptz, 'infinity') AS days
