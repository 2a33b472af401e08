-- One history out of the archive and the readings: power in steps of five minutes (pv_power), energy by day (pv_day); and the thinning of
-- old readings, which changes neither.

-- The power of each device by the archive: what was pv_power until now.
ALTER VIEW pv_power RENAME TO pv_device_power;
COMMENT ON VIEW pv_device_power IS 'The power of the devices that tell it, by the archive, in W: averages of the interval that ends at ts.';

CREATE FUNCTION pv_step(instant timestamptz) RETURNS timestamptz
    LANGUAGE sql STABLE
    AS $$ SELECT to_timestamp(ceil(date_part('epoch', instant) / 300) * 300) $$;
COMMENT ON FUNCTION pv_step IS 'The five minutes that an instant belongs to, by their end: 10:00:00.1 to 10:05:00 is 10:05.';

-- A fall of a millionth or of 1 Wh is a counter that trembles: it counts as it is, so that trembling up and down makes no energy. A larger
-- fall is a reset or another device. A rise beyond limit_w is another device, or a number that is none; 1 kWh is allowed for counters that
-- move in large steps.
CREATE FUNCTION pv_growth(wh double precision, next_wh double precision, span interval, limit_w double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE
    AS $$ SELECT CASE
                 WHEN span <= interval '24 hours'
                  AND next_wh >= wh - greatest(1, wh / 1000000)
                  AND next_wh <= wh + 1000 + limit_w * date_part('epoch', span) / 3600
                 THEN next_wh - wh
                 END $$;
COMMENT ON FUNCTION pv_growth IS 'The energy in Wh between two readings of a counter; null where it cannot be told.';

-- The counters that the days are made of. The limits are those of the largest devices that there are: an inverter of 100 kW, a meter with
-- current transformers of 5 kA, an OhmPilot of 9 kW.
CREATE VIEW pv_counter (source, site, device, measure, limit_w, ts, wh) AS
SELECT 'pv_inverter', site, device, 'produced', 100000, ts, total_energy
  FROM pv_inverter
 UNION ALL
SELECT 'pv_power_flow', site, 'site', 'produced', 100000, ts, e_total
  FROM pv_power_flow
 UNION ALL
SELECT 'pv_meter', site, device, 'plus', 3500000, ts, coalesce(energyreal_wac_plus_absolute, energyreal_wac_sum_consumed)
  FROM pv_meter
 UNION ALL
SELECT 'pv_meter', site, device, 'minus', 3500000, ts, coalesce(energyreal_wac_minus_absolute, energyreal_wac_sum_produced)
  FROM pv_meter
 UNION ALL
SELECT 'pv_ohmpilot', site, device, 'consumed', 10000, ts, energyreal_wac_sum_consumed
  FROM pv_ohmpilot;
COMMENT ON VIEW pv_counter IS 'Every reading of a counter of energy, in Wh.';
COMMENT ON COLUMN pv_counter.source IS 'The table of the reading.';
COMMENT ON COLUMN pv_counter.device IS 'As in the table; of the power flow, whose counter is that of all inverters: site.';
COMMENT ON COLUMN pv_counter.limit_w IS 'It grows no faster than this: of the power flow, for each inverter.';

-- One look into the index for each device, however many readings there are.
CREATE FUNCTION pv_read_devices(of_site text)
    RETURNS TABLE (source text, device text, first_at timestamptz, newest_at timestamptz)
    LANGUAGE sql STABLE
    AS $$
    WITH RECURSIVE node (source, device) AS (
        SELECT kind.source,
               CASE kind.source
               WHEN 'pv_inverter' THEN (SELECT min(r.device) FROM pv_inverter AS r WHERE r.site = of_site)
               WHEN 'pv_meter' THEN (SELECT min(r.device) FROM pv_meter AS r WHERE r.site = of_site)
               WHEN 'pv_storage' THEN (SELECT min(r.device) FROM pv_storage AS r WHERE r.site = of_site)
               WHEN 'pv_ohmpilot' THEN (SELECT min(r.device) FROM pv_ohmpilot AS r WHERE r.site = of_site)
               END
          FROM (VALUES ('pv_inverter'), ('pv_meter'), ('pv_storage'), ('pv_ohmpilot')) AS kind (source)
        UNION ALL
        SELECT node.source,
               CASE node.source
               WHEN 'pv_inverter' THEN (SELECT min(r.device) FROM pv_inverter AS r WHERE r.site = of_site AND r.device > node.device)
               WHEN 'pv_meter' THEN (SELECT min(r.device) FROM pv_meter AS r WHERE r.site = of_site AND r.device > node.device)
               WHEN 'pv_storage' THEN (SELECT min(r.device) FROM pv_storage AS r WHERE r.site = of_site AND r.device > node.device)
               WHEN 'pv_ohmpilot' THEN (SELECT min(r.device) FROM pv_ohmpilot AS r WHERE r.site = of_site AND r.device > node.device)
               END
          FROM node
         WHERE node.device IS NOT NULL
    )
    SELECT node.source, node.device,
           CASE node.source
           WHEN 'pv_inverter' THEN (SELECT min(r.ts) FROM pv_inverter AS r WHERE r.site = of_site AND r.device = node.device)
           WHEN 'pv_meter' THEN (SELECT min(r.ts) FROM pv_meter AS r WHERE r.site = of_site AND r.device = node.device)
           WHEN 'pv_storage' THEN (SELECT min(r.ts) FROM pv_storage AS r WHERE r.site = of_site AND r.device = node.device)
           WHEN 'pv_ohmpilot' THEN (SELECT min(r.ts) FROM pv_ohmpilot AS r WHERE r.site = of_site AND r.device = node.device)
           END,
           CASE node.source
           WHEN 'pv_inverter' THEN (SELECT max(r.ts) FROM pv_inverter AS r WHERE r.site = of_site AND r.device = node.device)
           WHEN 'pv_meter' THEN (SELECT max(r.ts) FROM pv_meter AS r WHERE r.site = of_site AND r.device = node.device)
           WHEN 'pv_storage' THEN (SELECT max(r.ts) FROM pv_storage AS r WHERE r.site = of_site AND r.device = node.device)
           WHEN 'pv_ohmpilot' THEN (SELECT max(r.ts) FROM pv_ohmpilot AS r WHERE r.site = of_site AND r.device = node.device)
           END
      FROM node
     WHERE node.device IS NOT NULL
    UNION ALL
    SELECT 'pv_power_flow', 'site', min(r.ts), max(r.ts)
      FROM pv_power_flow AS r
     WHERE r.site = of_site
    HAVING min(r.ts) IS NOT NULL
    $$;
COMMENT ON FUNCTION pv_read_devices IS 'The devices that a site has readings of, by table, with their oldest and their newest; the power flow as the device site.';

-- The device site, as which the power flow is counted, is archived where any inverter is.
CREATE FUNCTION pv_archived_through(of_site text, of_device text, from_at timestamptz, before_at timestamptz) RETURNS timestamptz
    LANGUAGE sql STABLE
    AS $$
    SELECT CASE of_device
           WHEN 'site' THEN (
                WITH RECURSIVE node (device) AS (
                    SELECT (SELECT min(a.device) FROM pv_archive AS a
                             WHERE a.site = of_site AND a.device >= 'inverter' AND a.device < 'invertes')
                    UNION ALL
                    SELECT (SELECT min(a.device) FROM pv_archive AS a
                             WHERE a.site = of_site AND a.device > node.device AND a.device < 'invertes')
                      FROM node
                     WHERE node.device IS NOT NULL
                )
                SELECT max((SELECT max(a.ts) FROM pv_archive AS a
                             WHERE a.site = of_site AND a.device = node.device AND a.ts >= from_at AND a.ts < before_at))
                  FROM node)
           ELSE (SELECT max(a.ts) FROM pv_archive AS a
                  WHERE a.site = of_site AND a.device = of_device AND a.ts >= from_at AND a.ts < before_at)
           END
    $$;
COMMENT ON FUNCTION pv_archived_through IS 'The newest sample that the archive has of a device within [from_at, before_at).';

-- The days by the readings alone, those that readings of [from_at, to_at) count for. Where the archive has the device on a day, it is
-- believed, and the readings count from its newest sample of that day on, unless it goes on within 24 hours: so today is up to date, and
-- nothing is lost where a logger without an archive replaces one with it. The power flow counts on days on which neither the archive nor
-- the readings have an inverter's energy. A counter is read as what it grew by until the next reading, which counts for the day on which
-- that stretch began.
CREATE FUNCTION pv_reading_days(of_site text, from_at timestamptz, to_at timestamptz)
    RETURNS TABLE (device text, day date, produced_wh double precision, plus_wh double precision, minus_wh double precision,
                   consumed_wh double precision, peak_w double precision, samples bigint, newest_at timestamptz)
    LANGUAGE plpgsql STABLE
    AS $$
#variable_conflict use_column
BEGIN
    -- most sites of most totals have none
    IF NOT EXISTS (SELECT FROM pv_read_devices(of_site)) THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH read AS MATERIALIZED (
        SELECT r.source, r.device COLLATE "C" AS device, r.first_at, r.newest_at
          FROM pv_read_devices(of_site) AS r
         WHERE r.source <> 'pv_storage'
    ),
    day AS MATERIALIZED (
        SELECT read.source, read.device, local.day, local.starts_at, local.ends_at, archive.through,
               CASE
               WHEN archive.through IS NULL THEN local.starts_at
               WHEN pv_archived_through(of_site, read.device, local.ends_at, archive.through + interval '24 hours 1 microsecond') IS NULL
               THEN archive.through
               END AS from_at
          FROM pv_site AS s
         CROSS JOIN read
         CROSS JOIN LATERAL (
               SELECT d::date AS day, d AT TIME ZONE s.zone AS starts_at, (d + interval '1 day') AT TIME ZONE s.zone AS ends_at
                 FROM generate_series((greatest(from_at - interval '24 hours', read.first_at) AT TIME ZONE s.zone)::date::timestamp,
                                      least(to_at, read.newest_at) AT TIME ZONE s.zone, interval '1 day') AS d) AS local
         CROSS JOIN LATERAL (SELECT pv_archived_through(of_site, read.device, local.starts_at, local.ends_at) AS through) AS archive
         WHERE s.site = of_site
           AND (read.source <> 'pv_power_flow'
                OR NOT EXISTS (SELECT FROM read AS other
                                CROSS JOIN LATERAL (SELECT FROM pv_inverter AS r
                                                     WHERE r.site = of_site AND r.device = other.device AND r.total_energy IS NOT NULL
                                                       AND r.ts >= local.starts_at AND r.ts < local.ends_at
                                                     LIMIT 1) AS told
                                WHERE other.source = 'pv_inverter'))
    ),
    seen AS (
        SELECT day.source, day.device, day.day, steps.*
          FROM day
         CROSS JOIN LATERAL (
               SELECT max(step.power_w) AS peak_w, count(*) AS samples, max(step.newest_at) AS newest_at
                 FROM (SELECT pv_step(reading.ts) AS ends_at, avg(reading.power_w) AS power_w, max(reading.ts) AS newest_at
                         FROM (SELECT r.ts, r.pac AS power_w FROM pv_inverter AS r
                                WHERE day.source = 'pv_inverter' AND r.site = of_site AND r.device = day.device
                                  AND r.ts >= day.from_at AND r.ts < day.ends_at
                               UNION ALL
                               SELECT r.ts, r.p_pv FROM pv_power_flow AS r
                                WHERE day.source = 'pv_power_flow' AND r.site = of_site
                                  AND r.ts >= day.from_at AND r.ts < day.ends_at
                               UNION ALL
                               SELECT r.ts, NULL FROM pv_meter AS r
                                WHERE day.source = 'pv_meter' AND r.site = of_site AND r.device = day.device
                                  AND r.ts >= day.from_at AND r.ts < day.ends_at
                               UNION ALL
                               SELECT r.ts, NULL FROM pv_ohmpilot AS r
                                WHERE day.source = 'pv_ohmpilot' AND r.site = of_site AND r.device = day.device
                                  AND r.ts >= day.from_at AND r.ts < day.ends_at) AS reading
                        WHERE reading.ts > coalesce(day.through, '-infinity')
                        GROUP BY 1) AS step) AS steps
         WHERE steps.samples > 0
    ),
    energy AS (
        SELECT day.source, day.device, day.day, kind.measure, CASE WHEN grown.wh < 0 THEN 0 ELSE grown.wh END AS wh
          FROM day
         CROSS JOIN (SELECT greatest(1, count(*)) AS number FROM pv_device AS d WHERE d.site = of_site AND d.class = 'Inverter') AS inverters
          JOIN (VALUES ('pv_inverter', 'produced'), ('pv_power_flow', 'produced'), ('pv_meter', 'plus'), ('pv_meter', 'minus'),
                       ('pv_ohmpilot', 'consumed')) AS kind (source, measure) ON kind.source = day.source
         CROSS JOIN LATERAL (
               SELECT sum(pv_growth(stretch.wh, stretch.next_wh, stretch.span,
                                    stretch.limit_w * CASE WHEN day.source = 'pv_power_flow' THEN inverters.number ELSE 1 END)) AS wh
                 FROM (SELECT reading.wh, reading.limit_w, lead(reading.wh) OVER following AS next_wh,
                              lead(reading.ts) OVER following - reading.ts AS span
                         FROM (SELECT c.limit_w, c.ts, c.wh
                                 FROM pv_counter AS c
                                WHERE c.source = day.source AND c.site = of_site AND c.device = day.device AND c.measure = kind.measure
                                  AND c.ts >= day.from_at AND c.ts < day.ends_at AND c.wh IS NOT NULL
                               UNION ALL
                               (SELECT c.limit_w, c.ts, c.wh
                                  FROM pv_counter AS c
                                 WHERE c.source = day.source AND c.site = of_site AND c.device = day.device AND c.measure = kind.measure
                                   AND c.ts >= day.ends_at AND c.ts <= day.ends_at + interval '24 hours' AND c.wh IS NOT NULL
                                 ORDER BY c.ts
                                 LIMIT 1)) AS reading
                       WINDOW following AS (ORDER BY reading.ts)) AS stretch) AS grown
    )
    SELECT seen.device::text, seen.day,
           max(energy.wh) FILTER (WHERE energy.measure = 'produced'),
           max(energy.wh) FILTER (WHERE energy.measure = 'plus'),
           max(energy.wh) FILTER (WHERE energy.measure = 'minus'),
           max(energy.wh) FILTER (WHERE energy.measure = 'consumed'),
           seen.peak_w, seen.samples, seen.newest_at
      FROM seen
      LEFT JOIN energy ON energy.source = seen.source AND energy.device = seen.device AND energy.day = seen.day
     GROUP BY seen.source, seen.device, seen.day, seen.peak_w, seen.samples, seen.newest_at;
END
$$;
COMMENT ON FUNCTION pv_reading_days IS 'What the readings of a stretch add to pv_day.';

-- As before, and with what the readings add.
CREATE OR REPLACE VIEW pv_day AS
WITH archived AS (
    SELECT site, device, day,
           sum(energyreal_wac_sum_produced) AS produced_wh,
           sum(CASE WHEN next_ts - ts <= interval '24 hours' AND next_plus >= energyreal_wac_plus_absolute
                    THEN next_plus - energyreal_wac_plus_absolute END) AS plus_wh,
           sum(CASE WHEN next_ts - ts <= interval '24 hours' AND next_minus >= energyreal_wac_minus_absolute
                    THEN next_minus - energyreal_wac_minus_absolute END) AS minus_wh,
           sum(CASE WHEN next_ts - ts <= interval '24 hours' AND next_consumed >= energyreal_wac_sum_consumed
                    THEN next_consumed - energyreal_wac_sum_consumed END) AS consumed_wh,
           max(powerreal_pac_sum) AS peak_w,
           count(*) AS samples
      FROM (SELECT a.*,
                   (a.ts AT TIME ZONE s.zone)::date AS day,
                   lead(a.ts) OVER node AS next_ts,
                   lead(a.energyreal_wac_plus_absolute) OVER node AS next_plus,
                   lead(a.energyreal_wac_minus_absolute) OVER node AS next_minus,
                   lead(a.energyreal_wac_sum_consumed) OVER node AS next_consumed
              FROM pv_archive AS a
              JOIN pv_site AS s ON s.site = a.site
            WINDOW node AS (PARTITION BY a.site, a.device ORDER BY a.ts)) AS sample
     GROUP BY site, device, day
)
SELECT site, device, day,
       sum(produced_wh) AS produced_wh,
       sum(plus_wh) AS plus_wh,
       sum(minus_wh) AS minus_wh,
       sum(consumed_wh) AS consumed_wh,
       max(peak_w) AS peak_w,
       sum(samples)::bigint AS samples
  FROM (SELECT * FROM archived
        UNION ALL
        SELECT s.site, r.device COLLATE "C", r.day, r.produced_wh, r.plus_wh, r.minus_wh, r.consumed_wh, r.peak_w, r.samples
          FROM pv_site AS s
         CROSS JOIN LATERAL pv_reading_days(s.site, '-infinity', 'infinity') AS r) AS part
 GROUP BY site, device, day;
COMMENT ON VIEW pv_day IS 'Energy per site, device and local day of the plant (pv_site.zone), in Wh: by the archive where it has the device on that day, from there on and elsewhere by the readings.';
COMMENT ON COLUMN pv_day.device IS 'As the archive and the readings name it; site where nothing but the power flow tells what is produced.';
COMMENT ON COLUMN pv_day.produced_wh IS 'Inverter: the intervals of the archive added up; by the readings what its counter grew by.';
COMMENT ON COLUMN pv_day.plus_wh IS 'Meter: what its counter of energy from the grid grew by.';
COMMENT ON COLUMN pv_day.minus_wh IS 'Meter: what its counter of energy fed in grew by.';
COMMENT ON COLUMN pv_day.consumed_wh IS 'OhmPilot: what its counter grew by.';
COMMENT ON COLUMN pv_day.peak_w IS 'The highest average of an interval; by the readings of five minutes.';
COMMENT ON COLUMN pv_day.samples IS 'Of the archive; of the readings the steps of five minutes that have one.';

-- As before, and with what the readings add. Totals the local days of a site anew that samples of [from_at, to_at) count for; writes what differs and nothing else. Gives back how many
-- rows of pv_day_total were written. A counter counts for the day of the earlier of two samples, up to 24 hours before.
-- An interval or a peak is cheap to add up; the stretches between two samples, which cost more, are looked at where there is a counter.
CREATE OR REPLACE FUNCTION pv_total_days(of_site text, from_at timestamptz, to_at timestamptz) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    written bigint;
BEGIN
    -- two that total the same days: the later one sees what the earlier one saw
    PERFORM pg_advisory_xact_lock(hashtext('pv_day_total'), hashtext(of_site));
    WITH RECURSIVE
    -- the nodes of the site, one look into the index for each
    node (device) AS (
        (SELECT a.device FROM pv_archive AS a WHERE a.site = of_site ORDER BY a.device LIMIT 1)
        UNION ALL
        SELECT (SELECT a.device FROM pv_archive AS a WHERE a.site = of_site AND a.device > node.device ORDER BY a.device LIMIT 1)
          FROM node
         WHERE node.device IS NOT NULL
    ),
    stretch AS (
        SELECT node.device, s.zone,
               greatest(from_at - interval '24 hours', (SELECT min(a.ts) FROM pv_archive AS a WHERE a.site = of_site AND a.device = node.device)) AS first,
               least(to_at, (SELECT max(a.ts) FROM pv_archive AS a WHERE a.site = of_site AND a.device = node.device)) AS last
          FROM node
          JOIN pv_site AS s ON s.site = of_site
         WHERE node.device IS NOT NULL
    ),
    day AS (
        SELECT stretch.device, stretch.zone, d::date AS day, d::date::timestamp AT TIME ZONE stretch.zone AS starts_at,
               (d::date + 1)::timestamp AT TIME ZONE stretch.zone AS ends_at
          FROM stretch
         CROSS JOIN LATERAL generate_series((stretch.first AT TIME ZONE stretch.zone)::date::timestamp,
                                            stretch.last AT TIME ZONE stretch.zone, interval '1 day') AS d
    ),
    summed AS MATERIALIZED (
        SELECT day.device, day.day, day.zone, sample.*
          FROM day
         CROSS JOIN LATERAL (
               SELECT sum(a.energyreal_wac_sum_produced) AS produced_wh,
                      max(a.powerreal_pac_sum) AS peak_w,
                      count(*) AS samples,
                      max(a.ts) AS newest_at,
                      count(a.energyreal_wac_plus_absolute) + count(a.energyreal_wac_minus_absolute) AS meters,
                      count(a.energyreal_wac_sum_consumed) AS heaters,
                      day.starts_at, day.ends_at
                 FROM pv_archive AS a
                WHERE a.site = of_site AND a.device = day.device AND a.ts >= day.starts_at AND a.ts < day.ends_at) AS sample
         WHERE sample.samples > 0
    ),
    counted AS (
        SELECT meter.device, stretch.day,
               sum(CASE WHEN next_ts - ts <= interval '24 hours' AND next_plus >= plus THEN next_plus - plus END) AS plus_wh,
               sum(CASE WHEN next_ts - ts <= interval '24 hours' AND next_minus >= minus THEN next_minus - minus END) AS minus_wh
          FROM (SELECT device, zone, min(starts_at) AS first, max(ends_at) AS last FROM summed WHERE meters > 0 GROUP BY device, zone) AS meter
         CROSS JOIN LATERAL (
               SELECT (a.ts AT TIME ZONE meter.zone)::date AS day, a.ts, lead(a.ts) OVER following AS next_ts,
                      a.energyreal_wac_plus_absolute AS plus, lead(a.energyreal_wac_plus_absolute) OVER following AS next_plus,
                      a.energyreal_wac_minus_absolute AS minus, lead(a.energyreal_wac_minus_absolute) OVER following AS next_minus
                 FROM pv_archive AS a
                WHERE a.site = of_site AND a.device = meter.device AND a.ts >= meter.first AND a.ts <= meter.last + interval '24 hours'
               WINDOW following AS (ORDER BY a.ts)) AS stretch
         GROUP BY meter.device, stretch.day
    ),
    heated AS (
        SELECT heater.device, stretch.day,
               sum(CASE WHEN next_ts - ts <= interval '24 hours' AND next_consumed >= consumed THEN next_consumed - consumed END) AS consumed_wh
          FROM (SELECT device, zone, min(starts_at) AS first, max(ends_at) AS last FROM summed WHERE heaters > 0 GROUP BY device, zone) AS heater
         CROSS JOIN LATERAL (
               SELECT (a.ts AT TIME ZONE heater.zone)::date AS day, a.ts, lead(a.ts) OVER following AS next_ts,
                      a.energyreal_wac_sum_consumed AS consumed, lead(a.energyreal_wac_sum_consumed) OVER following AS next_consumed
                 FROM pv_archive AS a
                WHERE a.site = of_site AND a.device = heater.device AND a.ts >= heater.first AND a.ts <= heater.last + interval '24 hours'
               WINDOW following AS (ORDER BY a.ts)) AS stretch
         GROUP BY heater.device, stretch.day
    ),
    archived AS (
        SELECT summed.device, summed.day, summed.produced_wh, counted.plus_wh, counted.minus_wh, heated.consumed_wh, summed.peak_w,
               summed.samples, summed.newest_at
          FROM summed
          LEFT JOIN counted ON counted.device = summed.device AND counted.day = summed.day
          LEFT JOIN heated ON heated.device = summed.device AND heated.day = summed.day
    ),
    total AS MATERIALIZED (
        SELECT part.device, part.day, sum(part.produced_wh) AS produced_wh, sum(part.plus_wh) AS plus_wh, sum(part.minus_wh) AS minus_wh,
               sum(part.consumed_wh) AS consumed_wh, max(part.peak_w) AS peak_w, sum(part.samples)::bigint AS samples,
               max(part.newest_at) AS newest_at
          FROM (SELECT * FROM archived
                UNION ALL
                SELECT r.device COLLATE "C", r.day, r.produced_wh, r.plus_wh, r.minus_wh, r.consumed_wh, r.peak_w, r.samples, r.newest_at
                  FROM pv_reading_days(of_site, from_at, to_at) AS r) AS part
         GROUP BY part.device, part.day
    ),
    gone AS (
        DELETE FROM pv_day_total AS t
         USING pv_site AS s
         WHERE t.site = of_site
           AND s.site = of_site
           AND t.day BETWEEN ((from_at - interval '24 hours') AT TIME ZONE s.zone)::date AND (to_at AT TIME ZONE s.zone)::date
           AND NOT EXISTS (SELECT FROM total WHERE total.device = t.device AND total.day = t.day)
        RETURNING 1
    ),
    there AS (
        INSERT INTO pv_day_total AS t (site, device, day, produced_wh, plus_wh, minus_wh, consumed_wh, peak_w, samples, newest_at)
        SELECT of_site, total.device, total.day, total.produced_wh, total.plus_wh, total.minus_wh, total.consumed_wh, total.peak_w,
               total.samples, total.newest_at
          FROM total
        ON CONFLICT (site, day, device) DO UPDATE
           SET produced_wh = EXCLUDED.produced_wh,
               plus_wh = EXCLUDED.plus_wh,
               minus_wh = EXCLUDED.minus_wh,
               consumed_wh = EXCLUDED.consumed_wh,
               peak_w = EXCLUDED.peak_w,
               samples = EXCLUDED.samples,
               newest_at = EXCLUDED.newest_at
         WHERE (t.produced_wh, t.plus_wh, t.minus_wh, t.consumed_wh, t.peak_w, t.samples, t.newest_at)
               IS DISTINCT FROM (EXCLUDED.produced_wh, EXCLUDED.plus_wh, EXCLUDED.minus_wh, EXCLUDED.consumed_wh, EXCLUDED.peak_w,
                                 EXCLUDED.samples, EXCLUDED.newest_at)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM there) INTO written;
    RETURN written;
END
$$;
COMMENT ON FUNCTION pv_total_days IS 'Brings pv_day_total up for the samples and readings of a stretch. After a change by hand: SELECT pv_total_days(site, ''-infinity'', ''infinity'') FROM pv_site.';

-- The archive tells no power of a grid meter, but its counters: what they changed by from sample to sample, over the time between, up to
-- 45 minutes (the longest logging interval, and then some). A meter is at the grid where it says so (location 0), or says nothing while no
-- other meter does that could be. What a battery does is not in the archive with a sign that can be relied on; it is behind an inverter
-- there, so that what is consumed is what the inverters and the grid deliver. An inverter that is silent while its grid meter is heard sleeps.
CREATE FUNCTION pv_power_between(of_site text, from_at timestamptz, to_at timestamptz)
    RETURNS TABLE (ts timestamptz, pv_w double precision, grid_w double precision, load_w double precision, battery_w double precision,
                   soc_percent double precision)
    LANGUAGE sql STABLE
    AS $$
    WITH RECURSIVE
    asked AS MATERIALIZED (
        SELECT to_timestamp(floor(date_part('epoch', from_at) / 300) * 300) AS after_at, pv_step(to_at) AS through_at
    ),
    node (device) AS (
        SELECT (SELECT min(a.device) FROM pv_archive AS a WHERE a.site = of_site)
        UNION ALL
        SELECT (SELECT min(a.device) FROM pv_archive AS a WHERE a.site = of_site AND a.device > node.device)
          FROM node
         WHERE node.device IS NOT NULL
    ),
    meter AS MATERIALIZED (
        SELECT node.device, latest.ts AS newest_at, coalesce(latest.location, 0) = 0 AS at_grid,
               (SELECT min(a.ts) FROM pv_archive AS a WHERE a.site = of_site AND a.device = node.device) AS first_at
          FROM node
         CROSS JOIN LATERAL (SELECT a.ts, a.meter_location_current AS location
                               FROM pv_archive AS a
                              WHERE a.site = of_site AND a.device = node.device
                              ORDER BY a.ts DESC
                              LIMIT 1) AS latest
         WHERE node.device LIKE 'meter%'
    ),
    inverter AS (
        SELECT node.device, pv_step(a.ts) AS step,
               -- where an inverter looks out at dusk, several short intervals end in a step
               sum(a.powerreal_pac_sum * span.seconds) / sum(span.seconds) AS w
          FROM asked
         CROSS JOIN node
         CROSS JOIN LATERAL (SELECT s.ts, s.powerreal_pac_sum, s.timespaninsec
                               FROM pv_archive AS s
                              WHERE s.site = of_site AND s.device = node.device AND s.ts > asked.after_at AND s.ts <= asked.through_at) AS a
         CROSS JOIN LATERAL (SELECT CASE WHEN a.timespaninsec > 0 THEN a.timespaninsec ELSE 300 END AS seconds) AS span
         WHERE node.device LIKE 'inverter%' AND a.powerreal_pac_sum IS NOT NULL
         GROUP BY node.device, step
    ),
    counted AS (
        SELECT meter.device, a.ts, a.location, a.wh - lag(a.wh) OVER before AS wh, date_part('epoch', a.ts - lag(a.ts) OVER before) AS seconds,
               a.plus >= lag(a.plus) OVER before AND a.minus >= lag(a.minus) OVER before AS rose
          FROM asked
         CROSS JOIN meter
         CROSS JOIN LATERAL (SELECT s.ts, s.meter_location_current AS location, s.energyreal_wac_plus_absolute AS plus,
                                    s.energyreal_wac_minus_absolute AS minus,
                                    s.energyreal_wac_plus_absolute - s.energyreal_wac_minus_absolute AS wh
                               FROM pv_archive AS s
                              WHERE s.site = of_site AND s.device = meter.device
                                AND s.ts > asked.after_at - interval '45 minutes' AND s.ts <= asked.through_at) AS a
         WHERE a.wh IS NOT NULL
        WINDOW before AS (PARTITION BY meter.device ORDER BY a.ts)
    ),
    grid AS (
        SELECT c.device, pv_step(c.ts) AS step, sum(c.wh) * 3600 / sum(c.seconds) AS w
          FROM asked
         CROSS JOIN counted AS c
         WHERE c.ts > asked.after_at
           AND c.rose
           AND c.seconds <= 2700
           AND abs(c.wh) <= 1000 + 3500000 * c.seconds / 3600
           AND (c.location = 0
                OR c.location IS NULL
                   AND NOT EXISTS (SELECT FROM meter AS other
                                    WHERE other.device <> c.device AND other.at_grid AND c.ts BETWEEN other.first_at AND other.newest_at))
         GROUP BY c.device, step
    ),
    battery AS (
        SELECT pv_step(a.ts) AS step, avg(a.soc) AS soc
          FROM asked
         CROSS JOIN node
         CROSS JOIN LATERAL (SELECT s.ts, s.stateofcharge_relative AS soc
                               FROM pv_archive AS s
                              WHERE s.site = of_site AND s.device = node.device AND s.ts > asked.after_at AND s.ts <= asked.through_at) AS a
         WHERE node.device LIKE 'storage%'
         GROUP BY step
    ),
    archived AS (
        SELECT part.step, sum(part.pv_w) AS pv_w, sum(part.grid_w) AS grid_w, max(part.soc) AS soc
          FROM (SELECT step, w AS pv_w, NULL::double precision AS grid_w, NULL::double precision AS soc FROM inverter
                UNION ALL
                SELECT step, NULL, w, NULL FROM grid
                UNION ALL
                SELECT step, NULL, NULL, soc FROM battery) AS part
         GROUP BY part.step
    ),
    reading AS (
        SELECT pv_step(r.ts) AS step, avg(r.p_pv) AS pv_w, avg(r.p_grid) AS grid_w, - avg(r.p_load) AS load_w, avg(r.p_akku) AS battery_w,
               avg(r.soc) AS soc
          FROM asked
         CROSS JOIN LATERAL (SELECT f.* FROM pv_power_flow AS f
                              WHERE f.site = of_site AND f.ts > asked.after_at AND f.ts <= asked.through_at) AS r
         GROUP BY step
    )
    SELECT step, coalesce(a.pv_w, r.pv_w), coalesce(a.grid_w, r.grid_w), coalesce(a.pv_w + a.grid_w, r.load_w, a.grid_w), r.battery_w,
           coalesce(a.soc, r.soc)
      FROM archived AS a
      FULL JOIN reading AS r USING (step)
     ORDER BY step
    $$;
COMMENT ON FUNCTION pv_power_between IS 'pv_power of a site, in the steps that [from_at, to_at) touches: at once, however long the history is.';

CREATE VIEW pv_power AS
SELECT s.site, p.ts, p.pv_w, p.grid_w, p.load_w, p.battery_w, p.soc_percent
  FROM pv_site AS s
 CROSS JOIN LATERAL pv_power_between(s.site, '-infinity', 'infinity') AS p;
COMMENT ON VIEW pv_power IS 'The power of each site in steps of five minutes: by the archive, and each value that it does not have by the readings. It looks at the whole history of a site: ask pv_power_between() for a day. What is not known is null.';
COMMENT ON COLUMN pv_power.ts IS 'The end of the step: the average of what was told in it. A logger that stores every 15 minutes has a step in 15 minutes.';
COMMENT ON COLUMN pv_power.pv_w IS 'What the inverters deliver, added up; by the readings what the modules do. With a battery behind an inverter, the archive has what both deliver.';
COMMENT ON COLUMN pv_power.grid_w IS 'Bought, negative: fed in.';
COMMENT ON COLUMN pv_power.load_w IS 'Consumed, as a positive number; Fronius gives it as a negative one.';
COMMENT ON COLUMN pv_power.battery_w IS 'Discharge of the battery, negative: charge. By the readings alone.';
COMMENT ON COLUMN pv_power.soc_percent IS 'Charge of the batteries, their mean.';

-- How far the readings of a site are thinned.
CREATE TABLE pv_thinned (
    site       text COLLATE "C" NOT NULL,
    source     text COLLATE "C" NOT NULL,
    through_at timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (site, source)
);
COMMENT ON TABLE pv_thinned IS 'How far the readings of a site are thinned to steps of five minutes (realtime.keep).';
COMMENT ON COLUMN pv_thinned.source IS 'The table of the readings.';
COMMENT ON COLUMN pv_thinned.through_at IS 'The end of the last day that was thinned.';

CREATE FUNCTION pv_next_reading(of_source text, of_site text, of_device text, from_at timestamptz) RETURNS timestamptz
    LANGUAGE sql STABLE
    AS $$
    SELECT CASE of_source
           WHEN 'pv_power_flow' THEN (SELECT min(r.ts) FROM pv_power_flow AS r WHERE r.site = of_site AND r.ts >= from_at)
           WHEN 'pv_inverter' THEN (SELECT min(r.ts) FROM pv_inverter AS r WHERE r.site = of_site AND r.device = of_device AND r.ts >= from_at)
           WHEN 'pv_meter' THEN (SELECT min(r.ts) FROM pv_meter AS r WHERE r.site = of_site AND r.device = of_device AND r.ts >= from_at)
           WHEN 'pv_storage' THEN (SELECT min(r.ts) FROM pv_storage AS r WHERE r.site = of_site AND r.device = of_device AND r.ts >= from_at)
           WHEN 'pv_ohmpilot' THEN (SELECT min(r.ts) FROM pv_ohmpilot AS r WHERE r.site = of_site AND r.device = of_device AND r.ts >= from_at)
           END
    $$;
COMMENT ON FUNCTION pv_next_reading IS 'The first reading of a device from an instant on.';

-- For the readings of the device $2 of the site $1 within [$3, $4), a local day.
CREATE FUNCTION pv_thin_statement(of_source text, averaged text[]) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    SELECT format(
        $statement$
        WITH reading AS MATERIALIZED (
            SELECT r.ts, pv_step(r.ts) AS step
              FROM %1$I AS r
             WHERE r.site = $1 AND %2$s AND r.ts >= $3 AND r.ts < $4
        ),
        counter AS MATERIALIZED (
            SELECT c.measure, c.ts, c.wh, pv_step(c.ts) AS step,
                   c.limit_w * CASE WHEN c.source = 'pv_power_flow' THEN inverters.number ELSE 1 END AS limit_w
              FROM pv_counter AS c
             CROSS JOIN (SELECT greatest(1, count(*)) AS number FROM pv_device AS d WHERE d.site = $1 AND d.class = 'Inverter') AS inverters
             WHERE c.source = %1$L AND c.site = $1 AND c.device = $2 AND c.ts >= $3 AND c.ts < $4
        ),
        stays (step) AS (
            -- a counter was reset or jumped there, or is told for the first time on this day
            SELECT following.step
              FROM (SELECT c.step, c.wh, c.limit_w, lag(c.wh) OVER before AS last_wh, c.ts - lag(c.ts) OVER before AS span
                      FROM counter AS c
                     WHERE c.wh IS NOT NULL
                    WINDOW before AS (PARTITION BY c.measure ORDER BY c.ts)) AS following
             WHERE pv_growth(following.last_wh, following.wh, following.span, following.limit_w) IS NULL
            UNION
            -- a counter was told now and then
            SELECT c.step FROM counter AS c GROUP BY c.measure, c.step HAVING count(c.wh) NOT IN (0, count(*))
            UNION
            -- from there on is counted what the archive does not have
            SELECT min(r.step) FROM reading AS r WHERE r.ts >= (SELECT pv_archived_through($1, $2, $3, $4)) HAVING count(*) > 0
            UNION
            -- from its end the next day is
            SELECT $4 WHERE pv_next_reading(%1$L, $1, $2, $4) = $4
        ),
        thin AS MATERIALIZED (
            SELECT pv_step(r.ts) AS step, max(r.ts) AS last_at%3$s
              FROM %1$I AS r
             WHERE r.site = $1 AND %2$s AND r.ts >= $3 AND r.ts < $4
               AND pv_step(r.ts) NOT IN (SELECT stays.step FROM stays)
             GROUP BY 1
            HAVING count(*) > 1
        ),%4$s
        removed AS (
            DELETE FROM %1$I AS r
             USING thin
             WHERE r.site = $1 AND %2$s AND r.ts >= $3 AND r.ts < $4 AND pv_step(r.ts) = thin.step AND r.ts < thin.last_at
            RETURNING 1
        )
        SELECT count(*) FROM removed
        $statement$,
        of_source,
        CASE of_source WHEN 'pv_power_flow' THEN 'true' ELSE 'r.device = $2' END,
        (SELECT string_agg(format(', avg(r.%1$I) AS %1$I', name), '') FROM unnest(averaged) AS name),
        (SELECT format(
                $kept$
        kept AS (
            UPDATE %1$I AS r
               SET %3$s
              FROM thin
             WHERE r.site = $1 AND %2$s AND r.ts >= $3 AND r.ts < $4 AND r.ts = thin.last_at
        ),$kept$,
                of_source,
                CASE of_source WHEN 'pv_power_flow' THEN 'true' ELSE 'r.device = $2' END,
                string_agg(format('%1$I = thin.%1$I', name), ', '))
           FROM unnest(averaged) AS name
         HAVING count(*) > 0))
    $$;

-- Thins one local day of one table of one site that is older than keep, the next that nobody else is at; gives it back, or nothing where
-- there is none. Of each step the last row stays. Its powers, currents, voltages and the like become the averages of the step, as the unit
-- in the comment of a column tells; counters, states and texts stay as they were last. So pv_power and pv_day say the same as before. For
-- that, steps remain as they are in which a counter was reset, jumped, or was told only now and then, and those from which the next day, or
-- what the archive does not have, is counted on.
CREATE FUNCTION pv_thin(keep interval) RETURNS TABLE (site text, source text, day date, removed bigint)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
    due record;
    node record;
    averaged text[];
    removed_here bigint;
    locked boolean := false;
BEGIN
    INSERT INTO pv_thinned (site, source)
    SELECT s.site, kind.source
      FROM pv_site AS s
     CROSS JOIN (VALUES ('pv_power_flow'), ('pv_inverter'), ('pv_meter'), ('pv_storage'), ('pv_ohmpilot')) AS kind (source)
     WHERE NOT EXISTS (SELECT FROM pv_thinned AS t WHERE t.site = s.site AND t.source = kind.source)
    ON CONFLICT DO NOTHING;

    -- What is chosen is locked afterwards, and only if it is as it was: a lock taken while choosing would be that of a row which another has
    -- moved on, on a day that was looked up before.
    FOR due IN
        SELECT t.site, t.source, t.through_at, local.day, local.day::timestamp AT TIME ZONE s.zone AS starts_at,
               (local.day + 1)::timestamp AT TIME ZONE s.zone AS ends_at
          FROM pv_thinned AS t
          JOIN pv_site AS s ON s.site = t.site
         CROSS JOIN LATERAL (SELECT min(pv_next_reading(r.source, t.site, r.device, t.through_at)) AS at
                               FROM pv_read_devices(t.site) AS r
                              WHERE r.source = t.source AND r.newest_at >= t.through_at) AS oldest
         CROSS JOIN LATERAL (SELECT (oldest.at AT TIME ZONE s.zone)::date AS day) AS local
         WHERE (local.day + 1)::timestamp AT TIME ZONE s.zone <= now() - keep
    LOOP
        PERFORM FROM pv_thinned AS t
          WHERE t.site = due.site AND t.source = due.source AND t.through_at = due.through_at
            FOR UPDATE SKIP LOCKED;
        locked := FOUND;
        EXIT WHEN locked;
    END LOOP;
    IF NOT locked THEN
        RETURN;
    END IF;

    site := due.site;
    source := due.source;
    day := due.day;
    removed := 0;
    averaged := ARRAY(SELECT v.column_name FROM pv_value AS v
                       WHERE v.table_name = due.source AND v.unit IN ('W', 'V', 'A', 'Hz', 'VA', 'var', '%', 'deg C'));
    FOR node IN SELECT r.device FROM pv_read_devices(due.site) AS r WHERE r.source = due.source LOOP
        EXECUTE pv_thin_statement(due.source, averaged) INTO removed_here USING due.site, node.device, due.starts_at, due.ends_at;
        removed := removed + removed_here;
    END LOOP;
    UPDATE pv_thinned AS t SET through_at = due.ends_at WHERE t.site = due.site AND t.source = due.source;
    RETURN NEXT;
END
$$;
COMMENT ON FUNCTION pv_thin IS 'Thins a day of readings older than keep to steps of five minutes; gives it back, or nothing where none is left.';

-- What views call works wherever the search path of the one who asks goes; and a query of milliseconds is not worth compiling.
DO $$
DECLARE
    called text;
BEGIN
    FOREACH called IN ARRAY ARRAY['pv_power_between(text, timestamptz, timestamptz)', 'pv_reading_days(text, timestamptz, timestamptz)',
                                  'pv_thin(interval)'] LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', called, current_schema());
        EXECUTE format('ALTER FUNCTION %s SET jit = off', called);
    END LOOP;
END
$$;
