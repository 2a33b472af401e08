package io.pvroute.elsewhere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

import io.pvroute.TestDatabase;
import io.pvroute.runner.Schema;
import io.pvroute.runner.SettingsException;
import io.pvroute.runner.StartException;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** The shipped routes and settings in a Camel Main application that has a name, databases, health, metrics and a server of its own. */
class DroppedInTest {

    private final TestDatabase plantDb = new TestDatabase();
    private final TestDatabase billing = new TestDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(plantDb.dataSource());
    private final Map<String, String> properties = new HashMap<>(Map.of("plant.url", plantDb.url(), "billing.url", billing.url(),
            "plant.managementPort", freePort(), "plant.port", freePort()));

    @TempDir
    private Path directory;
    private Main application;

    @AfterEach
    void end() {
        if (application != null) {
            application.stop();
        }
        plantDb.close();
        billing.close();
    }

    @Test
    void readsItsSitesWithTheRoutesAsShippedAndLeavesTheRestOfTheApplicationAlone() throws Exception {
        // given
        Schema.upgrade(plantDb.dataSource());
        billing.execute("CREATE TABLE bill AS SELECT 41 AS amount");
        var clock = Clock.systemUTC();
        try (var simulator = new Simulator(Plant.demo(clock), clock).start(0)) {
            Instant since = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(40));
            properties.putAll(Map.of("site.home", simulator.url(), "site.home.zone", "Europe/Vienna", "archive.since", since.toString(),
                    "archive.pause", "0s", "archive.timeout", "1m30s",
                    // the tests run with PAGE_PORT=off, and here is a page
                    "camel.component.properties.environmentVariableMode", "1"));

            // when
            start();

            // then
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(sql.queryForObject(
                    "SELECT count(*) FROM pv_window WHERE state IN ('loaded', 'open') AND loaded_through IS NOT NULL", Integer.class)).isGreaterThanOrEqualTo(3));
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_archive WHERE site = 'home'", Integer.class)).isGreaterThan(10_000);
            assertThat(sql.queryForObject("SELECT zone || ' ' || source FROM pv_site", String.class)).isEqualTo("Europe/Vienna config");

            // then its own things are its own
            assertThat(application.getCamelContext().getName()).isEqualTo("plant");
            try (ProducerTemplate template = application.getCamelContext().createProducerTemplate()) {
                assertThat(template.requestBody("direct:bills", null, Integer.class)).isEqualTo(41);
            }
            assertThat(get("plant.managementPort", "/observe/health")).contains("UP");
            assertThat(get("plant.managementPort", "/observe/metrics")).contains("pvroute_rows_total{outcome=\"inserted\",site=\"home\"}");
            assertThat(get("plant.port", "/api/sites")).contains("\"home\"");

            // then the site is free for others when the application stops
            application.stop();
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_site WHERE lease IS NOT NULL", Integer.class)).isZero();
        }
    }

    @Test
    void readsWithTheRoutesAndDefaultsOfTheJarAlone() throws Exception {
        // given
        Schema.upgrade(plantDb.dataSource());
        var clock = Clock.systemUTC();
        try (var simulator = new Simulator(Plant.demo(clock), clock).start(0)) {
            properties.putAll(Map.of("site.home", simulator.url(), "archive.since", Instant.now().minus(Duration.ofHours(1)).toString(),
                    "routes.directory", "nowhere", "camel.main.routesIncludePattern",
                    "classpath:io/pvroute/shipped/routes/archive.camel.yaml,classpath:io/pvroute/shipped/routes/dead-letter.camel.yaml",
                    "camel.component.http.automaticRetriesDisabled", "true"));

            // when
            application = PlantApplication.camel(written(), "");
            application.start();

            // then
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(sql.queryForObject(
                    "SELECT count(*) FROM pv_window WHERE loaded_through IS NOT NULL", Integer.class)).isOne());
            assertThat(application.getCamelContext().resolvePropertyPlaceholders("{{routes.location}}")).isEqualTo("classpath:io/pvroute/shipped/routes");
        }
    }

    @Test
    void aDatabaseThatIsAwayKeepsNobodyFromStartingAndGetsItsSitesWhenItComes() throws Exception {
        // given
        Schema.upgrade(plantDb.dataSource());
        try (var door = new ShutDoor(plantDb.url())) {
            properties.putAll(Map.of("plant.url", door.url(), "site.home", "http://127.0.0.1:9", "site.home.zone", "Europe/Vienna",
                    "camel.beans.plantDb.connectionTimeout", "500", "camel.beans.plantDb.initializationFailTimeout", "-1"));

            // when
            start();

            // then
            assertThat(application.getCamelContext().getStatus().isStarted()).isTrue();
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_site", Integer.class)).isZero();

            // when
            door.open();

            // then
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                    sql.queryForList("SELECT site || ' ' || zone FROM pv_site", String.class)).containsExactly("home Europe/Vienna"));
            application.stop();
        }
    }

    @Test
    void everySettingThatIsNotRightIsToldBeforeAnythingStarts() {
        properties.putAll(Map.of("archive.pauze", "3s", "site.home", "192.168.1.20"));

        assertThatThrownBy(this::start).isInstanceOf(SettingsException.class)
                .hasMessageContaining("archive.pauze").hasMessageContaining("did you mean archive.pause?").hasMessageContaining("site.home");
    }

    @Test
    void whereSeveralDataSourcesAreThereItIsAskedWhichIsMeant() {
        properties.put("pvroute.dataSource", "");

        assertThatThrownBy(this::start).isInstanceOf(StartException.class)
                .hasMessageContaining("billing, plantDb").hasMessageContaining("pvroute.dataSource");
    }

    @Test
    void aPropertyOfTheSystemThatWouldReplaceASettingIsTold() {
        System.setProperty("archive.timeout", "30s");
        try {
            assertThatThrownBy(this::start).isInstanceOf(StartException.class)
                    .hasMessageContaining("archive.timeout").hasMessageContaining("30000").hasMessageContaining("ARCHIVE_TIMEOUT");
        } finally {
            System.clearProperty("archive.timeout");
        }
    }

    private void start() throws Exception {
        application = PlantApplication.camel(written(), ",classpath:io/pvroute/shipped/application.properties");
        application.start();
    }

    private Path written() throws IOException {
        Path here = directory.resolve("here.properties");
        var file = new Properties();
        file.putAll(properties);
        try (var writer = Files.newBufferedWriter(here)) {
            file.store(writer, null);
        }
        return here;
    }

    private String get(String port, String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + properties.get(port) + path)).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private static String freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return String.valueOf(socket.getLocalPort());
        } catch (IOException e) {
            throw new IllegalStateException("There is no free port.", e);
        }
    }
}
