package io.pvroute.solarapi;

import static io.pvroute.solarapi.Realtime.reading;
import static io.pvroute.solarapi.Realtime.recorded;
import static io.pvroute.solarapi.Realtime.rows;
import static io.pvroute.solarapi.Realtime.withData;
import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pvroute.solarapi.Failure.Fault;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a logger is and has: recorded answers, and the rows of them written out by hand; and answers that are odd. */
class DiscoveryRowsTest {

    private static final Instant NOW = Instant.parse("2025-06-01T12:00:00Z");
    private static final Map<String, Object> READING = reading("2025-06-01T12:00:00Z");

    private final DiscoveryRows discovery = new DiscoveryRows();

    @Test
    void theApiVersionOfAGen24() {
        DiscoveryBatch batch = discovery.apiVersion(recorded("ha-gen24-getapiversion"), READING);

        assertThat(batch.columns()).containsExactly("site", "api_version", "compatibility", "seen_at");
        assertThat(rows(batch.rows())).containsExactly(asList("home", 1, "1.7-3", NOW));
        assertThat(batch.count()).isEqualTo(1);
    }

    @Test
    void theApiVersionOfASymo() {
        assertThat(rows(discovery.apiVersion(recorded("ha-symo-getapiversion"), READING).rows()))
                .containsExactly(asList("home", 1, "1.6-3", NOW));
    }

    @Test
    void anApiVersionWithoutARangeLeavesItOut() {
        DiscoveryBatch batch = discovery.apiVersion(recorded("pyfronius-v1-getapiversion"), READING);

        assertThat(batch.columns()).containsExactly("site", "api_version", "seen_at");
        assertThat(rows(batch.rows())).containsExactly(asList("home", 1, NOW));
    }

    @Test
    void whatIsNoApiVersionIsNoLogger() {
        for (String answer : new String[] {"{}", "[]", "null", "{\"APIVersion\":null}", "{\"APIVersion\":\"one\"}", "{\"APIVersion\":1.5}", "7"}) {
            assertThatThrownBy(() -> discovery.apiVersion(Realtime.read(answer), READING)).isInstanceOfSatisfying(SolarApiException.class,
                    thrown -> assertThat(thrown.failure()).isEqualTo(new Failure(Fault.SITE,
                            "answered JSON, but no version of the Solar API; check that the address is that of a Fronius logger")));
        }
    }

    @Test
    void theInfoOfADatamanager() {
        DiscoveryBatch batch = discovery.loggerInfo(recorded("ha-symo-loggerinfo"), READING);

        assertThat(batch.columns()).containsExactly("site", "product", "hardware", "software", "unique_id", "zone_location", "utc_offset", "seen_at");
        assertThat(rows(batch.rows()))
                .containsExactly(asList("home", "fronius-datamanager-card", "2.4E", "3.18.7-1", "123.4567890", "Vienna", 7200, NOW));
    }

    @Test
    void theInfoOfAHybrid() {
        assertThat(rows(discovery.loggerInfo(recorded("hybrid-fw1.23.2-1-getloggerinfo"), READING).rows()))
                .containsExactly(asList("home", "fronius-hybrid", "2.4D", "1.23.2-1", "239.6545", "Berlin", 7200, NOW));
    }

    @Test
    void aGen24TellsNothingOfItselfAndThatIsNoFailure() {
        DiscoveryBatch batch = discovery.loggerInfo(recorded("ha-gen24-loggerinfo-notsupported"), READING);

        assertThat(batch.columns()).containsExactly("site", "seen_at");
        assertThat(rows(batch.rows())).containsExactly(asList("home", NOW));
    }

    @Test
    void aLoggerThatIsBusyIsAFailure() {
        assertThatThrownBy(() -> discovery.loggerInfo(Realtime.read("{\"Head\":{\"Status\":{\"Code\":5}}}"), READING))
                .hasMessage("answered status 5 (timeout): worth another try");
    }

    @Test
    void theDevicesOfAHybridAreNamedAsTheArchiveNamesThem() {
        DiscoveryBatch batch = discovery.devices(recorded("hybrid-fw1.23.2-1-getactivedeviceinfo"), READING);

        assertThat(batch.columns()).containsExactly("site", "device", "class", "id", "serial", "model_code", "seen_at");
        assertThat(rows(batch.rows())).containsExactly(
                asList("home", "inverter/1", "Inverter", "1", null, 83, NOW),
                asList("home", "meter:16220118", "Meter", "0", "16220118", null, NOW),
                asList("home", "storage:27342798", "Storage", "0", "27342798", null, NOW));
    }

