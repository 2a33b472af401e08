package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import io.pvroute.LogLines;

/** The runner under whose feet its database goes away, and comes back: nothing is lost, nobody is blamed, and little is said. */
@Timeout(120)
class DatabaseAwayTest {

    private enum Moment { READ, STORE, BOOK }

    private enum End { TERMINATED, FAST, IMMEDIATE }

    @TempDir
    static Path folder;
    private static OwnServer server;

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    private final Instant since = now.minus(Duration.ofDays(70)).truncatedTo(ChronoUnit.DAYS);
    private final Gate gate = new Gate(now);
    private final Simulator simulator = new Simulator(Plant.inVienna(7, since), gate);
    private final JdbcTemplate sql = new JdbcTemplate(new DriverManagerDataSource(server.url()));
    private final LogLines log = new LogLines();

    @BeforeAll
    static void startServer() throws Exception {
        server = new OwnServer(folder);
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @BeforeEach
    void emptyDatabase() {
        sql.execute("DROP SCHEMA public CASCADE");
        sql.execute("CREATE SCHEMA public");
        simulator.start(0);
    }

    @AfterEach
    void unplug() {
        gate.open();
        simulator.close();
        log.close();
    }

    @ParameterizedTest(name = "{1} while it is to {0}")
    @CsvSource({"READ, FAST", "STORE, IMMEDIATE", "STORE, TERMINATED", "BOOK, FAST", "BOOK, TERMINATED"})
    void aDatabaseThatGoesAwayIsNobodysFaultAndNothingIsLost(Moment moment, End end) throws Exception {
        try (Runner runner = runner(Map.of()); Connection lock = DriverManager.getConnection(server.url())) {
            // Given a window that is being read, stored or booked
            lock.setAutoCommit(false);
            hold(moment, lock);
            runner.startRoutes();
            await().atMost(Duration.ofSeconds(20)).until(() -> isHeld(moment));

            // When the database goes away
            if (end == End.TERMINATED) {
                sql.queryForList("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pvroute'");
                lock.rollback();
            } else {
                server.stop(end.name().toLowerCase());
                gate.open();
                await().atMost(Duration.ofSeconds(20)).until(() -> !log.with("The database is away").isEmpty());
                await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(10)).until(() -> outages().size() == 1);
                server.start();
            }

            // Then the routes come back by themselves, and nobody was blamed
            awaitBook();
        }
        assertThat(TrueRows.stored(sql, "home").equals(TrueRows.recorded(simulator, since, now.plusSeconds(1)))).as("what is stored equals the truth").isTrue();
        assertThat(sql.queryForList("SELECT DISTINCT error FROM pv_site UNION SELECT error FROM pv_window", String.class)).containsOnlyNulls();
        assertThat(outages()).hasSizeLessThanOrEqualTo(1).allMatch(line -> line.startsWith("WARN The database is away: ") && !line.contains("stack trace"));
        assertThat(log.with("again; reading goes on")).hasSameSizeAs(outages());
    }

    /** Without what the upsert says when it has lost its connection in the middle of a batch, and tries another one. */
    private List<String> outages() {
        return log.warnings().stream().filter(line -> !line.startsWith("WARN Writing rows ")).toList();
    }

    @Test
    void aStatementThatIsCanceledBecauseItWaitsTooLongIsToldOnceAndTriedAgainUntilItStores() throws Exception {
        try (Runner runner = runner(Map.of()); Connection lock = DriverManager.getConnection(server.url())) {
            // Given a COPY that waits for a lock
            lock.setAutoCommit(false);
            hold(Moment.STORE, lock);
            runner.startRoutes();

            // When it is canceled, as statement_timeout would, and once more when the window is read again
            for (int time = 1; time <= 2; time++) {
                await().atMost(Duration.ofSeconds(20)).until(() -> isHeld(Moment.STORE));
                sql.queryForList("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'pvroute' AND wait_event_type = 'Lock'");
                await().atMost(Duration.ofSeconds(20)).until(() -> !isHeld(Moment.STORE));
            }
            lock.rollback();

            // Then it is stored after all, and one line has told of it
            awaitBook();
        }
        assertThat(log.warnings()).singleElement().asString().startsWith("WARN The database does not store for now: ERROR: canceling statement")
                .endsWith("it is tried again until it works.");
        assertThat(log.with("stores again")).hasSize(1);
        assertThat(log.with("works again")).isEmpty();
    }

