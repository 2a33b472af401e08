package io.pvroute.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.pvroute.runner.RunningPage;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of day totals says what the view pv_day says, whatever was stored, corrected or broken off. */
class DayTotalsTest {

    private static final String DIFFERENT = """
            SELECT site || ' ' || device || ' ' || day || ': ' || t::text || ' is not ' || d::text
              FROM pv_day AS d
              FULL JOIN pv_day_total AS t USING (site, device, day)
             WHERE (d.produced_wh, d.plus_wh, d.minus_wh, d.consumed_wh, d.peak_w, d.samples)
                   IS DISTINCT FROM (t.produced_wh, t.plus_wh, t.minus_wh, t.consumed_wh, t.peak_w, t.samples)
             LIMIT 5""";
    private static final String OWED = "UPDATE pv_window SET state = 'open', loaded_from = NULL, retry_at = NULL, read_at = NULL;\n"
            + "UPDATE pv_site SET due_at = '-infinity'";

    private final Scenes scenes = new Scenes();

    @AfterEach
    void close() {
        scenes.close();
    }

    @Test
    void theyFollowWhatIsReadWhateverHappensInBetween() {
        Clock clock = Clock.systemUTC();
        try (var simulator = new Simulator(Plant.demo(clock), clock).start(0);
                var reading = new RunningPage(Map.of("db.url", scenes.database.url(), "page.port", "off", "realtime.period", "off", "site.demo", simulator.url(),
                        "site.demo.zone", "Europe/Vienna", "site.demo.since", "40d"))) {
            // What is read is totalled
            awaitRead();
            assertThat(different()).isEmpty();
            assertThat(scenes.sql.queryForObject("SELECT count(*) FROM pv_day_total WHERE produced_wh > 0 OR plus_wh > 0", Integer.class)).isGreaterThan(75);

            // What is the same when it is read again is not touched
            String before = written();
            scenes.sql.execute(OWED);
            awaitRead();
            assertThat(written()).isEqualTo(before);

            // What is corrected is totalled anew
            scenes.sql.execute("UPDATE pv_archive SET energyreal_wac_sum_produced = 7 WHERE device = 'inverter/1' AND ts > now() - interval '30 days'");
            scenes.sql.execute("SELECT pv_total_days('demo', '-infinity', 'infinity')");
            assertThat(different()).isEmpty();
            scenes.sql.execute(OWED);
            awaitRead();
            assertThat(different()).isEmpty();
            assertThat(written()).isNotEqualTo(before);

            // What a runner stored before it was killed is totalled by the next that reads the site, although it finds nothing to store
            scenes.sql.execute("UPDATE pv_day_total SET produced_wh = 0 WHERE day > now()::date - 25");
            scenes.sql.execute("UPDATE pv_site SET untotalled = tstzrange(now() - interval '25 days', now())");
            scenes.sql.execute(OWED);
            awaitRead();
            assertThat(different()).isEmpty();

            // Other days of the plant
            scenes.sql.execute("UPDATE pv_site SET zone = 'Pacific/Auckland'");
            assertThat(different()).isNotEmpty();
            scenes.sql.execute(OWED);
            awaitRead();
            assertThat(different()).isEmpty();
        }
    }

