-- What loggers tell of the present: what they are, the devices behind them, and their readings. Every column that is not plain by its name
-- has a comment: \d+ shows them.

ALTER TABLE pv_site
    ADD COLUMN archive  boolean NOT NULL DEFAULT true,
    ADD COLUMN realtime interval CHECK (realtime >= interval '0');
COMMENT ON COLUMN pv_site.archive IS 'Whether its archive is read, if its logger has one (pv_logger.archive).';
COMMENT ON COLUMN pv_site.realtime IS 'How often its present is read; 0: not at all; null: realtime.period.';

CREATE TABLE pv_logger (
    site          text COLLATE "C" PRIMARY KEY,
    archive       boolean,
    archive_at    timestamptz,
    api_version   integer,
    compatibility text,
    product       text,
    hardware      text,
    software      text,
    unique_id     text,
    zone_location text,
    utc_offset    integer,
    seen_at       timestamptz
);
COMMENT ON TABLE pv_logger IS 'What the logger of a site is, as it tells itself.';
COMMENT ON COLUMN pv_logger.archive IS 'Whether it has an archive; null: not known yet.';
COMMENT ON COLUMN pv_logger.archive_at IS 'When that was found out.';
COMMENT ON COLUMN pv_logger.compatibility IS 'CompatibilityRange of GetAPIVersion.';
COMMENT ON COLUMN pv_logger.zone_location IS 'TimezoneLocation of GetLoggerInfo: Vienna.';
COMMENT ON COLUMN pv_logger.utc_offset IS 'Of its clock, in seconds, when it was asked.';
COMMENT ON COLUMN pv_logger.seen_at IS 'When it was asked for this last.';

CREATE TABLE pv_device (
    site          text COLLATE "C" NOT NULL,
    device        text COLLATE "C" NOT NULL,
    class         text NOT NULL,
    id            text NOT NULL,
    serial        text,
    unique_id     text,
    model_code    integer,
    name          text,
    pv_power      double precision,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    seen_at       timestamptz NOT NULL,
    PRIMARY KEY (site, device)
);
COMMENT ON TABLE pv_device IS 'The devices behind a logger, as it tells itself. One that is gone stays, with when it was seen last.';
COMMENT ON COLUMN pv_device.device IS 'As the readings and, where there is one, the archive name it.';
COMMENT ON COLUMN pv_device.class IS 'Inverter, Meter, Storage, Ohmpilot, SensorCard or StringControl.';
COMMENT ON COLUMN pv_device.id IS 'Its number within its class; another device may get it.';
COMMENT ON COLUMN pv_device.serial IS 'Its serial number; null where its logger tells none.';
COMMENT ON COLUMN pv_device.unique_id IS 'UniqueID of GetInverterInfo: some number of the inverter, on some loggers its serial number.';
COMMENT ON COLUMN pv_device.model_code IS 'DT of the Solar API.';
COMMENT ON COLUMN pv_device.pv_power IS 'PVPower of GetInverterInfo: power of the modules in W.';

-- Who may ask a logger next, and what. Not written ahead to the log: a crash of the server forgets it, and then everything is due.
CREATE UNLOGGED TABLE pv_turn (
    site        text COLLATE "C" PRIMARY KEY,
    next_at     timestamptz NOT NULL DEFAULT '-infinity',
    down_since  timestamptz,
    totalled_at timestamptz
);
COMMENT ON TABLE pv_turn IS 'When a logger may be sent its next request that is not for the archive.';
COMMENT ON COLUMN pv_turn.next_at IS 'Before this instant it is left alone.';
COMMENT ON COLUMN pv_turn.down_since IS 'It has not answered such a request since.';
COMMENT ON COLUMN pv_turn.totalled_at IS 'When pv_day_total was brought up to its readings.';

