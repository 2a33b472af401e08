-- Two plants as they are after a while. home: a Symo with a meter, whose archive of a year is here but for a day, with a dead window and one
-- that is owed. barn: a GEN24 with a meter and a battery, without an archive, read for three days.

INSERT INTO pv_site (site, url, zone, since, archive, down_since, error)
VALUES ('home', 'http://192.168.1.20', 'Europe/Vienna', now() - interval '365 days', true, NULL, NULL),
       ('barn', 'http://192.168.1.21', 'Europe/Vienna', NULL, true, now() - interval '4 minutes', 'The logger did not answer within 20 s.');

INSERT INTO pv_logger (site, archive, product, software, seen_at)
VALUES ('home', true, 'fronius-datamanager-card', '3.32.1-2', now()),
       ('barn', false, 'GEN24', '1.36.5-1', now());

INSERT INTO pv_device (site, device, class, id, serial, model_code, name, pv_power, seen_at)
VALUES ('home', 'inverter/1', 'Inverter', '1', NULL, 123, 'South', 5200, now()),
       ('home', 'meter:16120001', 'Meter', '0', '16120001', NULL, NULL, NULL, now()),
       ('barn', 'inverter/1', 'Inverter', '1', NULL, 1, 'Barn', 9800, now()),
       ('barn', 'meter:16120002', 'Meter', '0', '16120002', NULL, NULL, NULL, now()),
       ('barn', 'storage:P030T020Z1', 'Storage', '0', 'P030T020Z1', NULL, 'BYD', NULL, now());

INSERT INTO pv_archive (site, device, ts, timespaninsec, energyreal_wac_sum_produced, powerreal_pac_sum, current_dc_string_1,
                        voltage_dc_string_1, temperature_powerstage, voltage_ac_phase_1, voltage_ac_phase_2, voltage_ac_phase_3)
SELECT 'home', 'inverter/1', t, 300, sun.w / 12, sun.w, sun.w / 400, 400 + sun.w / 100, 20 + sun.w / 200, 231, 230, 232
  FROM generate_series(pv_step(now()) - interval '365 days', pv_step(now()) - interval '5 minutes', interval '5 minutes') AS t
 CROSS JOIN LATERAL (SELECT extract(epoch FROM t AT TIME ZONE 'Europe/Vienna')::bigint % 86400 / 3600.0 AS hour) AS local
 CROSS JOIN LATERAL (SELECT round(5000 * greatest(0, sin((local.hour - 6) / 12 * pi())))::double precision AS w) AS sun
 WHERE sun.w > 0
   AND t NOT BETWEEN now() - interval '40 days' AND now() - interval '38 days';

INSERT INTO pv_archive (site, device, ts, energyreal_wac_plus_absolute, energyreal_wac_minus_absolute, meter_location_current)
SELECT 'home', 'meter:16120001', t,
       floor(sum(greatest(flow.w, 0)) OVER (ORDER BY t) / 12), floor(sum(greatest(- flow.w, 0)) OVER (ORDER BY t) / 12), 0
  FROM generate_series(pv_step(now()) - interval '365 days', pv_step(now()) - interval '5 minutes', interval '5 minutes') AS t
 CROSS JOIN LATERAL (SELECT extract(epoch FROM t AT TIME ZONE 'Europe/Vienna')::bigint % 86400 / 3600.0 AS hour) AS local
 CROSS JOIN LATERAL (SELECT 700 - 5000 * greatest(0, sin((local.hour - 6) / 12 * pi())) AS w) AS flow
 WHERE t NOT BETWEEN now() - interval '40 days' AND now() - interval '38 days';

INSERT INTO pv_power_flow (site, ts, p_pv, p_grid, p_load, p_akku, soc, e_total, mode)
SELECT 'barn', t, sun.w, 900 - sun.w - battery.w, -900, battery.w, 50 + 40 * sin(local.hour / 24 * 2 * pi()),
       sum(sun.w) OVER (ORDER BY t) / 360, 'bidirectional'
  FROM generate_series(date_trunc('minute', now()) - interval '3 days', now() - interval '4 minutes', interval '10 seconds') AS t
 CROSS JOIN LATERAL (SELECT extract(epoch FROM t AT TIME ZONE 'Europe/Vienna')::bigint % 86400 / 3600.0 AS hour) AS local
 CROSS JOIN LATERAL (SELECT round(9000 * greatest(0, sin((local.hour - 6) / 12 * pi())))::double precision AS w) AS sun
 CROSS JOIN LATERAL (SELECT least(900, greatest(-3000, 900 - sun.w)) AS w) AS battery;

INSERT INTO pv_inverter (site, device, ts, pac, total_energy, status_code)
SELECT site, 'inverter/1', ts, p_pv, e_total, 7 FROM pv_power_flow WHERE extract(second FROM ts) = 0;

INSERT INTO pv_meter (site, device, ts, powerreal_p_sum, energyreal_wac_plus_absolute, energyreal_wac_minus_absolute, meter_location_current)
SELECT site, 'meter:16120002', ts, p_grid, sum(greatest(p_grid, 0)) OVER (ORDER BY ts) / 60, sum(greatest(- p_grid, 0)) OVER (ORDER BY ts) / 60, 0
  FROM pv_power_flow
 WHERE extract(second FROM ts) = 0;

INSERT INTO pv_storage (site, device, ts, stateofcharge_relative)
SELECT site, 'storage:P030T020Z1', ts, soc FROM pv_power_flow WHERE extract(second FROM ts) = 0;

INSERT INTO pv_window (site, starts_at, ends_at, state, loaded_from, loaded_through, attempts, failed_at, last_failed_at, retry_at, error,
                       inserted, read_at)
SELECT 'home', g, g + interval '384 hours',
       CASE WHEN nth = 3 THEN 'dead' WHEN nth = 1 THEN 'open' ELSE 'loaded' END,
       CASE WHEN nth <> 5 THEN greatest(g, now() - interval '365 days') END,
       least(g + interval '384 hours', now()),
       CASE WHEN nth = 3 THEN 4 ELSE 0 END,
       CASE WHEN nth = 3 THEN now() - interval '2 hours' END,
       CASE WHEN nth = 3 THEN now() - interval '10 minutes' END,
       CASE WHEN nth = 3 THEN now() + interval '20 minutes' END,
       CASE WHEN nth = 3 THEN 'The logger answered with status code 12 (InternalServerError).' END,
       4608, now() - interval '1 minute'
  FROM generate_series(pv_window_start(now()), pv_window_start(now() - interval '365 days'), interval '-384 hours') WITH ORDINALITY AS w(g, nth)
 WHERE nth <> 7;

INSERT INTO pv_turn (site, next_at, down_since) VALUES ('barn', now(), now() - interval '4 minutes');
INSERT INTO pv_reading (site, request, asked_at, answered_at, failures, error)
VALUES ('barn', 'flow', now() - interval '10 seconds', now() - interval '4 minutes', 24, 'The logger did not answer within 20 s.'),
       ('barn', 'meter', now() - interval '1 minute', now() - interval '5 minutes', 4, 'The logger did not answer within 20 s.');

SELECT pv_total_days(site, '-infinity', 'infinity') FROM pv_site;
