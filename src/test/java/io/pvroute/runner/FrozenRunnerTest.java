package io.pvroute.runner;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.pvroute.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A runner that stands still (SIGSTOP) until its lease is lost and another has read the site, and then goes on with an answer that is old by
 * now. The lease is made to run out by hand, where a test would have to wait for it.
 */
@Timeout(120)
class FrozenRunnerTest {

    @TempDir
    private Path folder;

    private final WireMockServer logger = new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
    private final TestDatabase database = new TestDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(database.dataSource());

    @BeforeEach
    void startTheLogger() throws SQLException {
        Schema.upgrade(database.dataSource());
        logger.start();
    }

    @AfterEach
    void end() {
        logger.stop();
        database.close();
    }

    @Test
    void anAnswerThatComesToARunnerAfterItsLeaseWasLostIsDropped() throws Exception {
        // Given a runner that is frozen while the logger answers with what is old soon
        answers("1.5", 1_500);
        try (var frozen = run()) {
            await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(this::leased);
            frozen.signal("STOP");
            answers("2.5", 0);
            leaseRunsOut();

            // When another has read the site meanwhile
            try (var other = run()) {
                await().atMost(Duration.ofSeconds(40)).until(this::isLoaded);
                assertThat(stored()).isEqualTo(2.5);

                // Then the late answer is dropped
                frozen.signal("CONT");
                await().atMost(Duration.ofSeconds(20)).until(() -> frozen.told().contains("home: an answer was dropped, because another runner reads this site by now"));
                assertThat(other.isAlive()).isTrue();
            }
            assertThat(frozen.isAlive()).isTrue();
        }
        assertThat(stored()).isEqualTo(2.5);
        assertThat(isLoaded()).isTrue();
    }

    @Test
    void aRunnerThatIsFrozenInTheMiddleOfATransactionKeepsTheOthersWaitingForSecondsOnly() throws Exception {
        // Given a runner that has an old answer and is frozen while it stores it
        answers("1.5", 0);
        try (Connection lock = lockOnTheArchive(); var frozen = run()) {
            await().atMost(Duration.ofSeconds(30)).until(() -> waitingForTheLock() == 1);
            frozen.signal("STOP");
            answers("2.5", 0);
            leaseRunsOut();
            lock.rollback();

            // When another has stored and booked the newer answer
            try (var other = run()) {
                await().atMost(Duration.ofSeconds(40)).until(this::isLoaded);
                assertThat(stored()).isEqualTo(2.5);

                // Then the frozen one, whose transaction the server has ended, does no harm: where it stores the old one after all, it is read again
                int told = frozen.told().length();
                frozen.signal("CONT");
                await().atMost(Duration.ofSeconds(20)).until(() -> frozen.told().length() > told);
                await().atMost(Duration.ofSeconds(20)).until(() -> isLoaded() && stored() == 2.5);
                assertThat(other.isAlive() && frozen.isAlive()).isTrue();
            }
        }
    }

    @Test
    void anOldAnswerThatIsStoredAfterTheLeaseWasLostMakesItsWindowOwedAgain() throws Exception {
        // Given a runner with an old answer that waits for a lock until its lease is lost, and another with a newer one that waits behind it
        answers("1.5", 0);
        Settings settings = Settings.load(null, Map.of(), settings());
        try (Connection lock = lockOnTheArchive(); Runner slow = new Runner(settings); Runner other = new Runner(settings)) {
            slow.openDatabase();
            slow.startRoutes();
            await().atMost(Duration.ofSeconds(20)).until(() -> waitingForTheLock() == 1);
            answers("2.5", 0);
            leaseRunsOut();
            other.openDatabase();
            other.startRoutes();
            await().atMost(Duration.ofSeconds(20)).until(() -> waitingForTheLock() == 2);

            // When both store, in whatever order
            lock.rollback();

            // Then it is read once more, and what is stored is the newer one
            await().atMost(Duration.ofSeconds(30)).until(() -> logger.findAll(anyRequestedFor(anyUrl())).size() >= 3 && isLoaded());
            assertThat(stored()).isEqualTo(2.5);
        }
    }

    private Connection lockOnTheArchive() throws SQLException {
        Connection lock = database.dataSource().getConnection();
        lock.setAutoCommit(false);
        lock.createStatement().execute("LOCK TABLE pv_archive IN SHARE MODE");
        return lock;
    }

    private int waitingForTheLock() {
        return sql.queryForObject("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", Integer.class);
    }

    /** A site with one window, which is closed. */
    private Map<String, String> settings() {
        return Map.of("observe.port", "off", "db.url", database.url(), "site.home", "http://127.0.0.1:" + logger.port(), "site.home.since", "2021-12-28T00:00:00Z",
                "archive.until", "2022-01-01", "archive.pause", "0s", "archive.tick", "50ms", "realtime.period", "off", "page.port", "off");
    }

    private RunnerProgram run() throws Exception {
        Map<String, String> environment = new HashMap<>();
        settings().forEach((name, value) -> environment.put(name.toUpperCase(Locale.ROOT).replace('.', '_'), value));
        return new RunnerProgram(folder, environment);
    }

    private void answers(String value, int afterMillis) {
        logger.stubFor(any(anyUrl()).willReturn(aResponse().withFixedDelay(afterMillis).withBody("""
                {"Head":{"Status":{"Code":0}},"Body":{"Data":{"inverter/1":{"Start":"2021-12-28T00:00:00+00:00",
                "Data":{"PowerReal_PAC_Sum":{"Unit":"W","Values":{"300":%s}}}}}}}""".formatted(value))));
    }

    private void leaseRunsOut() {
        sql.update("UPDATE pv_site SET leased_until = now(), next_request_at = now()");
    }

    private boolean leased() {
        return sql.queryForObject("SELECT count(*) FROM pv_site WHERE lease IS NOT NULL", Integer.class) == 1;
    }

    private boolean isLoaded() {
        return sql.queryForObject("SELECT count(*) FROM pv_window WHERE state = 'loaded'", Integer.class) == 1;
    }

    private double stored() {
        return sql.queryForObject("SELECT powerreal_pac_sum FROM pv_archive", Double.class);
    }
}