CREATE UNLOGGED TABLE pv_reading (
    site            text COLLATE "C" NOT NULL,
    request         text COLLATE "C" NOT NULL,
    device_id       text COLLATE "C" NOT NULL DEFAULT '',
    asked_by        uuid,
    asked_at        timestamptz,
    in_flight_until timestamptz,
    next_at         timestamptz NOT NULL DEFAULT '-infinity',
    answered_at     timestamptz,
    failures        integer NOT NULL DEFAULT 0,
    error           text,
    PRIMARY KEY (site, request, device_id)
);
COMMENT ON TABLE pv_reading IS 'The requests that a logger is sent again and again: when each was sent last, and how it went.';
COMMENT ON COLUMN pv_reading.device_id IS 'The device that is asked for by its number; empty: all.';
COMMENT ON COLUMN pv_reading.in_flight_until IS 'Its answer may still come until then; null: it has come.';
COMMENT ON COLUMN pv_reading.failures IS 'Without an answer in a row.';
COMMENT ON COLUMN pv_reading.error IS 'Why the last one failed, in a sentence.';

-- The readings. As in pv_archive, the columns are the list of values that are kept, and the comment of a column is value · unit. Another
-- value: add a commented column.
CREATE TABLE pv_power_flow (
    site                text COLLATE "C" NOT NULL,
    ts                  timestamptz NOT NULL,
    p_pv                double precision,
    p_grid              double precision,
    p_load              double precision,
    p_akku              double precision,
    soc                 double precision,
    e_day               double precision,
    e_year              double precision,
    e_total             double precision,
    rel_autonomy        double precision,
    rel_selfconsumption double precision,
    mode                text,
    meter_location      text,
    battery_mode        text,
    backupmode          text,
    PRIMARY KEY (site, ts)
);
COMMENT ON TABLE pv_power_flow IS 'Readings of the power flow of a whole site (GetPowerFlowRealtimeData).';
COMMENT ON COLUMN pv_power_flow.ts IS 'The stamp of the logger.';
COMMENT ON COLUMN pv_power_flow.p_pv IS 'P_PV · W · of the modules; null at night';
COMMENT ON COLUMN pv_power_flow.p_grid IS 'P_Grid · W · bought, negative: fed in';
COMMENT ON COLUMN pv_power_flow.p_load IS 'P_Load · W · negative: consumed';
COMMENT ON COLUMN pv_power_flow.p_akku IS 'P_Akku · W · discharge of the battery, negative: charge';
COMMENT ON COLUMN pv_power_flow.soc IS 'SOC · % · of the batteries, their mean';
COMMENT ON COLUMN pv_power_flow.e_day IS 'E_Day · Wh · counter of the day; null on a GEN24';
COMMENT ON COLUMN pv_power_flow.e_year IS 'E_Year · Wh · counter of the year; null on a GEN24';
COMMENT ON COLUMN pv_power_flow.e_total IS 'E_Total · Wh · counter';
COMMENT ON COLUMN pv_power_flow.rel_autonomy IS 'rel_Autonomy · %';
COMMENT ON COLUMN pv_power_flow.rel_selfconsumption IS 'rel_SelfConsumption · %';
COMMENT ON COLUMN pv_power_flow.mode IS 'Mode';
COMMENT ON COLUMN pv_power_flow.meter_location IS 'Meter_Location';
COMMENT ON COLUMN pv_power_flow.battery_mode IS 'Battery_Mode';
COMMENT ON COLUMN pv_power_flow.backupmode IS 'BackupMode';

