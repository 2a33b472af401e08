-- Sites with a history, for what the page shows of them: plausible curves, made by the server itself.

-- The power of a plant at an instant, W: a sun that is high in June and noon, and a weather that differs from day to day.
CREATE FUNCTION scene_power(number integer, at timestamptz) RETURNS double precision
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT round(greatest(0, (4200 + 900 * number)
           * (sin(radians((extract(doy FROM at AT TIME ZONE 'Europe/Vienna') - 81) * 360 / 365)) * 0.36
              + cos(radians((extract(hour FROM at AT TIME ZONE 'Europe/Vienna') * 60 + extract(minute FROM at AT TIME ZONE 'Europe/Vienna') - 750) * 0.25)) * 0.9 - 0.12)
           * (0.25 + 0.75 * abs(sin((extract(doy FROM at AT TIME ZONE 'Europe/Vienna') + 13 * number)::integer * 12.9898)))
           * (0.93 + 0.07 * sin(extract(epoch FROM at) / 700))))::double precision
    $$;

CREATE FUNCTION scene_site(name text, number integer, since timestamptz) RETURNS void
    LANGUAGE sql
    AS $$
    -- nobody is asked: what is shown stays as it is
    INSERT INTO pv_site (site, url, zone, since, next_request_at)
    VALUES (name, 'http://127.0.0.1:9', 'Europe/Vienna', since, 'infinity');
    INSERT INTO pv_window (site, starts_at, ends_at, state, loaded_from, loaded_through, inserted, read_at)
    SELECT name, g, g + interval '384 hours', CASE WHEN g + interval '384 hours' < now() - interval '2 days' THEN 'loaded' ELSE 'open' END,
           greatest(g, since), least(now(), g + interval '384 hours'), 6000 + (extract(epoch FROM g) / 1382400)::bigint * 37 % 900,
           now() - interval '3 minutes' - (now() - g) / 400
      FROM generate_series(pv_window_start(since), now(), interval '384 hours') AS g;
    $$;

-- Samples every five minutes, of an inverter that sleeps at night and of a meter that does not, and their totals.
CREATE FUNCTION scene_samples(name text, number integer, from_at timestamptz, to_at timestamptz) RETURNS void
    LANGUAGE sql
    AS $$
    INSERT INTO pv_archive (site, device, ts, energyreal_wac_sum_produced, powerreal_pac_sum)
    SELECT name, 'inverter/1', g, w / 12, w
      FROM (SELECT g, scene_power(number, g) AS w
              FROM generate_series(date_bin('5 minutes', from_at, timestamptz '2000-01-01Z'), to_at, interval '5 minutes') AS g) AS sun
     WHERE w > 0
    ON CONFLICT DO NOTHING;
    INSERT INTO pv_archive (site, device, ts, energyreal_wac_plus_absolute, energyreal_wac_minus_absolute)
    SELECT name, 'meter:1', g, floor(extract(epoch FROM g) / 300) * 25, floor(extract(epoch FROM g) / 300) * 40
      FROM generate_series(date_bin('5 minutes', from_at, timestamptz '2000-01-01Z'), to_at, interval '5 minutes') AS g
    ON CONFLICT DO NOTHING;
    SELECT pv_total_days(name, from_at, to_at + interval '1 second');
    $$;

-- Totals of years without their samples: to see how the page takes much of it.
CREATE FUNCTION scene_totals(name text, number integer, from_day date, to_day date) RETURNS void
    LANGUAGE sql
    AS $$
    INSERT INTO pv_day_total (site, device, day, produced_wh, plus_wh, minus_wh, peak_w, samples, newest_at)
    SELECT name, device, day::date,
           CASE WHEN device = 'inverter/1' THEN 6.1 * scene_power(number, day + interval '11 hours') END,
           CASE WHEN device = 'meter:1' THEN 7200 END,
           CASE WHEN device = 'meter:1' THEN 11520 END,
           CASE WHEN device = 'inverter/1' THEN scene_power(number, day + interval '11 hours') END,
           CASE WHEN device = 'inverter/1' THEN 160 ELSE 288 END,
           day + interval '20 hours'
      FROM generate_series(from_day::timestamptz, to_day::timestamptz, interval '1 day') AS day,
           (VALUES ('inverter/1'), ('meter:1')) AS node (device)
    ON CONFLICT DO NOTHING;
    $$;

-- A site without an archive, read once a minute: a battery that takes what is left at noon and gives it in the evening, a load that never ends.
CREATE FUNCTION scene_readings(name text, number integer, from_at timestamptz, to_at timestamptz) RETURNS void
    LANGUAGE sql
    AS $$
    INSERT INTO pv_site (site, url, zone, next_request_at, realtime)
    VALUES (name, 'http://127.0.0.1:9', 'Europe/Vienna', 'infinity', interval '1 minute');
    INSERT INTO pv_logger (site, archive, archive_at, seen_at) VALUES (name, false, now(), now());
    INSERT INTO pv_turn (site, next_at) VALUES (name, 'infinity');
    INSERT INTO pv_reading (site, request, asked_at, next_at, answered_at)
    SELECT name, request, to_at, 'infinity', to_at FROM unnest(ARRAY['power-flow', 'meters']) AS request;
    INSERT INTO pv_power_flow (site, ts, p_pv, p_load, p_akku, p_grid, soc, e_total)
    SELECT name, ts, nullif(pv, 0), - load, akku, load - pv - akku,
           greatest(8, least(96, 50 - 42 * cos(radians((extract(epoch FROM ts + interval '1 hour')::bigint % 86400 - 21600) / 240.0)))),
           round(sum(pv / 60) OVER (ORDER BY ts)) + 1000000
      FROM (SELECT ts, pv, load, CASE WHEN pv > load THEN - least(2500, (pv - load) * 0.6)
                                      WHEN extract(hour FROM ts AT TIME ZONE 'UTC') BETWEEN 15 AND 22 THEN least(1800, load - pv) * 0.9 ELSE 0 END AS akku
              FROM (SELECT g AS ts, scene_power(number, g) AS pv,
                           round(280 + 900 * greatest(0, sin(extract(epoch FROM g) / 5200)) ^ 8 + 40 * sin(extract(epoch FROM g) / 190)) AS load
                      FROM generate_series(date_trunc('minute', from_at), to_at, interval '1 minute') AS g) AS house) AS flow;
    SELECT pv_total_days(name, '-infinity', 'infinity');
    $$;
