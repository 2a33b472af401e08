package io.pvroute.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a visitor of a logger sees of the present, over HTTP, and what is remembered of the visit. */
class RealtimeAnswersTest {

    private static final String V1 = "/solar_api/v1/";
    private static final String POWER_FLOW = V1 + "GetPowerFlowRealtimeData.fcgi";
    private static final String INVERTERS = V1 + "GetInverterRealtimeData.cgi?Scope=System";
    private static final String INVERTER = V1 + "GetInverterRealtimeData.cgi?Scope=Device&DataCollection=CommonInverterData&DeviceId=";
    private static final String METERS = V1 + "GetMeterRealtimeData.cgi?Scope=System";
    private static final String STORAGES = V1 + "GetStorageRealtimeData.cgi?Scope=System";
    private static final String OHM_PILOTS = V1 + "GetOhmPilotRealtimeData.cgi?Scope=System";
    private static final String DEVICES = V1 + "GetActiveDeviceInfo.cgi?DeviceClass=System";
    private static final String NOON = "2025-06-21T10:00:03Z";
    private static final String NIGHT = "2025-06-21T22:00:03Z";
    private static final Plant PLANT = Plant.inVienna(3, Instant.parse("2025-01-01T00:00:00Z"));

    private final TestClock clock = new TestClock(NOON);
    private Simulator simulator;
    private LoggerClient client;

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void aGen24HasNoArchiveAndSaysSoByA404() throws Exception {
        start(Equipment.GEN24);

        String query = "?Scope=System&Channel=PowerReal_PAC_Sum&StartDate=2025-06-21&EndDate=2025-06-21";
        HttpResponse<String> answer = client.get(V1 + "GetArchiveData.cgi" + query);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).startsWith("<html>").doesNotContain("disabled");
        assertThat(simulator.requests()).isEmpty();
        assertThat(simulator.truth(PLANT.since(), clock.instant()).samples()).isEmpty();
        assertThat(simulator.truth(PLANT.since(), clock.instant()).events()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"GEN24, 11059, true", "SYMO, 0, false"})
    void whatIsToldIsTheTruthOfItsStamp(Model model, double storage, boolean ohmPilot) throws Exception {
        start(new Equipment(model, storage, ohmPilot));

        JsonNode flow = client.json(POWER_FLOW);
        Present present = simulator.present(stampOfHead(flow));
        assertThat(stampOfHead(flow)).isEqualTo(NOON);
        present.powerFlow().forEach((name, value) ->
                assertValue(name, flow.at(name.equals("SOC") ? "/Body/Data/Inverters/1/SOC" : "/Body/Data/Site/" + name), value));
        assertThat(flow.at("/Body/Data/Inverters/1/P").doubleValue()).isEqualTo(present.inverter().get("PAC"));

        JsonNode inverter = client.json(INVERTER + 1).at("/Body/Data");
        present.inverter().forEach((name, value) -> assertValue(name, inverter.get(name).get("Value"), value));
        JsonNode system = client.json(INVERTERS).at("/Body/Data");
        for (String name : List.of("PAC", "TOTAL_ENERGY", "DAY_ENERGY", "YEAR_ENERGY")) {
            assertValue(name, system.get(name).get("Values").get("1"), present.inverter().get(name));
        }

        JsonNode meter = client.json(METERS).at("/Body/Data/0");
        simulator.present(Instant.ofEpochSecond(meter.get("TimeStamp").longValue())).meter()
                .forEach((name, value) -> assertValue(name, meter.get(name), value));

        if (model == Model.GEN24) {
            JsonNode controller = client.json(STORAGES).at("/Body/Data/0/Controller");
            simulator.present(Instant.ofEpochSecond(controller.get("TimeStamp").longValue())).storage()
                    .forEach((name, value) -> assertValue(name, controller.get(name), value));
            JsonNode heater = client.json(OHM_PILOTS).at("/Body/Data/0");
            present.ohmPilot().forEach((name, value) -> assertValue(name, heater.get(name), value));
            assertThat(present.storage()).isNotEmpty();
            assertThat(present.ohmPilot()).isNotEmpty();
        }
    }

    private static void assertValue(String name, JsonNode told, Double expected) {
        if (expected == null) {
            assertThat(told.isNull()).as(name).isTrue();
        } else {
            assertThat(told.isNumber()).as(name).isTrue();
            assertThat(told.doubleValue()).as(name).isEqualTo(expected);
        }
    }

    @Test
    void aGen24StampsInUtcAndASymoWithThePlantsOffset() throws Exception {
        start(Equipment.GEN24);
        assertThat(client.json(POWER_FLOW).at("/Head/Timestamp").textValue()).isEqualTo("2025-06-21T10:00:03+00:00");
        close();

        start(Equipment.SYMO);
        assertThat(client.json(POWER_FLOW).at("/Head/Timestamp").textValue()).isEqualTo("2025-06-21T12:00:03+02:00");
        clock.set("2025-10-26T00:30:00Z");
        assertThat(client.json(POWER_FLOW).at("/Head/Timestamp").textValue()).isEqualTo("2025-10-26T02:30:00+02:00");
        clock.set("2025-10-26T01:30:00Z");
        assertThat(client.json(POWER_FLOW).at("/Head/Timestamp").textValue()).isEqualTo("2025-10-26T02:30:00+01:00");
    }

    @Test
    void numbersHaveNoExponentAndSerialsAreFilledUpWithBlanks() throws Exception {
        start(Equipment.GEN24);

        assertThat(client.get(STORAGES).body()).contains("\"TimeStamp\" : 1750500000.0").contains("\"P030T020Z2000000003     \"")
                .contains("\"Capacity_Maximum\" : 11059,");
        assertThat(client.get(POWER_FLOW).body()).doesNotContainPattern("\\d[eE][-+\\d]").containsPattern("\"E_Total\" : \\d{8,9}\\.\\d+");
        assertThat(client.json(DEVICES).at("/Body/Data/Storage/0/Serial").textValue()).isEqualTo("P030T020Z2000000003     ");
        assertThat(client.json(V1 + "GetInverterInfo.cgi").at("/Body/Data/1/CustomName").textValue()).startsWith("&#83;&#252;");
    }

    @Test
    void itRemembersWhoAskedWhatAndWhatWasTold() throws Exception {
        start(new Equipment(Model.GEN24, 11_059, true));

        for (String path : List.of(POWER_FLOW, INVERTERS, INVERTER + 1, METERS, STORAGES, OHM_PILOTS)) {
            client.get(path);
        }
        client.get(DEVICES);
        client.get("/solar_api/GetAPIVersion.cgi");

        List<PresentRequest> requests = simulator.realtimeRequests();
        assertThat(requests).extracting(PresentRequest::path).startsWith(POWER_FLOW, V1 + "GetInverterRealtimeData.cgi").hasSize(6);
        assertThat(requests.get(3).query()).isEqualTo("Scope=System");
        assertThat(requests).allSatisfy(request -> {
            assertThat(request.beganAt()).isEqualTo(NOON);
            assertThat(request.ended()).isGreaterThan(request.began());
        });
        assertThat(requests.get(0).overlaps(requests.get(1))).isFalse();
        assertThat(requests).flatExtracting(PresentRequest::told).containsExactly(
                new Told("Site", "", "", Instant.parse(NOON)),
                new Told("Inverter", "1", "30000003", Instant.parse(NOON)),
                new Told("Inverter", "1", "30000003", Instant.parse(NOON)),
                new Told("Meter", "0", "16220118", Instant.parse("2025-06-21T10:00:02Z")),
                new Told("Storage", "0", "P030T020Z2000000003", Instant.parse("2025-06-21T10:00:00Z")),
                new Told("OhmPilot", "0", "28000003", Instant.parse(NOON)));
        assertThat(simulator.discoveryRequests()).extracting(PresentRequest::path)
                .containsExactly(V1 + "GetActiveDeviceInfo.cgi", "/solar_api/GetAPIVersion.cgi");
        assertThat(simulator.discoveryRequests()).flatExtracting(PresentRequest::told).isEmpty();
    }

    @Test
    void switchedOffAndOnWhileItRunsItAnswers404ToEverythingAndThenAgain() throws Exception {
        start(Equipment.GEN24);

        simulator.quirks(Quirk.API_OFF);
        for (String path : List.of(POWER_FLOW, METERS, DEVICES, "/solar_api/GetAPIVersion.cgi", V1 + "GetArchiveData.cgi", "/solar_api/")) {
            HttpResponse<String> answer = client.get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(answer.body()).contains("Solar API disabled by customer config");
        }
        simulator.quirks();

        assertThat(client.get(POWER_FLOW).statusCode()).isEqualTo(200);
        assertThat(simulator.realtimeRequests()).extracting(request -> request.told().size()).containsExactly(0, 0, 1);
        close();

        start(Equipment.SYMO);
        simulator.quirks(Quirk.API_OFF);
        HttpResponse<String> archive = client.get(V1 + "GetArchiveData.cgi?Scope=System");
        assertThat(archive.statusCode()).isEqualTo(404);
        assertThat(archive.body()).contains("Solar API disabled");
    }

    @Test
    void aStaleMeterTellsItsLastReadingAndIsNotAReading() throws Exception {
        start(Equipment.GEN24);
        simulator.quirks(Quirk.STALE_METER);
        JsonNode first = client.json(METERS).at("/Body/Data/0");
        clock.set("2025-06-21T11:00:00Z");
        simulator.quirks(Quirk.STALE_METER, Quirk.GHOST_INVERTER);
        JsonNode later = client.json(METERS).at("/Body/Data/0");

        assertThat(later).isEqualTo(first);
        assertThat(first.get("Visible").intValue()).isZero();
        assertThat(first.get("TimeStamp").longValue()).isEqualTo(Instant.parse(NOON).getEpochSecond() - 1);
        JsonNode site = client.json(POWER_FLOW).at("/Body/Data/Site");
        assertThat(List.of(site.get("P_Grid"), site.get("P_Load"), site.get("rel_Autonomy"))).allMatch(JsonNode::isNull);
        assertThat(site.get("P_PV").isNumber()).isTrue();
        assertThat(simulator.realtimeRequests()).extracting(request -> request.told().size()).containsExactly(0, 0, 1);

        simulator.quirks();
        assertThat(client.json(METERS).at("/Body/Data/0/Visible").intValue()).isOne();
        assertThat(client.json(METERS).at("/Body/Data/0/TimeStamp").longValue())
                .isEqualTo(Instant.parse("2025-06-21T10:59:59Z").getEpochSecond());
    }

    @Test
    void aGhostIsListedAndTellsNothing() throws Exception {
        start(Equipment.GEN24);
        simulator.quirks(Quirk.GHOST_INVERTER);

        assertThat(client.json(DEVICES).at("/Body/Data/Inverter").properties()).extracting(Map.Entry::getKey).containsExactly("1", "3");
        assertRefused(INVERTER + 3, 255);
        assertThat(client.json(INVERTERS).at("/Body/Data/PAC/Values").properties()).extracting(Map.Entry::getKey).containsExactly("1");
        assertThat(client.json(POWER_FLOW).at("/Body/Data/Inverters").properties()).extracting(Map.Entry::getKey).containsExactly("1");
        simulator.quirks();
        assertRefused(INVERTER + 3, 12);
    }

    @Test
    void renumberedDevicesKeepTheirSerials() throws Exception {
        start(Equipment.SYMO);
        simulator.quirks(Quirk.RENUMBERED);

        assertThat(client.json(DEVICES).at("/Body/Data/Inverter/2/Serial").textValue()).isEqualTo("30000003");
        assertThat(client.json(DEVICES).at("/Body/Data/Meter/1/Serial").textValue()).isEqualTo("16220118");
        assertThat(client.json(METERS).at("/Body/Data/1/Details/Serial").textValue()).isEqualTo("16220118");
        assertThat(client.json(INVERTER + 2).at("/Body/Data/PAC/Value").isNumber()).isTrue();
        assertThat(client.json(POWER_FLOW).at("/Body/Data/Inverters/2/P").isNumber()).isTrue();
        assertThat(client.json(V1 + "GetInverterInfo.cgi").at("/Body/Data/2/UniqueID").textValue()).isEqualTo("30000003");
        assertRefused(INVERTER + 1, 12);
        assertThat(simulator.realtimeRequests()).flatExtracting(PresentRequest::told).extracting(Told::deviceClass, Told::deviceId)
                .contains(tuple("Meter", "1"), tuple("Inverter", "2"));
    }

    @Test
    void atNightSomeLoggersTellNoInverters() throws Exception {
        start(Equipment.SYMO);
        simulator.quirks(Quirk.NO_INVERTERS_AT_NIGHT);
        assertThat(client.json(POWER_FLOW).at("/Body/Data/Inverters").isEmpty()).isFalse();

        clock.set(NIGHT);

        JsonNode flow = client.json(POWER_FLOW).at("/Body/Data");
        assertThat(flow.get("Inverters").isEmpty()).isTrue();
        assertThat(flow.at("/Site/E_Total").isNull()).isTrue();
        assertThat(flow.at("/Site/P_Grid").isNumber()).isTrue();
        assertThat(client.json(INVERTERS).at("/Body/Data/PAC/Values").isEmpty()).isTrue();
        assertThat(client.json(V1 + "GetInverterInfo.cgi").at("/Body/Data").isEmpty()).isTrue();
        assertThat(simulator.realtimeRequests()).extracting(request -> request.told().size()).containsExactly(1, 1, 0);
    }

    @Test
    void whatIsNotThereIsNothingToAGen24AndRefusedByASymo() throws Exception {
        start(new Equipment(Model.GEN24, 0, false));
        for (String path : List.of(STORAGES, OHM_PILOTS)) {
            JsonNode answer = client.json(path);
            assertThat(answer.at("/Head/Status/Code").intValue()).isZero();
            assertThat(answer.at("/Body/Data").isEmpty()).isTrue();
        }
        assertThat(client.json(POWER_FLOW).at("/Body/Data/Site/P_Akku").isNull()).isTrue();
        assertThat(client.json(POWER_FLOW).at("/Body/Data/Inverters/1").has("SOC")).isFalse();
        assertThat(client.json(DEVICES).at("/Body/Data/Storage").isEmpty()).isTrue();
        close();

        start(Equipment.SYMO);
        assertRefused(STORAGES, 255);
        assertRefused(OHM_PILOTS, 255);
        simulator.quirks(Quirk.NO_METER);
        assertRefused(METERS, 255);
        assertThat(client.json(DEVICES).at("/Body/Data/Meter").isEmpty()).isTrue();
        assertThat(client.json(POWER_FLOW).at("/Body/Data/Site/P_Grid").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?Scope=Everything", "?Scope=Device", "?Scope=System&Scope=Device"})
    void aRequestThatMakesNoSenseIsAnArgumentError(String query) throws Exception {
        start(Equipment.GEN24);

        assertRefused(V1 + "GetInverterRealtimeData.cgi" + query, 6);
        assertRefused(V1 + "GetMeterRealtimeData.cgi" + query, 6);
        assertThat(simulator.realtimeRequests()).flatExtracting(PresentRequest::told).isEmpty();
    }

    @Test
    void oneMeterAloneHasNoNumber() throws Exception {
        start(Equipment.SYMO);

        JsonNode meter = client.json(V1 + "GetMeterRealtimeData.cgi?Scope=Device&DeviceId=0").at("/Body/Data");
        assertThat(meter.get("PowerReal_P_Sum").isNumber()).isTrue();
        assertRefused(V1 + "GetMeterRealtimeData.cgi?Scope=Device&DeviceId=7", 12);
        assertRefused(V1 + "GetInverterRealtimeData.cgi?Scope=Device&DeviceId=1&DataCollection=MinMaxInverterData", 1);
    }

    @Test
    void equipmentThatIsNotSimulatedIsSaid() {
        simulator = new Simulator(PLANT, clock);

        assertThatThrownBy(() -> new Equipment(Model.SYMO, 5000, false)).hasMessageContaining("a Symo is simulated without a storage");
        assertThatThrownBy(() -> new Equipment(Model.GEN24, 12, false)).hasMessageContaining("0, or 1,000 to 10,000,000 Wh");
        assertThatThrownBy(() -> new Equipment(Model.GEN24, Double.NaN, false)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> new Equipment(null, 0, false)).hasMessageContaining("model");
        assertThatThrownBy(() -> PLANT.with(null)).hasMessageContaining("equipment");
    }

    private void start(Equipment equipment) {
        simulator = new Simulator(PLANT.with(equipment), clock).start(0);
        client = new LoggerClient(simulator);
    }

    private void assertRefused(String path, int code) throws Exception {
        JsonNode answer = client.json(path);
        assertThat(answer.at("/Head/Status/Code").intValue()).as(path).isEqualTo(code);
        assertThat(answer.at("/Head/Status/Reason").textValue()).isNotBlank();
        assertThat(answer.at("/Body/Data").isEmpty()).isTrue();
    }

    private static Instant stampOfHead(JsonNode answer) {
        return OffsetDateTime.parse(answer.at("/Head/Timestamp").textValue()).toInstant();
    }
}