CREATE TABLE pv_inverter (
    site         text COLLATE "C" NOT NULL,
    device       text COLLATE "C" NOT NULL,
    ts           timestamptz NOT NULL,
    pac          double precision,
    sac          double precision,
    fac          double precision,
    iac          double precision,
    uac          double precision,
    idc          double precision,
    idc_2        double precision,
    idc_3        double precision,
    idc_4        double precision,
    udc          double precision,
    udc_2        double precision,
    udc_3        double precision,
    udc_4        double precision,
    day_energy   double precision,
    year_energy  double precision,
    total_energy double precision,
    status_code  double precision,
    error_code   double precision,
    PRIMARY KEY (site, device, ts)
);
COMMENT ON TABLE pv_inverter IS 'Readings of the inverters (GetInverterRealtimeData).';
COMMENT ON COLUMN pv_inverter.device IS 'inverter/ and its number, as in the archive.';
COMMENT ON COLUMN pv_inverter.ts IS 'The stamp of the logger.';
COMMENT ON COLUMN pv_inverter.pac IS 'PAC · W';
COMMENT ON COLUMN pv_inverter.sac IS 'SAC · VA';
COMMENT ON COLUMN pv_inverter.fac IS 'FAC · Hz';
COMMENT ON COLUMN pv_inverter.iac IS 'IAC · A';
COMMENT ON COLUMN pv_inverter.uac IS 'UAC · V';
COMMENT ON COLUMN pv_inverter.idc IS 'IDC · A';
COMMENT ON COLUMN pv_inverter.idc_2 IS 'IDC_2 · A';
COMMENT ON COLUMN pv_inverter.idc_3 IS 'IDC_3 · A';
COMMENT ON COLUMN pv_inverter.idc_4 IS 'IDC_4 · A';
COMMENT ON COLUMN pv_inverter.udc IS 'UDC · V';
COMMENT ON COLUMN pv_inverter.udc_2 IS 'UDC_2 · V';
COMMENT ON COLUMN pv_inverter.udc_3 IS 'UDC_3 · V';
COMMENT ON COLUMN pv_inverter.udc_4 IS 'UDC_4 · V';
COMMENT ON COLUMN pv_inverter.day_energy IS 'DAY_ENERGY · Wh · counter of the day; null on a GEN24';
COMMENT ON COLUMN pv_inverter.year_energy IS 'YEAR_ENERGY · Wh · counter of the year; null on a GEN24';
COMMENT ON COLUMN pv_inverter.total_energy IS 'TOTAL_ENERGY · Wh · counter';
COMMENT ON COLUMN pv_inverter.status_code IS 'DeviceStatus.StatusCode · 1';
COMMENT ON COLUMN pv_inverter.error_code IS 'DeviceStatus.ErrorCode · 1';

