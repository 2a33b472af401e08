package io.pvroute.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Of readings older than realtime.keep one remains for every five minutes. */
class ThinningTest {

    private static History history;

    @BeforeAll
    static void open() {
        history = new History();
    }

    @AfterAll
    static void close() {
        history.close();
    }

    @BeforeEach
    void forget() {
        history.forget();
    }

    @Test
    void theLastRowOfAStepStaysWithTheAveragesOfTheStep() {
        // Given the first step of a day, and another
        meter("10:00:10", 5, 100, 230, 0);
        meter("10:04:10", 6, 200, 231, 1);
        meter("10:05:10", 10, 300, 230, 0);
        meter("10:06:10", 20, 400, 240, 0);
        history.row("pv_meter", "device = 'meter:1', ts = '2024-06-01T10:10:00Z', energyreal_wac_plus_absolute = 33, powerfactor_sum = 0.5, meter_location_current = 256");

        // When it is thinned
        assertThat(thin()).containsExactly(Map.of("source", "pv_meter", "removed", 2L));

        // Then powers and voltages are those of the step, counters and states the last ones, and the first step is as it was
        assertThat(history.sql.queryForList("""
                SELECT concat_ws(' ', to_char(ts AT TIME ZONE 'UTC', 'HH24:MI:SS'), energyreal_wac_plus_absolute, powerreal_p_sum, voltage_ac_phase_1,
                                 meter_location_current, powerfactor_sum)
                  FROM pv_meter ORDER BY ts""", String.class)).containsExactly("10:00:10 5 100 230 0", "10:04:10 6 200 231 1", "10:10:00 33 350 235 256 0.5");
    }

    @Test
    void textsAreThoseOfTheLast() {
        for (int second = 0; second < 600; second += 60) {
            history.row("pv_power_flow", "ts = '2024-06-01T10:00:01Z'::timestamptz + interval '" + second + " s', p_pv = " + second + ", mode = 'mode " + second + "'");
        }
        thin();

        assertThat(history.sql.queryForList("SELECT p_pv || ' ' || mode FROM pv_power_flow WHERE ts > '2024-06-01T10:05:00Z'", String.class))
                .containsExactly("420 mode 540");
    }

    @Test
    void theArchiveAndWhatIsYoungerStayAsTheyAre() {
        history.sql.execute("""
                INSERT INTO pv_inverter (site, device, ts, pac) SELECT 'home', 'inverter/1', g, 1
                  FROM generate_series(now() - interval '5 days', now(), interval '1 minute') AS g""");
        history.sql.execute("""
                INSERT INTO pv_archive (site, device, ts, powerreal_pac_sum) SELECT 'home', 'inverter/1', g, 1
                  FROM generate_series(timestamptz '2020-01-01Z', '2020-01-02Z', interval '1 minute') AS g""");
        int young = count("pv_inverter WHERE ts > now() - interval '2 days'");
        while (!history.sql.queryForList("SELECT * FROM pv_thin('2 days')").isEmpty()) {
            continue;
        }

        assertThat(count("pv_archive")).isEqualTo(1441);
        assertThat(count("pv_inverter WHERE ts > now() - interval '2 days'")).isEqualTo(young);
        assertThat(count("pv_inverter WHERE ts < now() - interval '3 days'")).isBetween(288, 700);
    }

    @Test
    void whatIsThinnedIsNotLookedAtAgain() {
        meter("10:00:10", 5, 100, 230, 0);
        meter("10:05:10", 10, 300, 230, 0);
        meter("10:06:10", 20, 400, 240, 0);
        assertThat(thin()).hasSize(1);

        // When somebody stores into what has been thinned
        meter("10:05:20", 11, 300, 230, 0);

        // Then it stays, and nothing is done
        assertThat(thin()).isEmpty();
        assertThat(count("pv_meter")).isEqualTo(3);
    }

    @Test
    void manyRunnersThinEachDayOnce() throws Exception {
        // Given three sites with ten days
        history.sql.execute("INSERT INTO pv_site (site, url) VALUES ('a', 'http://a'), ('b', 'http://b')");
        history.sql.execute("""
                INSERT INTO pv_storage (site, device, ts, stateofcharge_relative, capacity_maximum)
                SELECT site, 'storage:1', g, 50, 1 FROM pv_site, generate_series(timestamptz '2024-06-01Z', '2024-06-10 23:59Z', interval '1 minute') AS g""");
        var runners = Executors.newFixedThreadPool(4);
        try {
            // When four thin at once until each finds nothing
            Callable<List<String>> runner = () -> {
                List<String> days = new ArrayList<>();
                for (int idle = 0; idle < 3;) {
                    List<String> found = history.sql.queryForList("SELECT site || ' ' || day FROM pv_thin('1 day')", String.class);
                    idle = found.isEmpty() ? idle + 1 : 0;
                    days.addAll(found);
                }
                return days;
            };
            List<String> days = new ArrayList<>();
            for (var done : runners.invokeAll(List.of(runner, runner, runner, runner))) {
                days.addAll(done.get());
            }

            // Then each day was done by one of them: of the site in Vienna eleven, which has other midnights
            assertThat(days).doesNotHaveDuplicates().hasSize(31);
            // of each day the row at midnight, 287 steps, and the four rows of the last step, since the next day begins at its end
            assertThat(count("pv_storage WHERE site = 'a'")).isEqualTo(9 * (1 + 287 + 4) + 1 + 287 + 1);
        } finally {
            runners.shutdownNow();
            history.sql.execute("DELETE FROM pv_storage WHERE site <> 'home'");
            history.sql.execute("DELETE FROM pv_thinned");
            history.sql.execute("DELETE FROM pv_site WHERE site <> 'home'");
        }
    }

    /** Thins all that is older than a day. */
    private static List<Map<String, Object>> thin() {
        List<Map<String, Object>> thinned = new ArrayList<>();
        while (true) {
            List<Map<String, Object>> bite = history.sql.queryForList("SELECT source, removed FROM pv_thin('1 day')");
            if (bite.isEmpty()) {
                return thinned;
            }
            thinned.addAll(bite);
        }
    }

    private static int count(String table) {
        return history.sql.queryForObject("SELECT count(*) FROM " + table, Integer.class);
    }

    private static void meter(String time, double counter, double power, double voltage, int location) {
        history.row("pv_meter", ("device = 'meter:1', ts = '2024-06-01T%sZ', energyreal_wac_plus_absolute = %s, powerreal_p_sum = %s, voltage_ac_phase_1 = %s, "
                + "meter_location_current = %d").formatted(time, counter, power, voltage, location));
    }
}
