package io.pvroute.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import io.pvroute.TestDatabase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** What pv_day says of samples that are written out by hand. */
class DayViewTest {

    private static TestDatabase database;
    private static JdbcTemplate sql;

    @BeforeAll
    static void open() {
        database = new TestDatabase();
        Flyway.configure().dataSource(database.dataSource()).load().migrate();
        sql = new JdbcTemplate(database.dataSource());
        sql.execute("INSERT INTO pv_site (site, url, zone) VALUES ('home', 'http://logger', 'Europe/Vienna')");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @BeforeEach
    void noSamples() {
        sql.execute("DELETE FROM pv_archive");
    }

    @Test
    void theIntervalsOfAnInverterAreAddedUpByTheDaysOfThePlant() {
        inverter("2024-06-01T21:55:00Z", 10);      // 23:55 in Vienna
        inverter("2024-06-01T22:00:00Z", 20);      // midnight there
        inverter("2024-06-02T12:00:00Z", 30);

        assertThat(days("produced_wh")).containsExactly("2024-06-01=10", "2024-06-02=50");
    }

    @Test
    void aCounterCountsForTheDayOnWhichItGrewAlsoAcrossMidnight() {
        meter("2024-06-01T10:00:00Z", 1000);
        meter("2024-06-01T21:55:00Z", 1400);
        meter("2024-06-01T22:00:00Z", 1410);       // midnight: what grew until then is yesterday's
        meter("2024-06-02T10:00:00Z", 1500);

        assertThat(days("plus_wh")).containsExactly("2024-06-01=410", "2024-06-02=90");
    }

    @Test
    void aCounterThatFallsIsAnotherMeterAndCountsFromThereOn() {
        meter("2024-06-01T10:00:00Z", 1000);
        meter("2024-06-01T10:05:00Z", 1100);
        meter("2024-06-01T10:10:00Z", 5);
        meter("2024-06-01T10:15:00Z", 25);

        assertThat(days("plus_wh")).containsExactly("2024-06-01=120");
    }

    @Test
    void whatGrewInAnOutageOfMoreThanADayCountsForNoDay() {
        meter("2024-06-01T10:00:00Z", 1000);
        meter("2024-06-01T10:05:00Z", 1010);
        meter("2024-06-05T10:05:00Z", 9000);
        meter("2024-06-05T10:10:00Z", 9003);

        assertThat(days("plus_wh")).containsExactly("2024-06-01=10", "2024-06-05=3");
    }

    @Test
    void theDayOfTheAutumnClockChangeHasItsTwentyFiveHours() {
        for (int hour = 0; hour < 26; hour++) {
            inverter("2024-10-26T22:00:00Z'::timestamptz + interval '" + hour + " h", 1);
        }

        assertThat(days("produced_wh")).containsExactly("2024-10-27=25", "2024-10-28=1");
    }

    private static void inverter(String ts, int energy) {
        sql.execute("INSERT INTO pv_archive (site, device, ts, energyreal_wac_sum_produced) VALUES ('home', 'inverter/1', '" + ts + "', " + energy + ")");
    }

    private static void meter(String ts, int counter) {
        sql.execute("INSERT INTO pv_archive (site, device, ts, energyreal_wac_plus_absolute) VALUES ('home', 'meter:1', '" + ts + "', " + counter + ")");
    }

    private static List<String> days(String column) {
        List<Map<String, Object>> days = sql.queryForList("SELECT day, " + column + " AS energy FROM pv_day WHERE " + column + " IS NOT NULL ORDER BY day");
        return days.stream().map(day -> day.get("day") + "=" + ((Number) day.get("energy")).longValue()).toList();
    }
}
