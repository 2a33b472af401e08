package io.pvroute.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What pv_power says of samples and readings that are written out by hand: time, pv, grid, load, battery, state of charge. */
class PowerTest {

    private static final String TEN = "2024-06-01T10:00:00Z";
    private static final String ELEVEN = "2024-06-01T11:00:00Z";

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
    void aReadingStandsForTheFiveMinutesThatEndWithIt() {
        flow("10:00:00", 1000, 10, -500);
        flow("10:00:00.001", 2000, 20, -600);
        flow("10:03:00", 4000, 40, -700);
        flow("10:05:00", 6000, 60, -800);
        flow("10:05:01", 100, 1, -50);

        assertThat(power()).containsExactly("10:05 4000 40 700 - -", "10:10 100 1 50 - -");
        assertThat(history.power("2024-06-01T09:58:00Z", "2024-06-01T10:02:00Z")).as("whole steps").containsExactly("10:00 1000 10 500 - -",
                "10:05 4000 40 700 - -");
        assertThat(history.sql.queryForObject("SELECT count(*) FROM pv_power WHERE site = 'home'", Integer.class)).isEqualTo(3);
    }

    @Test
    void whatIsNotToldIsNullAndNotNothing() {
        history.row("pv_power_flow", "ts = '2024-06-01T10:01:00Z', p_pv = NULL, p_grid = 300, p_load = -300");
        history.row("pv_power_flow", "ts = '2024-06-01T10:06:00Z', p_pv = 0, p_akku = -12.4, soc = 55");

        assertThat(power()).containsExactly("10:05 - 300 300 - -", "10:10 0 - - -12 55");
    }

    @Test
    void theInvertersOfTheArchiveAreAddedUpAndTheGridIsWhatTheCountersChangedBy() {
        inverter("inverter/1", "10:05:00", 1000, 300);
        inverter("inverter/2", "10:05:00", 500, 300);
        meter("meter:1", "10:00:00", 5000, 800, "0");
        meter("meter:1", "10:05:00", 5025, 800, "0");          // 25 Wh in 300 s
        meter("meter:1", "10:10:00", 5025, 850, "0");          // 50 Wh fed in
        inverter("inverter/1", "10:10:00", 900, 300);

        assertThat(power()).containsExactly("10:05 1500 300 1800 - -", "10:10 900 -600 300 - -");
    }

    @Test
    void anInverterThatLooksOutAtDuskCountsForAsLongAsItsIntervals() {
        inverter("inverter/1", "10:01:00", 600, 60);
        inverter("inverter/1", "10:05:00", 100, 240);

        assertThat(power()).containsExactly("10:05 200 - - - -");
    }

    @Test
    void aMeterThatIsNotAtTheGridIsNotTheGrid() {
        meter("meter:1", "10:00:00", 100, 0, "0");
        meter("meter:1", "10:05:00", 110, 0, "0");
        meter("meter:2", "10:00:00", 100, 0, "256");
        meter("meter:2", "10:05:00", 190, 0, "256");

        assertThat(power()).containsExactly("10:05 - 120 120 - -");
    }

    @Test
    void aMeterThatDoesNotSayWhereItIsIsTheGridWhereNoOtherCouldBe() {
        meter("meter:1", "10:00:00", 100, 0, "NULL");
        meter("meter:1", "10:05:00", 110, 0, "NULL");
        meter("meter:2", "10:00:00", 100, 0, "1");
        meter("meter:2", "10:05:00", 190, 0, "1");
        assertThat(power()).containsExactly("10:05 - 120 120 - -");

        // the next meter, after it was exchanged
        meter("meter:3", "10:15:00", 3, 0, "NULL");
        meter("meter:3", "10:20:00", 13, 0, "NULL");
        assertThat(power()).containsExactly("10:05 - 120 120 - -", "10:20 - 120 120 - -");

        // one beside it
        meter("meter:4", "10:00:00", 3, 0, "NULL");
        meter("meter:4", "11:00:00", 13, 0, "NULL");
        assertThat(power()).isEmpty();
    }

