package io.pvroute.solarapi;

import static io.pvroute.solarapi.Realtime.columns;
import static io.pvroute.solarapi.Realtime.reading;
import static io.pvroute.solarapi.Realtime.readingOfDevice;
import static io.pvroute.solarapi.Realtime.recorded;
import static io.pvroute.solarapi.Realtime.rows;
import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What loggers have answered to realtime requests, and the rows that are made of it, written out by hand. */
class RecordedRealtimeTest {

    private static final List<Map<String, Object>> POWER_FLOW = columns("P_PV", "P_Grid", "P_Load", "P_Akku", "SOC", "E_Day", "E_Year", "E_Total",
            "rel_Autonomy", "rel_SelfConsumption", "Mode:text", "Meter_Location:text", "Battery_Mode:text", "BackupMode");
    private static final List<Map<String, Object>> INVERTER = columns("PAC", "SAC", "IAC", "UAC", "FAC", "IDC", "UDC", "IDC_2", "UDC_2", "IDC_3", "UDC_3",
            "DAY_ENERGY", "YEAR_ENERGY", "TOTAL_ENERGY", "DeviceStatus.StatusCode", "DeviceStatus.ErrorCode", "DeviceStatus.InverterState:text");
    private static final List<Map<String, Object>> METER = columns("PowerReal_P_Sum", "PowerReal_P_Phase_1", "EnergyReal_WAC_Plus_Absolute",
            "EnergyReal_WAC_Minus_Absolute", "EnergyReal_WAC_Minus_Relative", "Meter_Location_Current", "Voltage_AC_Phase_3", "Frequency_Phase_Average",
            "PowerFactor_Sum", "Details.Model:text");
    private static final List<Map<String, Object>> STORAGE = columns("StateOfCharge_Relative", "Current_DC", "Voltage_DC", "Capacity_Maximum",
            "Temperature_Cell", "Status_BatteryCell", "Details.Manufacturer:text");
    private static final List<Map<String, Object>> OHMPILOT = columns("PowerReal_PAC_Sum", "EnergyReal_WAC_Sum_Consumed", "Temperature_Channel_1",
            "CodeOfState", "CodeOfError", "Details.Model:text");

    private final RealtimeRows realtime = new RealtimeRows();

    private RealtimeBatch powerFlow(String sample, String askedAt) {
        return realtime.powerFlow(recorded(sample), reading(askedAt), POWER_FLOW);
    }

    @Test
    void thePowerFlowOfAGen24WithABattery() {
        RealtimeBatch batch = powerFlow("ha-gen24storage-powerflow", "2021-11-28T13:12:21Z");

        assertThat(batch.columns()).containsExactly("site", "ts", "p_pv", "p_grid", "p_load", "p_akku", "soc", "e_total", "rel_autonomy",
                "rel_selfconsumption", "mode", "meter_location", "battery_mode", "backupmode");
        assertThat(rows(batch.rows())).containsExactly(asList("home", Instant.parse("2021-11-28T13:12:20Z"), 216.432767868042, 2274.9,
                -2459.3092254638673, 0.15907810628414154, 4.6, 7512664.404166667, 7.498415553216351, 100.0, "bidirectional", "grid", "suspended", 1.0));
        assertThat(batch.newest()).isEqualTo("2021-11-28T13:12:20Z");
        assertThat(batch.site()).isEqualTo("home");
        assertThat(batch.count()).isEqualTo(1);
    }

    @Test
    void thePowerFlowOfANightIsARowOfTheTimeAndTheMode() {
        RealtimeBatch batch = powerFlow("ha-igplus-night-powerflow", "2023-07-13T20:04:45Z");

        assertThat(batch.columns()).containsExactly("site", "ts", "mode");
        assertThat(rows(batch.rows())).containsExactly(asList("home", Instant.parse("2023-07-13T20:04:44Z"), "produce-only"));
    }

    @Test
    void thePowerFlowOfANightWithAMeterKeepsNullApartFromZero() {
        RealtimeBatch batch = powerFlow("ha-symo-night-powerflow", "2021-10-06T21:49:55Z");

        assertThat(batch.columns()).containsExactly("site", "ts", "p_grid", "p_load", "e_day", "e_year", "e_total", "rel_autonomy", "mode",
                "meter_location");
        assertThat(rows(batch.rows())).containsExactly(asList("home", Instant.parse("2021-10-06T21:49:54Z"), 975.31, -975.31, 10828.0, 25507686.0,
                44186900.0, 0.0, "meter", "grid"));
    }

