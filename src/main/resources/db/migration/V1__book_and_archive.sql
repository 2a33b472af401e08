-- The book of windows, the archive and its events. Every column that is not plain by its name has a comment: \d+ shows them.

CREATE TABLE pv_site (
    site            text COLLATE "C" PRIMARY KEY CHECK (site ~ '^[a-z][a-z0-9]*$'),
    url             text NOT NULL,
    zone            text NOT NULL DEFAULT 'UTC',
    since           timestamptz,
    period          interval CHECK (period > interval '0'),
    pause           interval CHECK (pause >= interval '0'),
    enabled         boolean NOT NULL DEFAULT true,
    source          text NOT NULL DEFAULT 'hand' CHECK (source IN ('config', 'hand')),
    lease           uuid,
    leased_by       uuid,
    leased_until    timestamptz,
    next_request_at timestamptz NOT NULL DEFAULT '-infinity',
    down_since      timestamptz,
    error           text
);
COMMENT ON TABLE pv_site IS 'The loggers that are read, and who reads each of them now.';
COMMENT ON COLUMN pv_site.url IS 'Base URL of the logger, without /solar_api.';
COMMENT ON COLUMN pv_site.zone IS 'IANA time zone of the plant: cuts the days of pv_day.';
COMMENT ON COLUMN pv_site.since IS 'Where the history begins; -infinity: as far back as the logger remembers; null: archive.since.';
COMMENT ON COLUMN pv_site.period IS 'How often today is read; null: archive.period.';
COMMENT ON COLUMN pv_site.pause IS 'From the end of one archive request to the start of the next; null: archive.pause.';
COMMENT ON COLUMN pv_site.source IS 'config: written from the settings; hand: inserted here.';
COMMENT ON COLUMN pv_site.lease IS 'The claim under which a window of this site is being read.';
COMMENT ON COLUMN pv_site.leased_by IS 'The runner that holds the lease.';
COMMENT ON COLUMN pv_site.next_request_at IS 'Before this instant the logger is left alone.';
COMMENT ON COLUMN pv_site.down_since IS 'The logger has not answered since.';
COMMENT ON COLUMN pv_site.error IS 'Why it is down, or what is wrong with it, in a sentence.';

CREATE TABLE pv_window (
    site           text COLLATE "C" NOT NULL REFERENCES pv_site,
    starts_at      timestamptz NOT NULL,
    ends_at        timestamptz NOT NULL CHECK (ends_at > starts_at),
    state          text NOT NULL CHECK (state IN ('open', 'loaded', 'empty', 'dead')),
    loaded_from    timestamptz,
    loaded_through timestamptz,
    empty_reads    integer NOT NULL DEFAULT 0,
    attempts       integer NOT NULL DEFAULT 0,
    failed_at      timestamptz,
    retry_at       timestamptz,
    error          text,
    inserted       bigint NOT NULL DEFAULT 0,
    updated        bigint NOT NULL DEFAULT 0,
    unchanged      bigint NOT NULL DEFAULT 0,
    rejected       bigint NOT NULL DEFAULT 0,
    read_at        timestamptz,
    PRIMARY KEY (site, starts_at)
);
COMMENT ON TABLE pv_window IS 'What has been read, what is owed, what has failed and when it is tried again: half-open windows [starts_at, ends_at) of 16 times 24 hours.';
COMMENT ON COLUMN pv_window.starts_at IS 'On the grid of pv_window_start().';
COMMENT ON COLUMN pv_window.ends_at IS 'The end of what was asked for: 384 hours later, or archive.until.';
COMMENT ON COLUMN pv_window.state IS 'open: read, and will be read again; loaded: read as a whole after it had settled; empty: likewise, without a sample; dead: the last read failed.';
COMMENT ON COLUMN pv_window.loaded_from IS 'Where the history began when it was read; null: nothing of it counts as read.';
COMMENT ON COLUMN pv_window.loaded_through IS 'The newest sample that an answer held.';
COMMENT ON COLUMN pv_window.empty_reads IS 'Closing reads in a row that held no sample: asked again after a day, after a week, then left alone.';
COMMENT ON COLUMN pv_window.attempts IS 'Failed reads since the last good one.';
COMMENT ON COLUMN pv_window.failed_at IS 'The first of them.';
COMMENT ON COLUMN pv_window.retry_at IS 'Not read before this instant.';
COMMENT ON COLUMN pv_window.error IS 'Why the last read failed, in a sentence.';
COMMENT ON COLUMN pv_window.inserted IS 'Rows of the last read that were new, in pv_archive and pv_event.';
COMMENT ON COLUMN pv_window.updated IS 'Rows of the last read that differed.';
COMMENT ON COLUMN pv_window.unchanged IS 'Rows of the last read that were stored already, and were not touched.';
COMMENT ON COLUMN pv_window.rejected IS 'Samples of the last read that were refused.';

