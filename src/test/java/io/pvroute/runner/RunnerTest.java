package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

import io.pvroute.TestDatabase;
import io.pvroute.simulator.ArchiveRequest;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** The runner as a whole, on a database that is there, reading the simulator by the shipped routes. */
class RunnerTest {

    private final Clock clock = Clock.systemUTC();
    private final TestDatabase database = new TestDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(database.dataSource());
    private Simulator simulator;

    @TempDir
    private Path folder;

    @BeforeEach
    void plugIn() {
        simulator = new Simulator(Plant.demo(clock), clock).start(0);
    }

    @AfterEach
    void end() {
        simulator.close();
        database.close();
    }

    @Test
    void aSecondReadOfAYearIsAllTheSameAndWritesNothingButTheBook() {
        try (Runner runner = start(Map.of("site.home.since", "365d", "archive.period", "1h"))) {
            awaitBook();
            sql.execute("VACUUM");
            long rows = sql.queryForObject("SELECT count(*) FROM pv_archive", Long.class);
            assertThat(rows).isGreaterThan(150_000);
            String before = sql.queryForObject("SELECT pg_current_wal_insert_lsn()", String.class);

            sql.update("UPDATE pv_window SET state = 'open', loaded_from = NULL, retry_at = NULL, read_at = NULL");
            sql.update("UPDATE pv_site SET due_at = '-infinity'");
            await().atMost(Duration.ofSeconds(60)).until(() -> sql.queryForObject("SELECT bool_and(read_at IS NOT NULL) FROM pv_window", Boolean.class));

            long wal = sql.queryForObject("SELECT pg_current_wal_insert_lsn() - ?::pg_lsn", Long.class, before);
            sql.execute("SELECT pg_stat_force_next_flush()");
            Map<String, Object> statistics = sql.queryForMap("SELECT n_tup_upd, n_dead_tup, n_tup_ins FROM pg_stat_user_tables WHERE relname = 'pv_archive'");
            assertThat(statistics).containsEntry("n_tup_upd", 0L).containsEntry("n_dead_tup", 0L);
            assertThat(sql.queryForMap("SELECT sum(updated)::bigint AS updated, sum(unchanged)::bigint >= ? AS same FROM pv_window", rows))
                    .containsEntry("updated", 0L).containsEntry("same", true);
            assertThat(wal).as("bytes of WAL, the book's own included").isLessThan(200_000);
        }
    }

    @Test
    void theRightsThatTheDocumentationGrantsAreEnoughToRun() throws Exception {
        // Given a schema that an administrator has made, and a role that has the documented rights alone
        Schema.upgrade(database.dataSource());
        String role = "runner_" + ProcessHandle.current().pid();
        sql.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'secret'");
        try {
            String grants = Files.readString(Path.of("docs/operating.md")).lines().filter(line -> line.startsWith("GRANT ")).collect(Collectors.joining("\n"));
            assertThat(grants).contains("pv_window");
            sql.execute(grants.replace("TO pvroute", "TO " + role));
            sql.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");

            // When it runs under that role
            try (Runner runner = start(Map.of("site.home.since", "20d", "db.user", role, "db.password", "secret", "observe.port", "0"))) {
                // Then it reads, and can look how its sites are
                awaitBook();
                assertThat(sql.queryForObject("SELECT count(*) FROM pv_archive", Long.class)).isGreaterThan(5_000);
                var ready = HttpRequest.newBuilder(URI.create(runner.observedAt().orElseThrow() + "/health/ready")).build();
                await().untilAsserted(() -> assertThat(HttpClient.newHttpClient().send(ready, BodyHandlers.ofString()).body()).contains("\"UP\"").doesNotContain("DOWN"));
            }
        } finally {
            sql.execute("DROP OWNED BY " + role);
            sql.execute("DROP ROLE " + role);
        }
    }

    @Test
    void thePauseTowardsALoggerHoldsAcrossTwoRunnersAndOneRequestIsMadeAtATime() {
        Map<String, String> settings = Map.of("site.home.since", "80d", "archive.pause", "700ms", "archive.tick", "20ms");
        try (Runner one = start(settings); Runner two = start(settings)) {
            awaitBook();
        }
        assertThat(simulator.requests()).hasSizeGreaterThanOrEqualTo(5);
        ArchiveRequest earlier = null;
        for (ArchiveRequest request : simulator.requests()) {
            if (earlier != null) {
                assertThat(Duration.ofNanos(request.began() - earlier.ended())).isGreaterThanOrEqualTo(Duration.ofMillis(700));
            }
            earlier = request;
        }
    }

    @Test
    void aRouteFileThatIsBrokenStopsTheStartWithASentence() throws Exception {
        Path routes = Files.createDirectories(folder.resolve("my routes"));
        Files.writeString(routes.resolve("broken.camel.yaml"), "- route:\n    from:\n      uri: timer:x\n      steps:\n        - nonsense: {}\n");

        assertThatThrownBy(() -> start(Map.of("routes.directory", routes.toString())).close())
                .isInstanceOf(StartException.class).hasMessageContaining("my routes").hasMessageContaining("nonsense");
    }

    @Test
    void routesRunFromAFolderWithBlanksInItsName() throws Exception {
        Path routes = folder.resolve("my routes");
        Files.createDirectories(routes.resolve("sql"));
        try (var files = Files.walk(Path.of("routes"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, routes.resolve(Path.of("routes").relativize(file).toString()));
            }
        }

        try (Runner runner = start(Map.of("routes.directory", routes.toString(), "site.home.since", "2d"))) {
            awaitBook();
        }
    }

    @Test
    void aFolderOfRoutesThatIsNotThereStopsTheStart() {
        assertThatThrownBy(() -> start(Map.of("routes.directory", "nowhere")).close())
                .isInstanceOf(StartException.class).hasMessageContaining("nowhere").hasMessageContaining("routes.directory");
    }

    private Runner start(Map<String, String> differing) {
        Map<String, String> settings = new HashMap<>(Map.of("db.url", database.url(), "site.home", simulator.url(), "archive.pause", "0s",
                "observe.port", "off", "page.port", "off"));
        settings.putAll(differing);
        if (settings.containsKey("db.user")) {
            settings.put("db.url", database.url().replaceAll("[?&](user|password)=[^&]*", ""));
        }
        Runner runner = new Runner(Settings.load(null, Map.of(), settings));
        try {
            runner.openDatabase();
            runner.startRoutes();
            return runner;
        } catch (RuntimeException e) {
            runner.close();
            throw e;
        }
    }

    /** Every window from the site's first to today's is read. */
    private void awaitBook() {
        await().atMost(Duration.ofSeconds(90)).until(() -> sql.queryForObject("""
                SELECT count(*) = (SELECT count(*) FROM pv_site, generate_series(pv_window_start(since), now(), interval '384 hours'))
                       AND bool_and(state IN ('open', 'loaded'))
                  FROM pv_window""", Boolean.class));
    }
}
