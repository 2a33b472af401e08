package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.pvroute.TestDatabase;
import io.pvroute.simulator.ArchiveRequest;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;

/** Three runners on one database share the sites of four loggers. */
@Timeout(120)
class ManyRunnersTest {

    private static final Duration PAUSE = Duration.ofMillis(300);

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    private final Instant since = now.minus(Duration.ofDays(90)).truncatedTo(ChronoUnit.DAYS);
    private final Map<String, Simulator> loggers = new TreeMap<>();
    private final TestDatabase database = new TestDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(database.dataSource());

    @BeforeEach
    void plugIn() {
        for (int i = 1; i <= 4; i++) {
            loggers.put("site" + i, new Simulator(Plant.inVienna(i, since), Clock.fixed(now, ZoneOffset.UTC)).start(0));
        }
    }

    @AfterEach
    void unplug() {
        loggers.values().forEach(Simulator::close);
        database.close();
    }

    @Test
    void eachWindowIsReadOnceByOneOfThemAndThePauseTowardsALoggerHoldsAcrossAll() {
        List<Runner> runners = new ArrayList<>();
        try {
            for (int i = 1; i <= 3; i++) {
                runners.add(started());
            }
            await().atMost(Duration.ofSeconds(90)).until(() -> Boolean.TRUE.equals(sql.queryForObject("""
                    SELECT count(*) = (SELECT count(*) FROM pv_site, generate_series(pv_window_start(since), now(), interval '384 hours'))
                           AND bool_and(state IN ('open', 'loaded')) FROM pv_window""", Boolean.class)));
        } finally {
            runners.forEach(Runner::close);
        }

        for (var logger : loggers.entrySet()) {
            List<ArchiveRequest> requests = logger.getValue().requests();
            assertThat(requests).extracting(ArchiveRequest::query).as("each window once").doesNotHaveDuplicates()
                    .hasSize(sql.queryForObject("SELECT count(*) FROM pv_window WHERE site = ?", Integer.class, logger.getKey()));
            for (int i = 1; i < requests.size(); i++) {
                assertThat(Duration.ofNanos(requests.get(i).began() - requests.get(i - 1).ended())).as("pause").isGreaterThanOrEqualTo(PAUSE);
            }
            assertThat(TrueRows.stored(sql, logger.getKey()).equals(TrueRows.recorded(logger.getValue(), since, now.plusSeconds(1))))
                    .as("what is stored of %s equals the truth", logger.getKey()).isTrue();
        }
        assertThat(sql.queryForObject("SELECT count(*) FROM pv_site WHERE lease IS NOT NULL OR leased_by IS NOT NULL", Integer.class)).isZero();
    }

    private Runner started() {
        Map<String, String> settings = new HashMap<>(Map.of("db.url", database.url(), "observe.port", "off", "archive.pause", PAUSE.toMillis() + "ms", "archive.period", "1h", "archive.tick", "50ms", "archive.parallel", "2"));
        loggers.forEach((site, logger) -> {
            settings.put("site." + site, logger.url());
            settings.put("site." + site + ".since", since.toString());
        });
        settings.put("realtime.period", "off");
        settings.put("page.port", "off");
        Runner runner = new Runner(Settings.load(null, Map.of(), settings));
        runner.openDatabase();
        runner.startRoutes();
        return runner;
    }
}
