package io.pvroute.routes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every recorded realtime answer, over HTTP and through the shipped routes, against the rows that must come of it, written out by hand:
 * values, nulls (left out here) and stamps.
 */
class RecordedReadingsRouteTest extends ShippedRoutes {

    private static final Path SAMPLES = Path.of("src/test/resources/samples/realtime");

    @BeforeEach
    void everythingElseIsNotThere() {
        logger.stubFor(get(urlPathMatching("/.*")).atPriority(10).willReturn(aResponse().withStatus(404)));
    }

    @Test
    void everyRecordedAnswerIsServedByOneOfTheseTests() throws IOException {
        String tests = Files.readString(Path.of("src/test/java/io/pvroute/routes/RecordedReadingsRouteTest.java"));
        try (Stream<Path> files = Files.list(SAMPLES)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".json"))).hasSize(26)
                    .allMatch(name -> tests.contains("\", \"" + name.replace(".json", "") + "\");"));
        }
    }

    @Override
    protected Map<String, String> differing() {
        // the recorded stamps are years old
        return Map.of("realtime.tick", "20ms", "realtime.pause", "0s", "realtime.max-age", "36500d");
    }

    @Test
    void aGen24WithABattery() {
        serve("GetAPIVersion", "ha-gen24-getapiversion");
        serve("GetLoggerInfo", "ha-gen24-loggerinfo-notsupported");
        serve("GetPowerFlowRealtimeData", "ha-gen24storage-powerflow");
        serve("GetInverterRealtimeData", "ha-gen24storage-invertercommon");
        serve("GetStorageRealtimeData", "ha-gen24storage-storage");
        devices("{\"Inverter\":{\"1\":{\"DT\":1}},\"Storage\":{\"0\":{\"DT\":-1,\"Serial\":\"P030T020Z2001234567     \"}}}");

        collect();

        comes("pv_power_flow", "2021-11-28 13:12:20", """
                {"p_pv": 216.432767868042, "p_grid": 2274.9, "p_load": -2459.3092254638673, "p_akku": 0.15907810628414154, "soc": 4.6,
                 "e_total": 7512664.404166667, "rel_autonomy": 7.498415553216351, "rel_selfconsumption": 100, "mode": "bidirectional",
                 "meter_location": "grid", "battery_mode": "suspended", "backupmode": "true"}""");
        comes("pv_inverter", "2021-11-28 13:51:45", """
                {"device": "inverter/1", "pac": 250.9092559814453, "sac": 250.9410400390625, "fac": 49.98155212402344, "iac": 1.108662724494934,
                 "uac": 227.35398864746094, "idc": 0.3951963782310486, "idc_2": 0.3564003109931946, "udc": 419.1009216308594,
                 "udc_2": 318.8102722167969, "total_energy": 7512794.011666667, "status_code": 7, "error_code": 0}""");
        comes("pv_storage", "2021-11-28 13:10:56", """
                {"device": "storage:P030T020Z2001234567", "stateofcharge_relative": 4.6, "current_dc": 0, "voltage_dc": 0, "temperature_cell": 21.5,
                 "capacity_maximum": 16588, "designedcapacity": 16588, "status_batterycell": 0, "enable": 1}""");
        is("pv_logger", """
                {"api_version": 1, "compatibility": "1.7-3"}""");
        is("pv_device", """
                {"device": "inverter/1", "class": "Inverter", "id": "1", "model_code": 1}""", """
                {"device": "storage:P030T020Z2001234567", "class": "Storage", "id": "0", "serial": "P030T020Z2001234567"}""");
        assertThat(rows("pv_meter") + rows("pv_ohmpilot")).isZero();
    }

    @Test
    void anIgPlusAtNightTellsNothingButThatItIsThere() {
        serve("GetPowerFlowRealtimeData", "ha-igplus-night-powerflow");
        serve("GetInverterInfo", "ha-igplus-night-inverterinfo-empty");

        collect();

        comes("pv_power_flow", "2023-07-13 20:04:44", """
                {"mode": "produce-only"}""");
        await().untilAsserted(() -> assertThat(sql.queryForList("SELECT request FROM pv_reading WHERE answered_at IS NOT NULL", String.class)).contains("inverter-info"));
        assertThat(rows("pv_device")).isZero();
    }

    @Test
    void aPrimoWithAnS0Meter() {
        serve("GetPowerFlowRealtimeData", "ha-primo-s0-powerflow");
        serve("GetMeterRealtimeData", "ha-primo-s0-meter");
        devices("{\"Meter\":{\"0\":{\"DT\":-1,\"Serial\":\"n.a.\"}}}");

        collect();

        comes("pv_power_flow", "2021-12-09 18:34:06", """
                {"p_pv": 1834, "p_grid": 384.9349143729901, "p_load": -2218.93491437299, "e_day": 36724, "e_year": 11128933.25,
                 "e_total": 22910919.5, "rel_autonomy": 82.65226655006408, "rel_selfconsumption": 100, "mode": "vague-meter", "meter_location": "load"}""");
        comes("pv_meter", "2021-12-09 18:34:03", """
                {"device": "meter/0", "powerreal_p_sum": -2216.748685811223, "energyreal_wac_minus_relative": 191.25, "meter_location_current": 1}""");
        is("pv_device", """
                {"device": "meter/0", "class": "Meter", "id": "0"}""");
    }

    @Test
    void aSymoAtNight() {
        serve("GetAPIVersion", "ha-symo-getapiversion");
        serve("GetLoggerInfo", "ha-symo-loggerinfo");
        serve("GetPowerFlowRealtimeData", "ha-symo-night-powerflow");
        serve("GetInverterRealtimeData", "ha-symo-night-invertercommon");
        devices("{\"Inverter\":{\"1\":{\"DT\":121}}}");

        collect();

        comes("pv_power_flow", "2021-10-06 21:49:54", """
                {"p_grid": 975.31, "p_load": -975.31, "e_day": 10828, "e_year": 25507686, "e_total": 44186900, "rel_autonomy": 0, "mode": "meter",
                 "meter_location": "grid"}""");
        comes("pv_inverter", "2021-10-06 19:16:59", """
                {"device": "inverter/1", "idc": 0, "udc": 16, "day_energy": 10828, "year_energy": 25507686, "total_energy": 44186900,
                 "status_code": 3, "error_code": 307}""");
        is("pv_logger", """
                {"api_version": 1, "compatibility": "1.6-3", "product": "fronius-datamanager-card", "hardware": "2.4E", "software": "3.18.7-1",
                 "unique_id": "123.4567890", "zone_location": "Vienna", "utc_offset": 7200}""");
    }

    @Test
    void aHybridWithMeterAndBattery() {
        serve("GetLoggerInfo", "hybrid-fw1.23.2-1-getloggerinfo");
        serve("GetActiveDeviceInfo", "hybrid-fw1.23.2-1-getactivedeviceinfo");
        serve("GetInverterInfo", "hybrid-fw1.23.2-1-getinverterinfo");
        serve("GetPowerFlowRealtimeData", "hybrid-fw1.23.2-1-getpowerflowrealtimedata");
        serve("GetInverterRealtimeData", "hybrid-fw1.23.2-1-getinverterrealtimedata");
        serve("GetMeterRealtimeData", "hybrid-fw1.23.2-1-getmeterrealtimedata");
        serve("GetStorageRealtimeData", "hybrid-fw1.23.2-1-getstoragerealtimedata");

        collect();

        comes("pv_power_flow", "2022-09-05 15:24:40", """
                {"p_pv": 1513.6000000000001, "p_grid": -1209.74, "p_load": -235.26, "p_akku": 0, "soc": 99, "e_day": 18186, "e_year": 3644352.4000000004,
                 "e_total": 25706367.1, "rel_autonomy": 100, "rel_selfconsumption": 16.280968858131487, "mode": "bidirectional",
                 "meter_location": "grid", "battery_mode": "normal"}""");
        comes("pv_inverter", "2022-09-05 15:24:39", """
                {"device": "inverter/1", "pac": 1445, "day_energy": 18186, "year_energy": 3644352, "total_energy": 25706367}""");
        comes("pv_meter", "2022-09-05 15:24:39", """
                {"device": "meter:16220118", "powerreal_p_sum": -1202.35, "powerreal_p_phase_1": -386.38, "powerreal_p_phase_2": -451.52,
                 "powerreal_p_phase_3": -364.45, "powerapparent_s_sum": 1228, "powerreactive_q_sum": -252.3, "powerfactor_sum": -0.97,
                 "voltage_ac_phase_1": 235.1, "voltage_ac_phase_2": 234.7, "voltage_ac_phase_3": 235.8, "current_ac_phase_1": 1.755,
                 "current_ac_phase_2": 2.003, "current_ac_phase_3": 1.793, "frequency_phase_average": 49.9,
                 "energyreal_wac_plus_absolute": 11482705, "energyreal_wac_minus_absolute": 14667142, "energyreal_wac_sum_consumed": 11482705,
                 "energyreal_wac_sum_produced": 14667142, "energyreactive_varac_sum_consumed": 1963990,
                 "energyreactive_varac_sum_produced": 143972490, "meter_location_current": 0}""");
        comes("pv_storage", "2022-09-05 15:24:40", """
                {"device": "storage:27342798", "stateofcharge_relative": 99, "current_dc": 0, "voltage_dc": 160.3, "temperature_cell": 28.850000000000023,
                 "capacity_maximum": 3600, "designedcapacity": 3600, "voltage_dc_maximum_cell": 3.35, "voltage_dc_minimum_cell": 3.332, "enable": 1}""");
        is("pv_logger", """
                {"product": "fronius-hybrid", "hardware": "2.4D", "software": "1.23.2-1", "unique_id": "239.6545", "zone_location": "Berlin", "utc_offset": 7200}""");
        is("pv_device", """
                {"device": "inverter/1", "class": "Inverter", "id": "1", "unique_id": "278265", "model_code": 83, "name": "Fronius", "pv_power": 4060}""", """
                {"device": "meter:16220118", "class": "Meter", "id": "0", "serial": "16220118"}""", """
                {"device": "storage:27342798", "class": "Storage", "id": "0", "serial": "27342798"}""");
    }

    @Test
    void theSameHybridWithItsFirstFirmware() {
        serve("GetPowerFlowRealtimeData", "hybrid-fw1.2.3-1-getpowerflowrealtimedata");

        collect();

        comes("pv_power_flow", "2016-09-29 12:08:53", """
                {"p_pv": 3328, "p_grid": -2917.46, "p_load": -268.54, "p_akku": 0, "soc": 99, "e_day": 12350, "e_year": 279540.8, "e_total": 292174.6,
                 "mode": "bidirectional", "meter_location": "grid", "battery_mode": "normal"}""");
    }

    @Test
    void aPlantWithAMeterOfItsOwnAndAnOhmPilot() {
        serve("GetAPIVersion", "pyfronius-v1-getapiversion");
        serve("GetActiveDeviceInfo", "pyfronius-v1-getactivedeviceinfo");
        serve("GetInverterRealtimeData", "pyfronius-v1-invertersystem-night");
        serve("GetMeterRealtimeData", "pyfronius-v1-meterdevice");
        serve("GetOhmPilotRealtimeData", "pyfronius-v1-ohmpilot");
        logger.stubFor(get(urlPathEqualTo("/solar_api/v1/GetPowerFlowRealtimeData.fcgi"))
                .willReturn(aResponse().withBody("{\"Head\":{\"Status\":{\"Code\":0},\"Timestamp\":\"2019-01-10T23:33:16+01:00\"},\"Body\":{\"Data\":{\"Site\":{}}}}")));
        sql.update("INSERT INTO pv_device (site, device, class, id, seen_at) VALUES ('home', 'ohmpilot:28136344', 'Ohmpilot', '0', now())");

        collect();

        comes("pv_inverter", "2019-01-10 22:33:16", """
                {"device": "inverter/1", "pac": 0, "day_energy": 0, "year_energy": 12400, "total_energy": 26213502}""");
        comes("pv_meter", "2019-01-10 22:33:13", """
                {"device": "meter/0", "powerreal_p_sum": -367.722145, "energyreal_wac_minus_relative": 17, "meter_location_current": 1}""");
        comes("pv_ohmpilot", "2019-06-24 08:10:44", """
                {"device": "ohmpilot:28136344", "powerreal_pac_sum": 0, "energyreal_wac_sum_consumed": 2964307, "temperature_channel_1": 23.9,
                 "codeofstate": 0, "codeoferror": 926}""");
        is("pv_logger", """
                {"api_version": 1}""");
        is("pv_device", """
                {"device": "inverter/1", "class": "Inverter", "id": "1", "serial": "30412345", "model_code": 122}""", """
                {"device": "meter:18412345", "class": "Meter", "id": "0", "serial": "18412345"}""", """
                {"device": "ohmpilot:28136344", "class": "Ohmpilot", "id": "0"}""");
    }

    private void serve(String request, String file) {
        try {
            logger.stubFor(get(urlPathMatching("/solar_api/(v1/)?" + request + "\\.f?cgi"))
                    .willReturn(aResponse().withHeader("Content-Type", "text/javascript").withBody(Files.readAllBytes(SAMPLES.resolve(file + ".json")))));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void devices(String data) {
        logger.stubFor(get(urlPathEqualTo("/solar_api/v1/GetActiveDeviceInfo.cgi"))
                .willReturn(aResponse().withBody("{\"Head\":{\"Status\":{\"Code\":0},\"Timestamp\":\"2021-12-09T15:34:06-03:00\"},\"Body\":{\"Data\":" + data + "}}")));
    }

    private void collect() {
        sql.update("INSERT INTO pv_site (site, url, archive, realtime) VALUES ('home', ?, false, '1 h')", url());
        context.start();
    }

    private void comes(String table, String stamp, String expected) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(rows(table)).as(table).isPositive());
        assertThat(sql.queryForList("SELECT to_char(ts AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM " + table, String.class)).as(table).containsExactly(stamp);
        is(table, expected);
    }

    private void is(String table, String... expected) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(contents(table)).as(table).containsExactlyInAnyOrderElementsOf(
                Stream.of(expected).map(RecordedReadingsRouteTest::json).toList()));
    }

    private List<Object> contents(String table) {
        return new ArrayList<>(sql.queryForList("SELECT jsonb_strip_nulls(to_jsonb(t) - '{site,ts,seen_at,first_seen_at,archive,archive_at}'::text[])::text FROM " + table
                + " AS t", String.class).stream().map(RecordedReadingsRouteTest::json).toList());
    }

    private static Object json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    private int rows(String table) {
        return sql.queryForObject("SELECT count(*) FROM " + table, Integer.class);
    }
}
