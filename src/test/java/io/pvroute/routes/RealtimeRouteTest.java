package io.pvroute.routes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

import com.github.tomakehurst.wiremock.http.Fault;
import io.pvroute.LogLines;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The realtime routes as shipped: what a person is told, what an outage of the logger or the database does, and what nothing costs. */
class RealtimeRouteTest extends ShippedRoutes {

    private static final String POWER_FLOW = "/solar_api/v1/GetPowerFlowRealtimeData.fcgi";
    private static final String ARCHIVE = "/solar_api/v1/GetArchiveData.cgi";

    @BeforeEach
    void everythingElseIsNotThere() {
        logger.stubFor(get(urlPathMatching("/.*")).atPriority(10).willReturn(aResponse().withStatus(404)));
    }

    @Override
    protected Map<String, String> differing() {
        return Map.of("realtime.tick", "20ms", "realtime.pause", "0s");
    }

    @Test
    void aLoggerWithoutAnArchiveIsReadInRealtimeAloneAndThatIsSaidOnce() {
        try (LogLines log = new LogLines()) {
            logger.stubFor(get(urlPathEqualTo("/solar_api/GetAPIVersion.cgi")).willReturn(aResponse().withBody("{\"APIVersion\":1}")));
            powerFlow(Instant.now(), 800);
            realtime("home", "100 ms");

            context.start();

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(sql.queryForList("SELECT p_pv FROM pv_power_flow", Double.class)).containsExactly(800.0);
                assertThat(log.with("home is read in realtime alone, every 0 s: its logger has no archive")).hasSize(1);
            });
            assertThat(log.warnings()).isEmpty();
            assertThat(sql.queryForMap("SELECT down_since, error FROM pv_site")).containsEntry("down_since", null).containsEntry("error", null);
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_window WHERE state = 'dead'", Integer.class)).isZero();
            logger.verify(1, getRequestedFor(urlPathEqualTo(ARCHIVE)));
        }
    }

    @Test
    void anOutageIsToldOnceWhenItBeginsAndOnceWhenItEnds() {
        try (LogLines log = new LogLines()) {
            logger.stubFor(get(urlPathEqualTo(POWER_FLOW)).willReturn(aResponse().withFault(Fault.EMPTY_RESPONSE)));
            realtime("home", "50 ms");
            sql.update("UPDATE pv_site SET archive = false");
            context.start();
            await().untilAsserted(() -> assertThat(log.with("home is down: ")).hasSize(1));
            // as if the minute between two probes had gone by
            for (int probe = 1; probe <= 3; probe++) {
                int failures = probe;
                await().untilAsserted(() -> assertThat(sql.queryForObject("SELECT failures FROM pv_reading WHERE request = 'power-flow'", Integer.class)).isEqualTo(failures));
                sql.update("UPDATE pv_turn SET next_at = now(), due_at = '-infinity'");
            }
            powerFlow(Instant.now(), 800);
            sql.update("UPDATE pv_turn SET next_at = now(), due_at = '-infinity'");

            await().untilAsserted(() -> assertThat(log.with("home is back after ")).hasSize(1));

            assertThat(log.with("home is ")).hasSize(2).first().asString()
                    .endsWith("It is asked again every minute or so; it has no archive, and what it would have told until then is lost.");
            assertThat(log.all()).noneMatch(line -> line.endsWith(" with a stack trace"));
            await().untilAsserted(() -> assertThat(sql.queryForList("SELECT p_pv FROM pv_power_flow", Double.class)).containsExactly(800.0));
        }
    }

    @Test
    void whatWasReadIsKeptUntilTheDatabaseStoresAgain() {
        try (LogLines log = new LogLines()) {
            keptUntilItStores(log);
        }
    }

    private void keptUntilItStores(LogLines log) {
        realtime("home", "1 h");
        sql.update("UPDATE pv_site SET archive = false");
        powerFlow(Instant.now(), 800);
        // the server takes nothing, as with a full disk
        sql.execute("""
                CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$""");
        sql.execute("CREATE TRIGGER disk BEFORE INSERT ON pv_power_flow FOR EACH STATEMENT EXECUTE FUNCTION disk_full()");
        context.start();
        await().untilAsserted(() -> logger.verify(1, getRequestedFor(urlPathEqualTo(POWER_FLOW))));
        await().untilAsserted(() -> assertThat(log.with("The disk of the database is full")).hasSize(1));
        powerFlow(Instant.now().plusSeconds(1), 900);
        sql.execute("DROP TRIGGER disk ON pv_power_flow");

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(sql.queryForList("SELECT p_pv FROM pv_power_flow", Double.class)).containsExactly(800.0));
        await().untilAsserted(() -> assertThat(log.with("The database stores again")).hasSize(1));

        assertThat(log.with("The disk of the database is full")).hasSize(1);
        logger.verify(1, getRequestedFor(urlPathEqualTo(POWER_FLOW)));
    }

    @Test
    void theSameStampReadAgainIsOneRowThatIsNotTouchedAndWritesNoLogOfItsOwn() {
        realtime("home", "20 ms");
        sql.update("UPDATE pv_site SET archive = false");
        Instant stamp = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        powerFlow(stamp, 800);
        context.start();
        await().untilAsserted(() -> assertThat(sql.queryForObject("SELECT count(*) FROM pv_power_flow", Integer.class)).isEqualTo(1));
        await().untilAsserted(() -> assertThat(sql.queryForObject("SELECT count(*) FROM pv_reading WHERE failures > 0 AND request <> 'power-flow'", Integer.class))
                .as("the requests that are not there are left alone").isGreaterThanOrEqualTo(4));
        String row = sql.queryForObject("SELECT xmin || ' ' || ctid FROM pv_power_flow", String.class);

        // When it is read many times more; a server writes something now and then on its own, so the quietest of some stretches tells
        long written = Long.MAX_VALUE;
        for (int stretch = 0; stretch < 8; stretch++) {
            int before = asked();
            long wal = sql.queryForObject("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn", Long.class);
            await().atMost(Duration.ofSeconds(60)).until(() -> asked() >= before + 20);
            written = Math.min(written, (sql.queryForObject("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn", Long.class) - wal) / 20);
        }

        // Then the row is as it was, and all that was written ahead are the ends of the transactions that claim and book
        assertThat(sql.queryForObject("SELECT xmin || ' ' || ctid FROM pv_power_flow", String.class)).isEqualTo(row);
        assertThat(written).as("bytes for each reading").isBetween(1L, 249L);
    }

    @Test
    void anotherValueIsAnotherColumnWithAComment() throws IOException {
        String guide = Files.readString(Path.of("docs/operating.md"));
        sql.execute(guide.substring(guide.indexOf("ALTER TABLE pv_power_flow"), guide.indexOf("IS 'BatteryStandby';") + "IS 'BatteryStandby';".length()));
        sql.execute("ALTER TABLE pv_power_flow ADD COLUMN deep double precision; COMMENT ON COLUMN pv_power_flow.deep IS 'Deeper.Down · W'");
        logger.stubFor(get(urlPathEqualTo(POWER_FLOW)).willReturn(aResponse().withBody("""
                {"Head": {"Status": {"Code": 0}, "Timestamp": "%s"}, "Body": {"Data": {"Site": {"P_PV": 1, "BatteryStandby": false, "Deeper": {"Down": 2.5}}}}}"""
                .formatted(Instant.now().truncatedTo(ChronoUnit.SECONDS)))));
        realtime("home", "1 h");
        sql.update("UPDATE pv_site SET archive = false");
        context.start();

        await().untilAsserted(() -> assertThat(sql.queryForList("SELECT p_pv, batterystandby, deep FROM pv_power_flow"))
                .containsExactly(Map.of("p_pv", 1.0, "batterystandby", "false", "deep", 2.5)));
    }

    @Test
    void aSolarApiThatIsSwitchedOffIsToldAsThat() {
        try (LogLines log = new LogLines()) {
            realtime("home", "1 h");
            sql.update("UPDATE pv_site SET archive = false");
            logger.stubFor(get(urlPathEqualTo(POWER_FLOW)).willReturn(aResponse().withStatus(404).withBody("Solar API disabled by customer config")));
            context.start();

            await().untilAsserted(() -> assertThat(log.with("home is down: its Solar API is switched off: switch it on in the inverter's own web page")).hasSize(1));
        }
    }

    @Test
    void aClockThatIsWrongIsToldAndNothingIsStored() {
        try (LogLines log = new LogLines()) {
            realtime("home", "1 h");
            sql.update("UPDATE pv_site SET archive = false");
            powerFlow(Instant.parse("2000-01-01T00:12:00Z"), 800);
            context.start();

            await().untilAsserted(() -> assertThat(log.with("home is down: ")).singleElement().asString().contains("2000-01-01T00:12:00Z").contains("clock"));

            assertThat(sql.queryForObject("SELECT count(*) FROM pv_power_flow", Integer.class)).isZero();
        }
    }

    private int asked() {
        return logger.countRequestsMatching(getRequestedFor(urlPathEqualTo(POWER_FLOW)).build()).getCount();
    }

    private void realtime(String site, String period) {
        sql.update("INSERT INTO pv_site (site, url, realtime) VALUES (?, ?, ?::interval)", site, url(), period);
    }

    private void powerFlow(Instant stamp, double watts) {
        logger.stubFor(get(urlPathEqualTo(POWER_FLOW)).willReturn(aResponse().withBody("""
                {"Head": {"Status": {"Code": 0}, "Timestamp": "%s"}, "Body": {"Data": {"Site": {"P_PV": %s}}}}"""
                .formatted(stamp.truncatedTo(ChronoUnit.SECONDS), watts))));
    }
}