    @Test
    void theDevicesOfASymoWithAMeter() {
        assertThat(rows(discovery.devices(recorded("pyfronius-v1-getactivedeviceinfo"), READING).rows())).containsExactly(
                asList("home", "inverter/1", "Inverter", "1", "30412345", 122, NOW),
                asList("home", "meter:18412345", "Meter", "0", "18412345", null, NOW));
    }

    @Test
    void nothingIsAwakeAtNightAndThatIsNoFailure() {
        assertThat(discovery.inverterInfo(recorded("ha-igplus-night-inverterinfo-empty"), READING).count()).isZero();
        assertThat(discovery.inverterInfo(recorded("ha-igplus-night-inverterinfo-empty"), READING).columns()).contains("site", "device");
        assertThat(discovery.devices(withData("{}"), READING).count()).isZero();
        assertThat(discovery.devices(withData("{\"Inverter\":{},\"Meter\":{}}"), READING).count()).isZero();
    }

    @Test
    void theInverterOfAHybridHasTheNameThatItsOwnerGaveItInPlainLetters() {
        DiscoveryBatch batch = discovery.inverterInfo(recorded("hybrid-fw1.23.2-1-getinverterinfo"), READING);

        assertThat(batch.columns()).containsExactly("site", "device", "class", "id", "unique_id", "model_code", "name", "pv_power", "seen_at");
        assertThat(rows(batch.rows())).containsExactly(asList("home", "inverter/1", "Inverter", "1", "278265", 83, "Fronius", 4060.0, NOW));
    }

    @Test
    void aUniqueIdThatIsNotSetIsNone() {
        DiscoveryBatch batch = discovery.inverterInfo(
                withData("{\"1\":{\"UniqueID\":\" 16777215 \",\"DT\":86},\"2\":{\"UniqueID\":\"7262 \",\"CustomName\":\"\\n&#80;&#114; \"}}"), READING);

        assertThat(batch.columns()).containsExactly("site", "device", "class", "id", "unique_id", "model_code", "name", "seen_at");
        assertThat(rows(batch.rows())).containsExactly(
                asList("home", "inverter/1", "Inverter", "1", null, 86, null, NOW),
                asList("home", "inverter/2", "Inverter", "2", "7262", null, "Pr", NOW));
    }

    @Test
    void cardsAndWhatIsNotKnownYetAreDevicesToo() {
        DiscoveryBatch batch = discovery.devices(withData("{\"SensorCard\":{\"1\":{\"DT\":254,\"ChannelNames\":[\"Temperature 1\"]}},"
                + "\"StringControl\":{\"3\":{\"DT\":253}},\"OhmPilot\":{\"0\":{\"DT\":-1,\"Serial\":\" 12345678 \"}},\"Wallbox\":{\"0\":{}}}"), READING);

        assertThat(rows(batch.rows())).containsExactly(
                asList("home", "ohmpilot:12345678", "Ohmpilot", "0", "12345678", null, NOW),
                asList("home", "sensorcard/1", "SensorCard", "1", null, 254, NOW),
                asList("home", "stringcontrol/3", "StringControl", "3", null, 253, NOW),
                asList("home", "wallbox/0", "Wallbox", "0", null, null, NOW));
    }

    @Test
    void aDeviceThatIsToldTwiceIsOneRow() {
        DiscoveryBatch batch = discovery.devices(withData("{\"Meter\":{\"0\":{\"Serial\":\"17\"},\"1\":{\"Serial\":\"17 \"}}}"), READING);

        assertThat(rows(batch.rows())).containsExactly(asList("home", "meter:17", "Meter", "0", "17", NOW));
    }

    @Test
    void whatIsNoDeviceIsNone() {
        assertThat(discovery.devices(withData("{\"1\":{\"DT\":83},\"Inverter\":{\"1\":null,\"2\":7,\"3\":[]},\"Meter\":[],\"Storage\":null}"), READING).count())
                .isZero();
        assertThat(discovery.inverterInfo(withData("{\"1\":null,\"2\":7,\"3\":[]}"), READING).count()).isZero();
    }

    @Test
    void aSiteWithoutAMomentIsAFaultOfTheRoute() {
        assertThatThrownBy(() -> discovery.loggerInfo(recorded("ha-symo-loggerinfo"), Map.of("site", "home")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'reading' has no entry 'asked_at'");
        assertThatThrownBy(() -> discovery.devices(recorded("pyfronius-v1-getactivedeviceinfo"), null))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'reading' has no entry 'site'");
    }
}