-- The grid is fixed: moving archive.since moves no window. It is anchored in UTC, so that a clock change makes no window longer
-- than the 16 days that a logger allows.
CREATE FUNCTION pv_window_start(instant timestamptz) RETURNS timestamptz
    LANGUAGE sql STABLE
    AS $$ SELECT timestamptz '2000-01-01 00:00:00+00'
         + floor(extract(epoch FROM instant - timestamptz '2000-01-01 00:00:00+00') / (384 * 3600)) * interval '384 hours' $$;
COMMENT ON FUNCTION pv_window_start IS 'The start of the window that holds an instant.';

CREATE TABLE pv_archive (
    site                              text COLLATE "C" NOT NULL,
    device                            text COLLATE "C" NOT NULL,
    ts                                timestamptz NOT NULL,
    timespaninsec                     double precision,
    energyreal_wac_sum_produced       double precision,
    energyreal_wac_sum_consumed       double precision,
    powerreal_pac_sum                 double precision,
    current_dc_string_1               double precision,
    current_dc_string_2               double precision,
    voltage_dc_string_1               double precision,
    voltage_dc_string_2               double precision,
    temperature_powerstage            double precision,
    voltage_ac_phase_1                double precision,
    voltage_ac_phase_2                double precision,
    voltage_ac_phase_3                double precision,
    current_ac_phase_1                double precision,
    current_ac_phase_2                double precision,
    current_ac_phase_3                double precision,
    energyreal_wac_minus_absolute     double precision,
    energyreal_wac_plus_absolute      double precision,
    meter_location_current            double precision,
    temperature_channel_1             double precision,
    temperature_channel_2             double precision,
    digital_channel_1                 double precision,
    digital_channel_2                 double precision,
    radiation                         double precision,
    stateofcharge_relative            double precision,
    current_dc                        double precision,
    voltage_dc                        double precision,
    PRIMARY KEY (site, device, ts)
);
COMMENT ON TABLE pv_archive IS 'The samples of the loggers: one row per node and instant. Its columns are the list of channels that are asked for; the comment of a column is channel · unit. Another channel: add a commented column.';
COMMENT ON COLUMN pv_archive.device IS 'The node as the logger names it.';
COMMENT ON COLUMN pv_archive.ts IS 'Start of the node and key of the sample, added.';
COMMENT ON COLUMN pv_archive.timespaninsec                   IS 'TimeSpanInSec · sec · real length of the interval';
COMMENT ON COLUMN pv_archive.energyreal_wac_sum_produced     IS 'EnergyReal_WAC_Sum_Produced · Wh · inverter: energy of the interval';
COMMENT ON COLUMN pv_archive.energyreal_wac_sum_consumed     IS 'EnergyReal_WAC_Sum_Consumed · Wh · OhmPilot: absolute counter';
COMMENT ON COLUMN pv_archive.powerreal_pac_sum               IS 'PowerReal_PAC_Sum · W · average of the interval';
COMMENT ON COLUMN pv_archive.current_dc_string_1             IS 'Current_DC_String_1 · A';
COMMENT ON COLUMN pv_archive.current_dc_string_2             IS 'Current_DC_String_2 · A';
COMMENT ON COLUMN pv_archive.voltage_dc_string_1             IS 'Voltage_DC_String_1 · V';
COMMENT ON COLUMN pv_archive.voltage_dc_string_2             IS 'Voltage_DC_String_2 · V';
COMMENT ON COLUMN pv_archive.temperature_powerstage          IS 'Temperature_Powerstage · deg C';
COMMENT ON COLUMN pv_archive.voltage_ac_phase_1              IS 'Voltage_AC_Phase_1 · V';
COMMENT ON COLUMN pv_archive.voltage_ac_phase_2              IS 'Voltage_AC_Phase_2 · V';
COMMENT ON COLUMN pv_archive.voltage_ac_phase_3              IS 'Voltage_AC_Phase_3 · V';
COMMENT ON COLUMN pv_archive.current_ac_phase_1              IS 'Current_AC_Phase_1 · A';
COMMENT ON COLUMN pv_archive.current_ac_phase_2              IS 'Current_AC_Phase_2 · A';
COMMENT ON COLUMN pv_archive.current_ac_phase_3              IS 'Current_AC_Phase_3 · A';
COMMENT ON COLUMN pv_archive.energyreal_wac_minus_absolute   IS 'EnergyReal_WAC_Minus_Absolute · Wh · meter: absolute counter';
COMMENT ON COLUMN pv_archive.energyreal_wac_plus_absolute    IS 'EnergyReal_WAC_Plus_Absolute · Wh · meter: absolute counter';
COMMENT ON COLUMN pv_archive.meter_location_current          IS 'Meter_Location_Current · 1 · 0 grid, 1 load, 3 external generator, 256 to 511 sub-load';
COMMENT ON COLUMN pv_archive.temperature_channel_1           IS 'Temperature_Channel_1 · 1 · sensor card';
COMMENT ON COLUMN pv_archive.temperature_channel_2           IS 'Temperature_Channel_2 · 1 · sensor card';
COMMENT ON COLUMN pv_archive.digital_channel_1               IS 'Digital_Channel_1 · 1 · sensor card';
COMMENT ON COLUMN pv_archive.digital_channel_2               IS 'Digital_Channel_2 · 1 · sensor card';
COMMENT ON COLUMN pv_archive.radiation                       IS 'Radiation · 1 · sensor card';
COMMENT ON COLUMN pv_archive.stateofcharge_relative          IS 'StateOfCharge_Relative · % · storage';
COMMENT ON COLUMN pv_archive.current_dc                      IS 'Current_DC · A · storage';
COMMENT ON COLUMN pv_archive.voltage_dc                      IS 'Voltage_DC · V · storage';

