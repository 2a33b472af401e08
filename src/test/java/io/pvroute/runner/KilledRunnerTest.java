package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The program as a person starts it, a process with an embedded PostgreSQL: whatever is killed, a start goes on, and the table is the truth. */
class KilledRunnerTest {

    private static final String PID_FILE = "data/postgres/postmaster.pid";

    /** The simulated plant's clock stands still, so that its truth does. */
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    private final Instant since = now.minus(Duration.ofDays(130)).truncatedTo(ChronoUnit.DAYS);
    private final Simulator simulator = new Simulator(Plant.inVienna(7, since), Clock.fixed(now, ZoneOffset.UTC));
    private final List<Process> programs = new ArrayList<>();

    @TempDir
    private Path folder;

    @BeforeEach
    void plugIn() {
        simulator.start(0);
    }

    @AfterEach
    void endAll() throws Exception {
        simulator.close();
        for (Process program : programs) {
            program.destroy();
            if (!program.waitFor(20, TimeUnit.SECONDS)) {
                program.destroyForcibly().waitFor();
            }
        }
        killPostgres();
    }

    @ParameterizedTest(name = "and its PostgreSQL too: {0}")
    @ValueSource(booleans = {false, true})
    void aRunnerThatIsKilledInTheMiddleGoesOnWhenItIsStartedAgain(boolean postgresToo) throws Exception {
        // Given a runner that is killed as soon as it has read some of the history, twice
        for (int round = 1; round <= 2; round++) {
            Process runner = run();
            int enough = 3 * round;
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20)).until(() -> linesWith(runner, "(loaded)") >= 2 || windowsRead() >= enough);
            runner.destroyForcibly().waitFor();
            if (postgresToo) {
                killPostgres();
            }
        }

        // When it is started again, and has its database to itself: a PostgreSQL that was left over is stopped first
        Process last = run();
        await().atMost(Duration.ofSeconds(90)).until(() -> linesWith(last, "Reading home") == 1 && windowsRead() > 0 && windowsRead() == windows());

        // Then every sample and event is there once, with its value, and nothing else
        Map<String, Object> truth = truth();
        assertThat(truth).hasSizeGreaterThan(100_000);
        assertThat(stored().equals(truth)).as("what is stored equals the truth").isTrue();
        assertThat(query("SELECT count(*) FROM pv_window WHERE state = 'dead'")).isZero();
    }

    @Test
    void itEndsWithinSecondsWhenItIsAskedToAndGivesItsLeasesBack() throws Exception {
        Process runner = run();
        await().atMost(Duration.ofSeconds(60)).until(() -> windowsRead() >= 2);

        runner.destroy();

        assertThat(runner.waitFor(10, TimeUnit.SECONDS)).as("ended").isTrue();
        assertThat(postgres()).as("its PostgreSQL has ended too").isEmpty();
        try (var database = EmbeddedDatabase.start(folder.resolve("data"));
                var connection = DriverManager.getConnection(database.url(), database.user(), database.password())) {
            var sql = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_site WHERE lease IS NOT NULL", Long.class)).isZero();
        }
    }

    /** A setting in an owner's spelling comes by the environment, as in a container. */
    private Process run() throws IOException {
        Files.writeString(folder.resolve("application.properties"), "site.home = " + simulator.url() + "\narchive.pause = 0s\n");
        var command = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Main.class.getName(), "run").directory(folder.toFile());
        command.environment().putAll(Map.of("OBSERVE_PORT", "off", "ARCHIVE_PERIOD", "1h30m", "SITE_HOME_SINCE", since.toString(), "ARCHIVE_SINCE", "auto"));
        Path log = folder.resolve("run" + programs.size() + ".log");
        Process process = command.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        programs.add(process);
        return process;
    }

    private long linesWith(Process program, String text) throws IOException {
        Path log = folder.resolve("run" + programs.indexOf(program) + ".log");
        return Files.readString(log).lines().filter(line -> line.contains(text)).count();
    }

    private long windows() throws Exception {
        return query("SELECT count(*) FROM generate_series(pv_window_start('" + since + "'), now(), interval '384 hours')");
    }

    private long windowsRead() throws Exception {
        return query("SELECT count(*) FROM pv_window WHERE state IN ('open', 'loaded')");
    }

    /** 0 while the database is not there. */
    private long query(String query) throws Exception {
        if (postgres().isEmpty()) {
            return 0;
        }
        try {
            return sql(sql -> sql.queryForObject(query, Long.class));
        } catch (NoSuchFileException | DataAccessException e) {
            return 0;
        }
    }

    private <T> T sql(Function<JdbcTemplate, T> use) throws Exception {
        String[] pgpass = Files.readString(folder.resolve("data/pgpass")).strip().split(":");
        String port = Files.readAllLines(folder.resolve(PID_FILE)).get(3);
        var database = new SingleConnectionDataSource("jdbc:postgresql://127.0.0.1:" + port + "/pvroute", pgpass[3], pgpass[4], true);
        try {
            return use.apply(new JdbcTemplate(database));
        } finally {
            database.destroy();
        }
    }

    private Map<String, Object> truth() {
        return TrueRows.recorded(simulator, since, now.plusSeconds(1));
    }

    private Map<String, Object> stored() throws Exception {
        return sql(sql -> TrueRows.stored(sql, "home"));
    }

    /** The processes of this test's PostgreSQL: those that work in its folder, and their children. */
    private List<ProcessHandle> postgres() {
        List<ProcessHandle> all = new ArrayList<>();
        ProcessHandle.allProcesses().filter(p -> p.info().arguments().stream().flatMap(Arrays::stream)
                .anyMatch(argument -> argument.startsWith(folder.resolve("data").toString()))).forEach(p -> {
                    all.add(p);
                    p.descendants().forEach(all::add);
                });
        return all;
    }

    private void killPostgres() {
        List<ProcessHandle> all = postgres();
        all.forEach(ProcessHandle::destroyForcibly);
        await().atMost(Duration.ofSeconds(20)).until(() -> all.stream().noneMatch(PostgresCluster::isRunning));
    }
}