    @Test
    void whereACounterFallsOrIsSilentForLongNobodyKnowsTheGrid() {
        meter("meter:1", "10:00:00", 5000, 800, "0");
        meter("meter:1", "10:05:00", 5, 800, "0");
        meter("meter:1", "10:10:00", 17, 800, "0");
        meter("meter:1", "10:55:01", 29, 800, "0");
        inverter("inverter/1", "10:05:00", 100, 300);

        assertThat(power()).containsExactly("10:05 100 - - - -", "10:10 - 144 144 - -");
    }

    @Test
    void theTimeBetweenTwoSamplesIsWhatItReallyWas() {
        meter("meter:1", "10:00:00", 0, 0, "0");
        meter("meter:1", "10:15:00", 25, 0, "0");

        assertThat(power()).containsExactly("10:15 - 100 100 - -");
        assertThat(history.power("2024-06-01T10:10:00Z", "2024-06-01T10:15:00Z")).as("also where the one before was not asked for")
                .containsExactly("10:15 - 100 100 - -");
    }

    @Test
    void theArchiveComesFirstAndTheReadingsTellWhatItDoesNot() {
        inverter("inverter/1", "10:05:00", 1000, 300);
        history.row("pv_archive", "device = 'storage:1', ts = '2024-06-01T10:05:00Z', stateofcharge_relative = 80");
        history.row("pv_power_flow", "ts = '2024-06-01T10:04:00Z', p_pv = 1234, p_grid = -300, p_load = -800, p_akku = 50, soc = 79");
        flow("10:09:00", 1111, -200, -911);

        assertThat(power()).containsExactly("10:05 1000 -300 800 50 80", "10:10 1111 -200 911 - -");
    }

    @Test
    void aDayOfTenYearsIsFoundByItsKeys() {
        // Given ten years of samples every hour, of three devices
        history.sql.execute("""
                INSERT INTO pv_archive (site, device, ts, powerreal_pac_sum, energyreal_wac_plus_absolute, energyreal_wac_minus_absolute)
                SELECT 'home', device, g, 1, 1, 1
                  FROM generate_series(timestamptz '2014-06-01Z', timestamptz '2024-06-01Z', interval '1 hour') AS g,
                       (VALUES ('inverter/1'), ('inverter/2'), ('meter:1')) AS node (device)""");
        history.sql.execute("ANALYZE pv_archive");
        history.sql.execute("SELECT pg_stat_reset()");

        // When a day of them is asked for, then no more than that day is read
        assertThat(history.sql.queryForObject("""
                SELECT count(*) FROM pv_power_between('home', '2019-06-01Z', '2019-06-02Z')""", Integer.class)).isEqualTo(24);
        Integer read = history.sql.execute((java.sql.Connection connection) -> {
            try (var statement = connection.createStatement()) {
                statement.execute("BEGIN");
                statement.execute("SELECT count(*) FROM pv_power_between('home', '2019-06-01Z', '2019-06-02Z')");
                try (var row = statement.executeQuery("""
                        SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'pv_archive'""")) {
                    row.next();
                    return row.getInt(1);
                } finally {
                    statement.execute("ROLLBACK");
                }
            }
        });
        assertThat(read).isBetween(48, 200);
    }

    private static List<String> power() {
        return history.power(TEN, ELEVEN);
    }

    private static void flow(String time, double pv, double grid, double load) {
        history.row("pv_power_flow", "ts = '2024-06-01T%sZ', p_pv = %s, p_grid = %s, p_load = %s".formatted(time, pv, grid, load));
    }

    private static void inverter(String device, String time, double watts, int seconds) {
        history.row("pv_archive", "device = '%s', ts = '2024-06-01T%sZ', powerreal_pac_sum = %s, timespaninsec = %d".formatted(device, time, watts, seconds));
    }

    private static void meter(String device, String time, double plus, double minus, String location) {
        history.row("pv_archive", ("device = '%s', ts = '2024-06-01T%sZ', energyreal_wac_plus_absolute = %s, energyreal_wac_minus_absolute = %s, "
                + "meter_location_current = %s").formatted(device, time, plus, minus, location));
    }
}