CREATE TABLE pv_meter (
    site                              text COLLATE "C" NOT NULL,
    device                            text COLLATE "C" NOT NULL,
    ts                                timestamptz NOT NULL,
    powerreal_p_sum                   double precision,
    powerreal_p_phase_1               double precision,
    powerreal_p_phase_2               double precision,
    powerreal_p_phase_3               double precision,
    powerapparent_s_sum               double precision,
    powerreactive_q_sum               double precision,
    powerfactor_sum                   double precision,
    voltage_ac_phase_1                double precision,
    voltage_ac_phase_2                double precision,
    voltage_ac_phase_3                double precision,
    current_ac_phase_1                double precision,
    current_ac_phase_2                double precision,
    current_ac_phase_3                double precision,
    frequency_phase_average           double precision,
    energyreal_wac_plus_absolute      double precision,
    energyreal_wac_minus_absolute     double precision,
    energyreal_wac_sum_consumed       double precision,
    energyreal_wac_sum_produced       double precision,
    energyreal_wac_minus_relative     double precision,
    energyreactive_varac_sum_consumed double precision,
    energyreactive_varac_sum_produced double precision,
    meter_location_current            double precision,
    PRIMARY KEY (site, device, ts)
);
COMMENT ON TABLE pv_meter IS 'Readings of the meters (GetMeterRealtimeData).';
COMMENT ON COLUMN pv_meter.device IS 'meter: and its serial number, as in the archive; meter/ and its number where it tells none.';
COMMENT ON COLUMN pv_meter.ts IS 'The stamp of the meter.';
COMMENT ON COLUMN pv_meter.powerreal_p_sum IS 'PowerReal_P_Sum · W · at the grid: bought, negative: fed in';
COMMENT ON COLUMN pv_meter.powerreal_p_phase_1 IS 'PowerReal_P_Phase_1 · W';
COMMENT ON COLUMN pv_meter.powerreal_p_phase_2 IS 'PowerReal_P_Phase_2 · W';
COMMENT ON COLUMN pv_meter.powerreal_p_phase_3 IS 'PowerReal_P_Phase_3 · W';
COMMENT ON COLUMN pv_meter.powerapparent_s_sum IS 'PowerApparent_S_Sum · VA';
COMMENT ON COLUMN pv_meter.powerreactive_q_sum IS 'PowerReactive_Q_Sum · var';
COMMENT ON COLUMN pv_meter.powerfactor_sum IS 'PowerFactor_Sum · 1';
COMMENT ON COLUMN pv_meter.voltage_ac_phase_1 IS 'Voltage_AC_Phase_1 · V';
COMMENT ON COLUMN pv_meter.voltage_ac_phase_2 IS 'Voltage_AC_Phase_2 · V';
COMMENT ON COLUMN pv_meter.voltage_ac_phase_3 IS 'Voltage_AC_Phase_3 · V';
COMMENT ON COLUMN pv_meter.current_ac_phase_1 IS 'Current_AC_Phase_1 · A';
COMMENT ON COLUMN pv_meter.current_ac_phase_2 IS 'Current_AC_Phase_2 · A';
COMMENT ON COLUMN pv_meter.current_ac_phase_3 IS 'Current_AC_Phase_3 · A';
COMMENT ON COLUMN pv_meter.frequency_phase_average IS 'Frequency_Phase_Average · Hz';
COMMENT ON COLUMN pv_meter.energyreal_wac_plus_absolute IS 'EnergyReal_WAC_Plus_Absolute · Wh · counter';
COMMENT ON COLUMN pv_meter.energyreal_wac_minus_absolute IS 'EnergyReal_WAC_Minus_Absolute · Wh · counter';
COMMENT ON COLUMN pv_meter.energyreal_wac_sum_consumed IS 'EnergyReal_WAC_Sum_Consumed · Wh · counter';
COMMENT ON COLUMN pv_meter.energyreal_wac_sum_produced IS 'EnergyReal_WAC_Sum_Produced · Wh · counter';
COMMENT ON COLUMN pv_meter.energyreal_wac_minus_relative IS 'EnergyReal_WAC_Minus_Relative · Wh · S0 meter';
COMMENT ON COLUMN pv_meter.energyreactive_varac_sum_consumed IS 'EnergyReactive_VArAC_Sum_Consumed · varh · counter';
COMMENT ON COLUMN pv_meter.energyreactive_varac_sum_produced IS 'EnergyReactive_VArAC_Sum_Produced · varh · counter';
COMMENT ON COLUMN pv_meter.meter_location_current IS 'Meter_Location_Current · 1 · 0 grid, 1 load, 3 external generator, 256 to 511 sub-load';

