-- Keeps the samples that were refused, so that a person can look at them: at most a hundred of a window, those that came first. What a
-- read of the whole window does not refuse any more is forgotten; what is kept already and the same is not touched.
WITH answer AS (
    SELECT (:#${variable.window[site]})::text AS site,
           (:#${variable.window[starts_at]})::timestamptz AS starts_at,
           (:#${variable.window[from_at]})::timestamptz = (:#${variable.window[whole_from]})::timestamptz AS whole
),
refused AS (
    SELECT DISTINCT ON (device, channel, instant) *
      FROM (SELECT left(sample ->> 'device', 200) AS device,
                   left(sample ->> 'channel', 200) AS channel,
                   left(sample ->> 'instant', 200) AS instant,
                   sample ->> 'value' AS value,
                   sample ->> 'reason' AS reason,
                   number
              FROM jsonb_array_elements((:#${variable.rows.rejectedJson})::jsonb) WITH ORDINALITY AS given(sample, number)) AS cut
     ORDER BY device, channel, instant, number
),
forgotten AS (
    DELETE FROM pv_rejected AS r
     USING answer AS a
     WHERE a.whole
       AND (r.site, r.starts_at) = (a.site, a.starts_at)
       AND NOT EXISTS (SELECT FROM refused AS f WHERE (f.device, f.channel, f.instant) = (r.device, r.channel, r.instant))
),
room AS (
    SELECT 100 - count(r.site) AS rows
      FROM answer AS a
      LEFT JOIN pv_rejected AS r
        ON (r.site, r.starts_at) = (a.site, a.starts_at)
       AND NOT a.whole
       AND NOT EXISTS (SELECT FROM refused AS f WHERE (f.device, f.channel, f.instant) = (r.device, r.channel, r.instant))
)
INSERT INTO pv_rejected AS r (site, starts_at, device, channel, instant, value, reason)
SELECT a.site, a.starts_at, f.device, f.channel, f.instant, f.value, f.reason
  FROM answer AS a, refused AS f, room
 WHERE f.number <= room.rows
    OR EXISTS (SELECT FROM pv_rejected AS kept
                WHERE (kept.site, kept.starts_at, kept.device, kept.channel, kept.instant) = (a.site, a.starts_at, f.device, f.channel, f.instant))
ON CONFLICT (site, starts_at, device, channel, instant) DO UPDATE
   SET value = EXCLUDED.value,
       reason = EXCLUDED.reason
 WHERE (r.value, r.reason) IS DISTINCT FROM (EXCLUDED.value, EXCLUDED.reason)