    @Test
    void thePowerFlowOfTwoInvertersIsThatOfTheSite() {
        RealtimeBatch batch = powerFlow("ha-primo-s0-powerflow", "2021-12-09T18:34:07Z");

        assertThat(batch.columns()).containsExactly("site", "ts", "p_pv", "p_grid", "p_load", "e_day", "e_year", "e_total", "rel_autonomy",
                "rel_selfconsumption", "mode", "meter_location");
        assertThat(rows(batch.rows())).containsExactly(asList("home", Instant.parse("2021-12-09T18:34:06Z"), 1834.0, 384.9349143729901,
                -2218.93491437299, 36724.0, 11128933.25, 22910919.5, 82.65226655006408, 100.0, "vague-meter", "load"));
    }

    @Test
    void thePowerFlowOfAHybridOnOldFirmware() {
        RealtimeBatch batch = powerFlow("hybrid-fw1.2.3-1-getpowerflowrealtimedata", "2016-09-29T12:08:54Z");

        assertThat(batch.columns()).containsExactly("site", "ts", "p_pv", "p_grid", "p_load", "p_akku", "soc", "e_day", "e_year", "e_total",
                "mode", "meter_location", "battery_mode");
        assertThat(rows(batch.rows())).containsExactly(asList("home", Instant.parse("2016-09-29T12:08:53Z"), 3328.0, -2917.46, -268.54, 0.0, 99.0,
                12350.0, 279540.8, 292174.6, "bidirectional", "grid", "normal"));
    }

    @Test
    void thePowerFlowOfAHybridOnNewFirmware() {
        RealtimeBatch batch = powerFlow("hybrid-fw1.23.2-1-getpowerflowrealtimedata", "2022-09-05T15:24:41Z");

        assertThat(batch.columns()).containsExactly("site", "ts", "p_pv", "p_grid", "p_load", "p_akku", "soc", "e_day", "e_year", "e_total",
                "rel_autonomy", "rel_selfconsumption", "mode", "meter_location", "battery_mode");
        assertThat(rows(batch.rows())).containsExactly(asList("home", Instant.parse("2022-09-05T15:24:40Z"), 1513.6000000000001, -1209.74, -235.26,
                0.0, 99.0, 18186.0, 3644352.4000000004, 25706367.1, 100.0, 16.280968858131487, "bidirectional", "grid", "normal"));
    }

    @Test
    void oneInverterOfAGen24() {
        RealtimeBatch batch = realtime.inverters(recorded("ha-gen24storage-invertercommon"), readingOfDevice("2021-11-28T13:51:46Z", "1"), INVERTER);

        assertThat(batch.columns()).containsExactly("site", "device", "ts", "pac", "sac", "iac", "uac", "fac", "idc", "udc", "idc_2", "udc_2",
                "total_energy", "devicestatus_statuscode", "devicestatus_errorcode", "devicestatus_inverterstate");
        assertThat(rows(batch.rows())).containsExactly(asList("home", "inverter/1", Instant.parse("2021-11-28T13:51:45Z"), 250.9092559814453,
                250.9410400390625, 1.108662724494934, 227.35398864746094, 49.98155212402344, 0.3951963782310486, 419.1009216308594, 0.3564003109931946,
                318.8102722167969, 7512794.011666667, 7.0, 0.0, "Running"));
    }

    @Test
    void oneInverterAtNightLeavesOutWhatItDoesNotMeasure() {
        RealtimeBatch batch = realtime.inverters(recorded("ha-symo-night-invertercommon"), reading("2021-10-06T19:17:00Z"), INVERTER);

        assertThat(batch.columns()).containsExactly("site", "device", "ts", "idc", "udc", "day_energy", "year_energy", "total_energy",
                "devicestatus_statuscode", "devicestatus_errorcode");
        assertThat(rows(batch.rows())).containsExactly(asList("home", "inverter/1", Instant.parse("2021-10-06T19:16:59Z"), 0.0, 16.0, 10828.0, 25507686.0,
                44186900.0, 3.0, 307.0));
    }

    @Test
    void allInvertersOfAHybrid() {
        RealtimeBatch batch = realtime.inverters(recorded("hybrid-fw1.23.2-1-getinverterrealtimedata"), reading("2022-09-05T15:24:40Z"), INVERTER);

        assertThat(batch.columns()).containsExactly("site", "device", "ts", "pac", "day_energy", "year_energy", "total_energy");
        assertThat(rows(batch.rows())).containsExactly(
                asList("home", "inverter/1", Instant.parse("2022-09-05T15:24:39Z"), 1445.0, 18186.0, 3644352.0, 25706367.0));
    }

