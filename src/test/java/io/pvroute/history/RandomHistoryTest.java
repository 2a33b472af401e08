package io.pvroute.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes, the days are right, and neither totalling in pieces nor thinning changes them. */
class RandomHistoryTest {

    private static final ZoneId SANTIAGO = ZoneId.of("America/Santiago");
    /** Its clocks go forward on the 8th: that day has no midnight. */
    private static final Instant START = Instant.parse("2024-09-02T00:00:00Z");

    private static History history;

    @BeforeAll
    static void open() {
        history = new History();
        history.sql.update("UPDATE pv_site SET zone = ?", SANTIAGO.getId());
    }

    @AfterAll
    static void close() {
        history.close();
    }

    @BeforeEach
    void forget() {
        history.forget();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void theDaysAreRightAndThinningChangesNothing(long seed) {
        // Given days of every kind
        var truth = new RandomHistory(seed, SANTIAGO, START);
        truth.store(history.sql);

        // Then pv_day has their energy
        assertThat(history.sql.queryForList("SELECT day || '=' || round(produced_wh) FROM pv_day WHERE device = 'inverter/1' AND produced_wh IS NOT NULL ORDER BY day",
                String.class)).containsExactlyElementsOf(truth.days());

        // And the totals, whose stretches come in any order, have the same
        var random = new Random(seed);
        history.sql.queryForList("SELECT pv_total_days('home', '2024-09-01Z', '2024-09-10Z')");
        for (int i = 0; i < 10; i++) {
            int from = random.nextInt(11 * 86_400);
            history.sql.queryForList("SELECT pv_total_days('home', timestamptz '2024-09-02Z' + ? * interval '1 s', timestamptz '2024-09-02Z' + ? * interval '1 s')",
                    from, from + random.nextInt(100_000));
        }
        history.sql.queryForList("SELECT pv_total_days('home', '2024-09-08Z', 'infinity')");
        assertThat(history.different()).isEmpty();

        // When everything is thinned
        history.sql.execute("DROP TABLE IF EXISTS day_before, power_before");
        history.sql.execute("CREATE TABLE day_before AS SELECT * FROM pv_day");
        history.sql.execute("CREATE TABLE power_before AS SELECT * FROM pv_power");
        int rows = rows();
        while (!history.sql.queryForList("SELECT * FROM pv_thin('1 day')").isEmpty()) {
            continue;
        }

        // Then much fewer rows say the same
        assertThat(rows()).isLessThan(rows * 2 / 3);
        assertThat(differences("day_before", "pv_day", "site, device, day", "produced_wh, peak_w, samples")).isEmpty();
        assertThat(differences("power_before", "pv_power", "site, ts", "pv_w, grid_w, load_w, soc_percent")).isEmpty();
        assertThat(history.totalledDifferently()).isEmpty();
    }

    private static int rows() {
        return history.sql.queryForObject("SELECT (SELECT count(*) FROM pv_inverter) + (SELECT count(*) FROM pv_power_flow)", Integer.class);
    }

    /** Rows of either that the other does not have, to a thousandth. */
    private static List<String> differences(String before, String after, String key, String values) {
        String rounded = key + ", " + values.replaceAll("(\\w+)", "round($1::numeric, 3) AS $1");
        return history.sql.queryForList("""
                SELECT 'only before: ' || b::text FROM (SELECT %1$s FROM %2$s EXCEPT SELECT %1$s FROM %3$s) AS b
                UNION ALL
                SELECT 'only after: ' || a::text FROM (SELECT %1$s FROM %3$s EXCEPT SELECT %1$s FROM %2$s) AS a
                LIMIT 10""".formatted(rounded, before, after), String.class);
    }
}
