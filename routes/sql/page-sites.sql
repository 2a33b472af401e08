-- Every site in a line: its power now, its energy today, this month and this year by the days of the plant, its newest sample, whether it is
-- down, and how much of its history is read. A device whose last sample is older than 45 minutes (the longest logging interval, and then
-- some) tells no power: 0 W where another device of the site is heard, since an inverter sleeps at night; else nobody knows.
SELECT s.site,
       s.zone,
       s.enabled,
       now() AS now_at,
       local.today::text AS today,
       s.down_since,
       s.error,
       newest.newest_at,
       CASE WHEN power.at IS NOT NULL THEN power.w WHEN newest.newest_at > now() - interval '45 minutes' THEN 0 END AS power_w,
       power.at AS power_at,
       energy.today_wh,
       energy.month_wh,
       energy.year_wh,
       energy.peak_w,
       book.windows,
       book.done,
       book.dead,
       book.first_at
  FROM pv_site AS s
 CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE s.zone)::date AS today) AS local
 CROSS JOIN LATERAL (
       SELECT max(t.newest_at) AS newest_at
         FROM pv_day_total AS t
        WHERE t.site = s.site
          AND t.day = (SELECT max(last.day) FROM pv_day_total AS last WHERE last.site = s.site)) AS newest
 CROSS JOIN LATERAL (
       SELECT sum(latest.power_w) AS w, max(latest.ts) AS at
         FROM (SELECT DISTINCT t.device FROM pv_day_total AS t WHERE t.site = s.site AND t.day >= local.today - 1 AND t.peak_w IS NOT NULL) AS teller
        CROSS JOIN LATERAL (
              SELECT p.power_w, p.ts
                FROM pv_device_power AS p
               WHERE p.site = s.site AND p.device = teller.device AND p.ts > now() - interval '45 minutes'
               ORDER BY p.ts DESC
               LIMIT 1) AS latest) AS power
 CROSS JOIN LATERAL (
       -- null where there is no sample at all; nothing produced is 0
       SELECT sum(coalesce(t.produced_wh, 0)) FILTER (WHERE t.day = local.today) AS today_wh,
              sum(coalesce(t.produced_wh, 0)) FILTER (WHERE t.day >= date_trunc('month', local.today)) AS month_wh,
              sum(coalesce(t.produced_wh, 0)) AS year_wh,
              sum(t.peak_w) FILTER (WHERE t.day = local.today) AS peak_w
         FROM pv_day_total AS t
        WHERE t.site = s.site AND t.day BETWEEN date_trunc('year', local.today) AND local.today) AS energy
 CROSS JOIN LATERAL (
       SELECT coalesce(nullif(coalesce(s.since, (:#${properties:archive.since})::timestamptz), '-infinity'), min(w.starts_at)) AS first_at,
              count(*) FILTER (WHERE w.state = 'dead') AS dead,
              count(*) FILTER (WHERE w.state <> 'dead' AND w.loaded_from IS NOT NULL) AS done,
              -- how many there are, from the beginning until now
              floor(extract(epoch FROM least(now(), (:#${properties:archive.until})::timestamptz)
                    - pv_window_start(coalesce(nullif(coalesce(s.since, (:#${properties:archive.since})::timestamptz), '-infinity'), min(w.starts_at))))
                    / (384 * 3600))::bigint + 1 AS windows
         FROM pv_window AS w
        WHERE w.site = s.site) AS book
 ORDER BY s.site