CREATE TABLE pv_storage (
    site                    text COLLATE "C" NOT NULL,
    device                  text COLLATE "C" NOT NULL,
    ts                      timestamptz NOT NULL,
    stateofcharge_relative  double precision,
    current_dc              double precision,
    voltage_dc              double precision,
    temperature_cell        double precision,
    capacity_maximum        double precision,
    designedcapacity        double precision,
    voltage_dc_maximum_cell double precision,
    voltage_dc_minimum_cell double precision,
    status_batterycell      double precision,
    enable                  double precision,
    PRIMARY KEY (site, device, ts)
);
COMMENT ON TABLE pv_storage IS 'Readings of the batteries (GetStorageRealtimeData).';
COMMENT ON COLUMN pv_storage.device IS 'storage: and its serial number; storage/ and its number where it tells none.';
COMMENT ON COLUMN pv_storage.ts IS 'The stamp of the battery.';
COMMENT ON COLUMN pv_storage.stateofcharge_relative IS 'StateOfCharge_Relative · %';
COMMENT ON COLUMN pv_storage.current_dc IS 'Current_DC · A';
COMMENT ON COLUMN pv_storage.voltage_dc IS 'Voltage_DC · V';
COMMENT ON COLUMN pv_storage.temperature_cell IS 'Temperature_Cell · deg C';
COMMENT ON COLUMN pv_storage.capacity_maximum IS 'Capacity_Maximum · Wh · what it holds now';
COMMENT ON COLUMN pv_storage.designedcapacity IS 'DesignedCapacity · Wh · what it held when new';
COMMENT ON COLUMN pv_storage.voltage_dc_maximum_cell IS 'Voltage_DC_Maximum_Cell · V';
COMMENT ON COLUMN pv_storage.voltage_dc_minimum_cell IS 'Voltage_DC_Minimum_Cell · V';
COMMENT ON COLUMN pv_storage.status_batterycell IS 'Status_BatteryCell · 1';
COMMENT ON COLUMN pv_storage.enable IS 'Enable · 1';

CREATE TABLE pv_ohmpilot (
    site                        text COLLATE "C" NOT NULL,
    device                      text COLLATE "C" NOT NULL,
    ts                          timestamptz NOT NULL,
    powerreal_pac_sum           double precision,
    energyreal_wac_sum_consumed double precision,
    temperature_channel_1       double precision,
    codeofstate                 double precision,
    codeoferror                 double precision,
    PRIMARY KEY (site, device, ts)
);
COMMENT ON TABLE pv_ohmpilot IS 'Readings of the OhmPilots (GetOhmPilotRealtimeData).';
COMMENT ON COLUMN pv_ohmpilot.device IS 'ohmpilot: and its serial number, as in the archive; ohmpilot/ and its number where it tells none.';
COMMENT ON COLUMN pv_ohmpilot.ts IS 'The stamp of the logger.';
COMMENT ON COLUMN pv_ohmpilot.powerreal_pac_sum IS 'PowerReal_PAC_Sum · W';
COMMENT ON COLUMN pv_ohmpilot.energyreal_wac_sum_consumed IS 'EnergyReal_WAC_Sum_Consumed · Wh · counter';
COMMENT ON COLUMN pv_ohmpilot.temperature_channel_1 IS 'Temperature_Channel_1 · deg C';
COMMENT ON COLUMN pv_ohmpilot.codeofstate IS 'CodeOfState · 1';
COMMENT ON COLUMN pv_ohmpilot.codeoferror IS 'CodeOfError · 1';

CREATE VIEW pv_value AS
SELECT c.relname::text AS table_name,
       a.attname::text AS column_name,
       split_part(d.description, ' · ', 1) AS value,
       nullif(split_part(d.description, ' · ', 2), '') AS unit,
       a.atttypid = 'text'::regtype AS is_text,
       a.attnum AS position
  FROM pg_class AS c
  JOIN pg_attribute AS a ON a.attrelid = c.oid
 CROSS JOIN LATERAL (SELECT col_description(a.attrelid, a.attnum) AS description) AS d
 WHERE c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'pv_power_flow'::regclass)
   AND c.relkind IN ('r', 'p')
   AND c.relname LIKE 'pv\_%'
   AND c.oid NOT IN ('pv_archive'::regclass, 'pv_site'::regclass, 'pv_window'::regclass)
   AND EXISTS (SELECT FROM pg_attribute AS stamp WHERE stamp.attrelid = c.oid AND stamp.attname = 'ts')
   AND a.attnum > 0
   AND NOT a.attisdropped
   AND a.attname NOT IN ('site', 'device', 'ts')
   AND d.description ~ '^[A-Za-z0-9_.]+( · |$)';
COMMENT ON VIEW pv_value IS 'The values of the readings that are kept, as the comments of their tables name them, and their columns.';
