-- Day totals, so that a page or a command answers at once where pv_day would read years of samples: pv_day says the same.

CREATE TABLE pv_day_total (
    site        text COLLATE "C" NOT NULL,
    device      text COLLATE "C" NOT NULL,
    day         date NOT NULL,
    produced_wh double precision,
    plus_wh     double precision,
    minus_wh    double precision,
    consumed_wh double precision,
    peak_w      double precision,
    samples     bigint NOT NULL,
    newest_at   timestamptz NOT NULL,
    PRIMARY KEY (site, day, device)
);
COMMENT ON TABLE pv_day_total IS 'What pv_day says, kept up by pv_total_days() as windows are stored.';
COMMENT ON COLUMN pv_day_total.newest_at IS 'The newest sample of the device on this day.';

-- What is stored and what is totalled are two transactions. The stretch in between is remembered before the first, and forgotten after
-- the second: a runner that dies there leaves no day wrong for good.
ALTER TABLE pv_site ADD COLUMN untotalled tstzrange;
COMMENT ON COLUMN pv_site.untotalled IS 'Samples of this stretch may have been stored since pv_day_total was brought up to them. Everything: (-infinity,infinity).';

-- Totals the local days of a site anew that samples of [from_at, to_at) count for; writes what differs and nothing else. Gives back how many
-- rows of pv_day_total were written. A counter counts for the day of the earlier of two samples, up to 24 hours before.
-- An interval or a peak is cheap to add up; the stretches between two samples, which cost more, are looked at where there is a counter.
CREATE FUNCTION pv_total_days(of_site text, from_at timestamptz, to_at timestamptz) RETURNS bigint
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
    gone AS (
        DELETE FROM pv_day_total AS t
         USING pv_site AS s
         WHERE t.site = of_site
           AND s.site = of_site
           AND t.day BETWEEN ((from_at - interval '24 hours') AT TIME ZONE s.zone)::date AND (to_at AT TIME ZONE s.zone)::date
           AND NOT EXISTS (SELECT FROM summed WHERE summed.device = t.device AND summed.day = t.day)
        RETURNING 1
    ),
    there AS (
        INSERT INTO pv_day_total AS t (site, device, day, produced_wh, plus_wh, minus_wh, consumed_wh, peak_w, samples, newest_at)
        SELECT of_site, summed.device, summed.day, summed.produced_wh, counted.plus_wh, counted.minus_wh, heated.consumed_wh, summed.peak_w,
               summed.samples, summed.newest_at
          FROM summed
          LEFT JOIN counted ON counted.device = summed.device AND counted.day = summed.day
          LEFT JOIN heated ON heated.device = summed.device AND heated.day = summed.day
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
COMMENT ON FUNCTION pv_total_days IS 'Brings pv_day_total up for the samples of a stretch. After a change by hand: SELECT pv_total_days(site, ''-infinity'', ''infinity'') FROM pv_site.';

-- Another zone cuts all days anew.
CREATE FUNCTION pv_site_zone_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.untotalled := '(-infinity,infinity)';
    RETURN NEW;
END
$$;
CREATE TRIGGER zone_changed
    BEFORE UPDATE ON pv_site
    FOR EACH ROW WHEN (OLD.zone <> NEW.zone)
    EXECUTE FUNCTION pv_site_zone_changed();

-- What is stored already is totalled with the next window that each site gets.
UPDATE pv_site SET untotalled = '(-infinity,infinity)';

-- The power of a site at an instant, wherever it was read.
CREATE VIEW pv_power AS
SELECT site, device, ts, powerreal_pac_sum AS power_w
  FROM pv_archive
 WHERE powerreal_pac_sum IS NOT NULL;
COMMENT ON VIEW pv_power IS 'The power of the devices that tell it, in W: averages of the interval that ends at ts.';
