-- Every site in a line: its power now, its energy today, this month and this year by the days of the plant, its newest sample, whether it is
-- down, and how much of its history is read. Its power now is the last reading of its present that is younger than five minutes, or than three
-- times the period in which it is read; else what the archive has last. A device whose last sample is older than 45 minutes (the longest
-- logging interval, and then some) tells no power: 0 W where the site is heard otherwise, since an inverter sleeps at night; else nobody
-- knows.
SELECT s.site,
       s.zone,
       s.enabled,
       now() AS now_at,
       local.today::text AS today,
       s.down_since,
       s.error,
       greatest(newest.newest_at, heard.at) AS newest_at,
       CASE WHEN present.p_pv IS NOT NULL THEN present.p_pv
            WHEN power.at IS NOT NULL THEN power.w
            WHEN greatest(newest.newest_at, present.ts) > now() - interval '45 minutes' THEN 0 END AS power_w,
       present.p_grid AS grid_w,
       - present.p_load AS load_w,
       present.p_akku AS battery_w,
       present.soc AS soc_percent,
       energy.today_wh,
       energy.month_wh,
       energy.year_wh,
       energy.peak_w,
       book.windows,
       book.done,
       book.dead,
       book.first_at,
       reads.archive,
       reads.realtime > interval '0' AS realtime,
       coalesce(NOT l.archive, false) AS without_archive,
       unanswered.error AS realtime_error
  FROM pv_site AS s
  LEFT JOIN pv_logger AS l ON l.site = s.site
 CROSS JOIN LATERAL (
       SELECT s.archive AND coalesce(l.archive, true) AS archive,
              coalesce(s.realtime, (:#${properties:realtime.period})::interval) AS realtime) AS reads
 CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE s.zone)::date AS today) AS local
 CROSS JOIN LATERAL (
       SELECT max(t.newest_at) AS newest_at
         FROM pv_day_total AS t
        WHERE t.site = s.site
          AND t.day = (SELECT max(last.day) FROM pv_day_total AS last WHERE last.site = s.site)) AS newest
 CROSS JOIN LATERAL (SELECT max(f.ts) AS at FROM pv_power_flow AS f WHERE f.site = s.site) AS heard
  LEFT JOIN pv_power_flow AS present ON present.site = s.site AND present.ts = heard.at
                                    AND heard.at > now() - greatest(interval '5 minutes', 3 * reads.realtime)
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
        WHERE reads.archive AND w.site = s.site) AS book
  -- of one request that is lost nobody need know; a single inverter that does not answer may be one that is gone
  LEFT JOIN LATERAL (
       SELECT r.request || ': ' || r.error AS error
         FROM pv_reading AS r
        WHERE reads.realtime > interval '0' AND r.site = s.site AND r.device_id = '' AND r.failures >= 3
        ORDER BY r.asked_at DESC
        LIMIT 1) AS unanswered ON true
 ORDER BY s.site
