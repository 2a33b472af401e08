package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.pvroute.TestDatabase;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** The program is asked to end at bad moments: it does within stop.timeout and a little, and leaves nothing half. */
@Timeout(120)
class GracefulStopTest {

    @TempDir
    private Path folder;

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    private final Instant since = now.minus(Duration.ofDays(30)).truncatedTo(ChronoUnit.DAYS);
    private final Simulator simulator = new Simulator(Plant.inVienna(7, since), Clock.fixed(now, ZoneOffset.UTC));

    @BeforeEach
    void plugIn() {
        simulator.start(0);
    }

    @AfterEach
    void unplug() {
        simulator.close();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"TERM", "INT INT"})
    void aWindowThatIsBeingStoredIsBrokenOffWhereItTakesLongerThanStopTimeoutAndTheSiteIsGivenBack(String signals) throws Exception {
        try (var database = new TestDatabase()) {
            var sql = new JdbcTemplate(database.dataSource());
            Schema.upgrade(database.dataSource());
            try (Connection lock = database.dataSource().getConnection();
                    var program = new RunnerProgram(folder, settings(Map.of("DB_URL", database.url(), "STOP_TIMEOUT", "1s")))) {
                // Given a window that is being stored, which a lock delays
                lock.setAutoCommit(false);
                lock.createStatement().execute("LOCK TABLE pv_archive IN SHARE MODE");
                await().atMost(Duration.ofSeconds(30)).until(() -> sql.queryForObject(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", Integer.class) == 1);

                // When the program is asked to end
                for (String signal : signals.split(" ")) {
                    program.signal(signal);
                }

                // Then it does, and says that something was broken off
                assertThat(program.end(10)).as("ended, as by that signal; it told %s", program.told()).isIn("143", "130");
                assertThat(program.told()).contains("took longer than stop.timeout and was broken off").doesNotContain("Exception").doesNotContain("\tat ");
                lock.rollback();
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> sql.queryForObject(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'pvroute'", Integer.class) == 0);
            // the site is given back, the window is not booked, and of its samples there are all or none: a statement that the server had
            // in full may have been carried out
            assertThat(sql.queryForMap("SELECT lease, leased_by, leased_until FROM pv_site").values()).containsOnlyNulls();
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_window", Integer.class)).isZero();
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_archive", Long.class)).isIn(0L, rowsOfTheNewestWindow(sql));
        }
    }

    @Test
    void aWindowThatIsBeingStoredIsFinishedWhereThereIsTime() throws Exception {
        try (var database = new TestDatabase()) {
            var sql = new JdbcTemplate(database.dataSource());
            Schema.upgrade(database.dataSource());
            try (Connection lock = database.dataSource().getConnection();
                    var program = new RunnerProgram(folder, settings(Map.of("DB_URL", database.url(), "STOP_TIMEOUT", "20s")))) {
                lock.setAutoCommit(false);
                lock.createStatement().execute("LOCK TABLE pv_archive IN SHARE MODE");
                await().atMost(Duration.ofSeconds(30)).until(() -> sql.queryForObject(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", Integer.class) == 1);

                program.signal("TERM");
                await().atMost(Duration.ofSeconds(10)).until(() -> program.told().contains("Stopping."));
                lock.rollback();

                assertThat(program.end(25)).isEqualTo("143");
                assertThat(program.told()).doesNotContain("broken off").doesNotContain("Exception");
            }
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_window WHERE state IN ('open', 'loaded')", Integer.class)).isPositive();
            assertThat(sql.queryForObject("SELECT sum(inserted) FROM pv_window", Long.class)).isEqualTo(sql.queryForObject(
                    "SELECT (SELECT count(*) FROM pv_archive) + (SELECT count(*) FROM pv_event)", Long.class));
            assertThat(sql.queryForMap("SELECT lease, leased_by, leased_until FROM pv_site").values()).containsOnlyNulls();
        }
    }

    @Test
    void theThreadThatWasWokenUpForTheStopWaitsForTheWindowInHandToo() throws Exception {
        try (var database = new TestDatabase()) {
            var sql = new JdbcTemplate(database.dataSource());
            Schema.upgrade(database.dataSource());
            try (Connection lock = database.dataSource().getConnection()) {
                // Given a window that is being stored, which a lock delays
                lock.setAutoCommit(false);
                lock.createStatement().execute("LOCK TABLE pv_archive IN SHARE MODE");
                var runner = new RunningPage(Map.of("db.url", database.url(), "site.home", simulator.url(), "site.home.since", since.toString(),
                        "stop.timeout", "20s", "page.port", "off", "observe.port", "off"));
                await().atMost(Duration.ofSeconds(30)).until(() -> sql.queryForObject(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", Integer.class) == 1);

                // When a thread that is interrupted closes the runner
                var closing = new Thread(() -> {
                    Thread.currentThread().interrupt();
                    runner.close();
                });
                closing.start();

                // Then it waits until the window is stored and booked
                await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(3)).until(closing::isAlive);
                lock.rollback();
                closing.join(20_000);
                assertThat(closing.isAlive()).isFalse();
            }
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_window WHERE state IN ('open', 'loaded')", Integer.class)).isPositive();
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"TERM", "KILL"})
    void aFirstStartThatIsBrokenOffInTheMiddleLeavesNoServerAndTheNextOneWorks(String signal) throws Exception {
        Path data = folder.resolve("data");
        // Given a first start in the middle of making its database
        try (var program = new RunnerProgram(folder, settings(Map.of()))) {
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(5)).until(() -> Files.exists(data.resolve("postgres.unfinished/PG_VERSION")));

            // When it is asked to end, or killed
            program.signal(signal);

            // Then it does, without a riddle
            assertThat(program.end(20)).as("ended; it told %s", program.told()).isNotEmpty();
            assertThat(program.told()).doesNotContain("\tat ").doesNotContain("fault of the program");
            if (signal.equals("TERM")) {
                assertThat(postgres(data)).as("processes of PostgreSQL").isEmpty();
            }
        }

        // And the next start works
        try (var database = EmbeddedDatabase.start(data)) {
            assertThat(database.port()).isPositive();
            assertThat(data.resolve("postgres.unfinished")).doesNotExist();
        }
    }

    private long rowsOfTheNewestWindow(JdbcTemplate sql) {
        Instant start = sql.queryForObject("SELECT pv_window_start(now())", Timestamp.class).toInstant();
        return simulator.truth(start, now.plusSeconds(1)).samples().map(sample -> sample.device() + sample.instant()).distinct().count();
    }

    private Map<String, String> settings(Map<String, String> differing) {
        var settings = new HashMap<>(Map.of("SITE_HOME", simulator.url(), "SITE_HOME_SINCE", since.toString(), "ARCHIVE_PAUSE", "0s", "ARCHIVE_TICK", "50ms"));
        settings.putAll(differing);
        return settings;
    }

    private static List<ProcessHandle> postgres(Path data) throws IOException {
        String within = data.toRealPath().toString();
        return ProcessHandle.allProcesses().filter(process -> process.info().command().orElse("").startsWith(within)
                || process.info().arguments().stream().flatMap(Arrays::stream).anyMatch(argument -> argument.startsWith(within))).toList();
    }
}