    @Test
    void whatIsStoredAndNotYetTotalledIsRemembered() {
        // Given a database that will not have the samples
        scenes.sql.execute("ALTER TABLE pv_archive ADD CONSTRAINT full_up CHECK (ts < '2000-01-01') NOT VALID");
        Clock clock = Clock.systemUTC();
        try (var simulator = new Simulator(Plant.demo(clock), clock).start(0);
                var reading = new RunningPage(Map.of("db.url", scenes.database.url(), "page.port", "off", "realtime.period", "off", "site.demo", simulator.url(), "site.demo.since", "3d", "archive.retry", "200ms"))) {
            // Then the stretch is on record before anything is stored
            await().atMost(Duration.ofSeconds(30)).until(() -> scenes.sql.queryForObject(
                    "SELECT untotalled @> tstzrange(now() - interval '2 days', now()) FROM pv_site", Boolean.class) == Boolean.TRUE);

            // When they are stored and totalled, it is forgotten
            scenes.sql.execute("ALTER TABLE pv_archive DROP CONSTRAINT full_up");
            awaitRead();
            assertThat(scenes.sql.queryForObject("SELECT untotalled IS NULL FROM pv_site", Boolean.class)).isTrue();
            assertThat(different()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theyAreWhatTheViewSaysForSamplesOfEveryKind(long seed) {
        var random = new Random(seed);
        scenes.sql.execute("INSERT INTO pv_site (site, url, zone) VALUES ('home', 'http://x', 'America/Santiago'), ('other', 'http://y', 'UTC')");
        for (int batch = 0; batch < 25; batch++) {
            // Given samples at odd seconds, with values missing, counters that fall, devices that appear, gaps of hours and days, clock changes
            int from = random.nextInt(40 * 86_400);
            int length = random.nextInt(3 * 86_400);
            String site = random.nextInt(5) == 0 ? "other" : "home";
            scenes.sql.update("""
                    INSERT INTO pv_archive (site, device, ts, energyreal_wac_sum_produced, powerreal_pac_sum, energyreal_wac_plus_absolute,
                                            energyreal_wac_minus_absolute, energyreal_wac_sum_consumed)
                    SELECT ?, device, timestamptz '2024-08-25Z' + (? + random_at) * interval '1 s',
                           CASE WHEN device < 'c' THEN n END, CASE WHEN device < 'c' AND n % 5 > 0 THEN n * 3 END,
                           CASE WHEN device > 'a' AND n % 7 > 0 THEN random_at / (1 + n % 3) END,
                           CASE WHEN device = 'b' THEN random_at END, CASE WHEN device = 'd' THEN random_at * 2 END
                      FROM (SELECT n, chr(97 + (n * ?) % 4) AS device, (n * ? * 7919::bigint) % ? AS random_at FROM generate_series(1, ?) AS n) AS sample
                    ON CONFLICT (site, device, ts) DO UPDATE SET powerreal_pac_sum = 1, energyreal_wac_plus_absolute = 5""",
                    site, from, 1 + random.nextInt(50), 1 + random.nextInt(1000), length + 1, random.nextInt(60));
            if (random.nextInt(6) == 0) {
                scenes.sql.update("DELETE FROM pv_archive WHERE site = ? AND ts >= timestamptz '2024-08-25Z' + ? * interval '1 s' "
                        + "AND ts <= timestamptz '2024-08-25Z' + ? * interval '1 s'", site, from, from + length);
            }

            // When just that stretch is totalled, then everything is as the view says
            scenes.sql.queryForList("SELECT pv_total_days(?, timestamptz '2024-08-25Z' + ? * interval '1 s', timestamptz '2024-08-25Z' + ? * interval '1 s')",
                    site, from, from + length + 1);
            assertThat(different()).as("batch %d", batch).isEmpty();
        }
    }

    private List<String> different() {
        return scenes.sql.queryForList(DIFFERENT, String.class);
    }

    /** Which transactions have written the totals. */
    private String written() {
        return scenes.sql.queryForObject("SELECT md5(string_agg(ctid::text || xmin::text, ' ' ORDER BY ctid)) FROM pv_day_total WHERE day < now()::date - 2", String.class);
    }

    private void awaitRead() {
        await().atMost(Duration.ofSeconds(60)).until(() -> scenes.sql.queryForObject("""
                SELECT count(*) = (SELECT count(*) FROM pv_site, generate_series(pv_window_start(since), now(), interval '384 hours'))
                       AND bool_and(state IN ('open', 'loaded') AND loaded_from IS NOT NULL AND read_at IS NOT NULL)
                  FROM pv_window""", Boolean.class));
    }
}
