package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.pvroute.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class NewestReadingTest {

    private final TestDatabase database = new TestDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(database.dataSource());
    private final NewestReading newest = new NewestReading(database.dataSource(), "roof");

    @BeforeEach
    void makeSites() throws SQLException {
        Schema.upgrade(database.dataSource());
        sql.execute("INSERT INTO pv_site (site, url, zone) VALUES ('roof', 'http://127.0.0.1:1', 'Europe/Vienna'), ('barn', 'http://127.0.0.1:2', 'UTC')");
        sql.execute("INSERT INTO pv_power_flow (site, ts, p_pv) VALUES ('barn', '2025-06-21T12:00:00Z', 1)");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void thePresentIsToldByTheClockOfTheSiteWithWhatFlowsWhere() throws Exception {
        sql.execute("INSERT INTO pv_power_flow (site, ts, p_pv, p_akku, soc, p_load, p_grid) VALUES "
                + "('roof', '2025-06-21T10:00:00Z', 1, 1, 1, 1, 1), ('roof', '2025-06-21T10:00:10Z', 6127.1, -1500, 64.3, -488.7, -3954.6)");

        assertThat(newest.await(Duration.ZERO)).contains("roof at 12:00:10: 6,127 W from the modules, 1,500 W into the battery at 64 %, "
                + "489 W used, 3,955 W into the grid.");

        sql.execute("INSERT INTO pv_power_flow (site, ts, p_akku, soc, p_load, p_grid) VALUES ('roof', '2025-06-21T22:00:00Z', 150, 41, -200, 50)");
        assertThat(newest.await(Duration.ZERO)).contains("roof at 00:00:00: the modules in the dark, 150 W from the battery at 41 %, 200 W used, "
                + "50 W from the grid.");
    }

    @Test
    void whatASiteHasNotIsNotTold() throws Exception {
        sql.execute("INSERT INTO pv_power_flow (site, ts, p_pv) VALUES ('roof', '2025-06-21T10:00:00Z', 5)");

        assertThat(newest.await(Duration.ZERO)).contains("roof at 12:00:00: 5 W from the modules.");
    }

    @Test
    void theFirstReadingIsWaitedForButNotForEver() throws Exception {
        assertThat(newest.await(Duration.ofMillis(300))).isEmpty();

        CompletableFuture<String> sentence = CompletableFuture.supplyAsync(() -> {
            try {
                return newest.await(Duration.ofSeconds(30)).orElse("");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        sql.execute("INSERT INTO pv_power_flow (site, ts, p_pv) VALUES ('roof', '2025-06-21T10:00:00Z', 5)");
        assertThat(sentence.get(25, TimeUnit.SECONDS)).startsWith("roof at 12:00:00");
    }
}