CREATE TABLE pv_event (
    site    text COLLATE "C" NOT NULL,
    device  text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    ts      timestamptz NOT NULL,
    detail  jsonb NOT NULL,
    PRIMARY KEY (site, device, channel, ts)
);
COMMENT ON TABLE pv_event IS 'The event-triggered channels of the loggers (archive.events): values at any second.';
COMMENT ON COLUMN pv_event.detail IS 'The value as it came: an object, or a number.';

CREATE VIEW pv_channel AS
SELECT split_part(d.description, ' · ', 1) AS channel,
       nullif(split_part(d.description, ' · ', 2), '') AS unit,
       a.attname::text AS column_name,
       a.attnum AS position
  FROM pg_attribute AS a
 CROSS JOIN LATERAL (SELECT col_description(a.attrelid, a.attnum) AS description) AS d
 WHERE a.attrelid = 'pv_archive'::regclass
   AND a.attnum > 0
   AND NOT a.attisdropped
   AND d.description ~ '^[A-Za-z0-9_]+( · |$)';
COMMENT ON VIEW pv_channel IS 'The channels that are asked for, as the comments of pv_archive name them, and their columns.';

-- Energy that is given per interval is added up. A counter is read as what it grew by until the next sample, which counts for the day
-- on which that stretch began; a stretch over a day long (an outage) and a counter that falls (another meter) count for no day.
CREATE VIEW pv_day AS
SELECT site, device, day,
       sum(energyreal_wac_sum_produced) AS produced_wh,
       sum(CASE WHEN next_ts - ts <= interval '24 hours' AND next_plus >= energyreal_wac_plus_absolute THEN next_plus - energyreal_wac_plus_absolute END) AS plus_wh,
       sum(CASE WHEN next_ts - ts <= interval '24 hours' AND next_minus >= energyreal_wac_minus_absolute THEN next_minus - energyreal_wac_minus_absolute END) AS minus_wh,
       sum(CASE WHEN next_ts - ts <= interval '24 hours' AND next_consumed >= energyreal_wac_sum_consumed THEN next_consumed - energyreal_wac_sum_consumed END) AS consumed_wh,
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
 GROUP BY site, device, day;
COMMENT ON VIEW pv_day IS 'Energy per site, device and local day of the plant (pv_site.zone), in Wh.';
COMMENT ON COLUMN pv_day.produced_wh IS 'Inverter: the intervals added up.';
COMMENT ON COLUMN pv_day.plus_wh IS 'Meter: what its counter EnergyReal_WAC_Plus_Absolute grew by.';
COMMENT ON COLUMN pv_day.minus_wh IS 'Meter: what its counter EnergyReal_WAC_Minus_Absolute grew by.';
COMMENT ON COLUMN pv_day.consumed_wh IS 'OhmPilot: what its counter EnergyReal_WAC_Sum_Consumed grew by.';
COMMENT ON COLUMN pv_day.peak_w IS 'The highest average of an interval.';