    @Test
    void aConnectionThatIsCutWhileASiteIsBookedAsDownIsAnOutageOfTheDatabaseAndTheSiteIsAskedAgain() throws Exception {
        String url = simulator.url();
        try (Runner runner = runner(Map.of())) {
            // Given a logger that is away, and a database that cuts the connection of whoever writes that
            simulator.close();
            sql.execute("CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$");
            sql.execute("CREATE TRIGGER cut BEFORE UPDATE ON pv_site FOR EACH ROW WHEN (NEW.down_since IS NOT NULL) EXECUTE FUNCTION cut()");

            runner.startRoutes();
            await().atMost(Duration.ofSeconds(20)).until(() -> !log.with("The database is away").isEmpty());
            await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(3)).until(() -> log.with("stack trace").isEmpty() && log.with("is down").isEmpty());

            // When it does not any more, and the logger is back
            sql.execute("DROP TRIGGER cut ON pv_site");
            simulator.start(URI.create(url).getPort());

            // Then the site is read
            awaitBook();
        }
        assertThat(log.warnings()).allMatch(line -> line.startsWith("WARN The database is away: FATAL: terminating connection"));
    }

    @Test
    void aNetworkThatSwallowsEverythingIsNoticedAndGoneOnWith() throws Exception {
        // Given a network on the way to the database, and less patience with it than as shipped
        try (var network = new SilentNetwork(server.port());
                Runner runner = runner(Map.of("db.url", server.url().replace(":" + server.port(), ":" + network.port()) + "&socketTimeout=2"))) {
            gate.shut();
            runner.startRoutes();
            await().atMost(Duration.ofSeconds(20)).until(gate::isHolding);

            // When it takes everything and brings nothing any more
            network.swallow(true);
            gate.open();
            await().atMost(Duration.ofSeconds(20)).until(() -> !log.with("The database is away").isEmpty());
            int threads = Thread.activeCount();
            await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(6)).until(() -> log.warnings().size() == 1);
            assertThat(Thread.activeCount()).as("threads do not pile up").isLessThan(threads + 10);
            network.swallow(false);

            // Then it goes on by itself
            awaitBook();
        }
        assertThat(TrueRows.stored(sql, "home").equals(TrueRows.recorded(simulator, since, now.plusSeconds(1)))).as("what is stored equals the truth").isTrue();
        assertThat(log.warnings()).hasSize(1);
    }

    @Test
    void noStatementOutlivesTheLeaseAndNoConnectionANetworkThatIsDead() throws Exception {
        try (Runner runner = runner(Map.of("archive.lease", "10m")); Connection connection = runner.dataSource().getConnection()) {
            var session = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
            assertThat(session.queryForObject("SHOW statement_timeout", String.class)).isEqualTo("10min");
            assertThat(session.queryForObject("SHOW idle_in_transaction_session_timeout", String.class)).isEqualTo("10s");
            assertThat(session.queryForObject("SHOW tcp_keepalives_idle", String.class)).isEqualTo("30");
            assertThat(session.queryForObject("SHOW jit", String.class)).isEqualTo("off");
            assertThat(connection.getNetworkTimeout()).isEqualTo((int) Duration.ofMinutes(10).plusSeconds(30).toMillis());
        }
    }

    @Test
    void aProgramThatIsAskedToEndWhileTheDatabaseIsAwayDoesSoWithinSecondsAndSaysNoMoreThanThat() throws Exception {
        gate.shut();
        try (var program = new RunnerProgram(folder, Map.of("DB_URL", server.url(), "SITE_HOME", simulator.url(), "SITE_HOME_SINCE", since.toString(),
                "ARCHIVE_PAUSE", "0s", "ARCHIVE_TICK", "100ms", "STOP_TIMEOUT", "2s"))) {
            await().atMost(Duration.ofSeconds(40)).until(gate::isHolding);
            server.stop("fast");
            gate.open();
            await().atMost(Duration.ofSeconds(20)).until(() -> program.told().contains("The database is away"));

            program.signal("TERM");

            assertThat(program.end(15)).as("ended; it told %s", program.told()).isEqualTo("143");
            assertThat(program.told()).contains("The leases on the sites could not be given back").doesNotContain("\tat ").doesNotContain("Exception");
        } finally {
            server.start();
        }
    }

    private Runner runner(Map<String, String> differing) {
        Map<String, String> settings = new HashMap<>(Map.of("db.url", server.url(), "observe.port", "off", "site.home", simulator.url(), "site.home.since", since.toString(),
                "archive.pause", "0s", "archive.period", "1h", "archive.tick", "100ms", "realtime.period", "off", "page.port", "off"));
        settings.putAll(differing);
        Runner runner = new Runner(Settings.load(null, Map.of(), settings));
        runner.openDatabase();
        return runner;
    }

    private void hold(Moment moment, Connection lock) throws SQLException {
        if (moment == Moment.READ) {
            gate.shut();
            return;
        }
        try (Statement statement = lock.createStatement()) {
            statement.execute("LOCK TABLE " + (moment == Moment.STORE ? "pv_archive" : "pv_window") + " IN SHARE MODE");
        }
    }

    private boolean isHeld(Moment moment) {
        return moment == Moment.READ ? gate.isHolding()
                : sql.queryForObject("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pvroute' AND wait_event_type = 'Lock'", Integer.class) == 1;
    }

    private void awaitBook() {
        await().atMost(Duration.ofSeconds(40)).ignoreExceptions().until(() -> sql.queryForObject("""
                SELECT count(*) = (SELECT count(*) FROM pv_site, generate_series(pv_window_start(since), now(), interval '384 hours'))
                       AND bool_and(state IN ('open', 'loaded'))
                  FROM pv_window""", Boolean.class));
    }
}