    @Test
    void allInvertersAtNightTellZero() {
        RealtimeBatch batch = realtime.inverters(recorded("pyfronius-v1-invertersystem-night"), reading("2019-01-10T22:33:17Z"), INVERTER);

        assertThat(batch.columns()).containsExactly("site", "device", "ts", "pac", "day_energy", "year_energy", "total_energy");
        assertThat(rows(batch.rows())).containsExactly(
                asList("home", "inverter/1", Instant.parse("2019-01-10T22:33:16Z"), 0.0, 0.0, 12400.0, 26213502.0));
    }

    @Test
    void theMeterOfAHybridIsNamedAsTheArchiveNamesIt() {
        RealtimeBatch batch = realtime.meters(recorded("hybrid-fw1.23.2-1-getmeterrealtimedata"), reading("2022-09-05T15:24:40Z"), METER);

        assertThat(batch.columns()).containsExactly("site", "device", "ts", "powerreal_p_sum", "powerreal_p_phase_1", "energyreal_wac_plus_absolute",
                "energyreal_wac_minus_absolute", "meter_location_current", "voltage_ac_phase_3", "frequency_phase_average", "powerfactor_sum",
                "details_model");
        assertThat(rows(batch.rows())).containsExactly(asList("home", "meter:16220118", Instant.parse("2022-09-05T15:24:39Z"), -1202.35, -386.38, 11482705.0,
                14667142.0, 0.0, 235.8, 49.9, -0.97, "Smart Meter 63A"));
    }

    @Test
    void aMeterWithoutASerialIsNamedByItsNumber() {
        RealtimeBatch batch = realtime.meters(recorded("ha-primo-s0-meter"), reading("2021-12-09T18:34:04Z"), METER);

        assertThat(batch.columns()).containsExactly("site", "device", "ts", "powerreal_p_sum", "energyreal_wac_minus_relative", "meter_location_current",
                "details_model");
        assertThat(rows(batch.rows())).containsExactly(asList("home", "meter/0", Instant.parse("2021-12-09T18:34:03Z"), -2216.748685811223, 191.25, 1.0,
                "S0 Meter at inverter 1"));
    }

    @Test
    void oneMeterThatWasAskedForIsNamedByTheNumberThatTheLoggerRepeats() {
        RealtimeBatch batch = realtime.meters(recorded("pyfronius-v1-meterdevice"), reading("2019-01-10T22:33:14Z"), METER);

        assertThat(batch.columns()).containsExactly("site", "device", "ts", "powerreal_p_sum", "energyreal_wac_minus_relative", "meter_location_current");
        assertThat(rows(batch.rows())).containsExactly(
                asList("home", "meter/0", Instant.parse("2019-01-10T22:33:13Z"), -367.722145, 17.0, 1.0));
    }

    @Test
    void theStorageOfAGen24HasAPaddedSerial() {
        RealtimeBatch batch = realtime.storages(recorded("ha-gen24storage-storage"), reading("2021-11-28T13:10:57Z"), STORAGE);

        assertThat(batch.columns()).containsExactly("site", "device", "ts", "stateofcharge_relative", "current_dc", "voltage_dc", "capacity_maximum",
                "temperature_cell", "status_batterycell", "details_manufacturer");
        assertThat(rows(batch.rows())).containsExactly(asList("home", "storage:P030T020Z2001234567", Instant.parse("2021-11-28T13:10:56Z"), 4.6, 0.0, 0.0,
                16588.0, 21.5, 0.0, "BYD"));
    }

    @Test
    void theStorageOfAHybridIsItsControllerAndNoneOfItsModules() {
        RealtimeBatch batch = realtime.storages(recorded("hybrid-fw1.23.2-1-getstoragerealtimedata"), reading("2022-09-05T15:24:41Z"), STORAGE);

        assertThat(batch.columns()).containsExactly("site", "device", "ts", "stateofcharge_relative", "current_dc", "voltage_dc", "capacity_maximum",
                "temperature_cell", "details_manufacturer");
        assertThat(rows(batch.rows())).containsExactly(asList("home", "storage:27342798", Instant.parse("2022-09-05T15:24:40Z"), 99.0, 0.0, 160.3, 3600.0,
                28.850000000000023, "Fronius"));
    }

    @Test
    void anOhmpilotIsNamedAsTheArchiveNamesIt() {
        RealtimeBatch batch = realtime.ohmpilots(recorded("pyfronius-v1-ohmpilot"), reading("2019-06-24T08:10:45Z"), OHMPILOT);

        assertThat(batch.columns()).containsExactly("site", "device", "ts", "powerreal_pac_sum", "energyreal_wac_sum_consumed", "temperature_channel_1",
                "codeofstate", "codeoferror", "details_model");
        assertThat(rows(batch.rows())).containsExactly(
                asList("home", "ohmpilot:28136344", Instant.parse("2019-06-24T08:10:44Z"), 0.0, 2964307.0, 23.9, 0.0, 926.0, "Ohmpilot"));
    }
}
