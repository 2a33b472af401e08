package io.pvroute.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pvroute.TestDatabase;
import io.pvroute.runner.Schema;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** A promise that is broken is found to be: each by a single value in the tables. */
class PromisesTest {

    private static final Instant SINCE = Instant.parse("2025-06-21T08:00:00Z");
    private static final Instant UNTIL = Instant.parse("2025-06-21T11:00:00Z");

    private final Clock clock = Clock.fixed(UNTIL.plusSeconds(600), ZoneOffset.UTC);
    private final Simulator simulator = new Simulator(Plant.inVienna(7, SINCE.minus(Duration.ofDays(3))), clock);
    private final TestDatabase database = new TestDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(database.dataSource());

    @BeforeEach
    void storeTheTruth() throws SQLException {
        Schema.upgrade(database.dataSource());
        sql.update("INSERT INTO pv_site (site, url, since) VALUES ('home', 'http://127.0.0.1:1', ?)", Timestamp.from(SINCE));
        Map<String, Object> columns = new HashMap<>();
        sql.query("SELECT channel, column_name FROM pv_channel", row -> {
            columns.put(row.getString(1), row.getString(2));
        });
        simulator.truth(SINCE, UNTIL).samples().forEach(sample -> sql.update(
                "INSERT INTO pv_archive (site, device, ts, %1$s) VALUES ('home', ?, ?, ?) ON CONFLICT (site, device, ts) DO UPDATE SET %1$s = EXCLUDED.%1$s"
                        .formatted(columns.get(sample.channel())),
                sample.device(), Timestamp.from(sample.instant()), sample.value()));
        simulator.truth(SINCE, UNTIL).events().forEach(event -> sql.update("INSERT INTO pv_event VALUES ('home', ?, ?, ?, ?::jsonb)",
                event.device(), event.channel(), Timestamp.from(event.instant()), event.detail()));
        try (Connection connection = database.dataSource().getConnection()) {
            Audit.begin(connection);
        }
    }

    @AfterEach
    void close() {
        simulator.close();
        database.close();
    }

    @Test
    void theTruthIsFoundToBeTheTruth() throws SQLException {
        Comparison comparison = compare();

        assertThat(comparison.complete().kept()).isTrue();
        assertThat(comparison.truthful().kept()).isTrue();
        assertThat(comparison.complete().figures()).matches("[0-9]{3} values");
    }

    @Test
    void aValueThatIsMissingIsFound() throws SQLException {
        sql.update("UPDATE pv_archive SET meter_location_current = NULL WHERE device LIKE 'meter%' AND ts = '2025-06-21T10:55:00Z'");

        assertThat(compare().complete().broken()).singleElement().asString()
                .contains("home", "Meter_Location_Current", "10:55:00Z", "not stored");
    }

    @Test
    void aValueThatDiffersInItsLastBitIsFoundByBoth() throws SQLException {
        String row = " WHERE device = 'inverter/1' AND ts = '2025-06-21T10:00:00Z'";
        double power = sql.queryForObject("SELECT powerreal_pac_sum FROM pv_archive" + row, Double.class);
        sql.update("UPDATE pv_archive SET powerreal_pac_sum = ?" + row, Math.nextUp(power));

        Comparison comparison = compare();
        assertThat(comparison.complete().broken()).hasSize(1);
        assertThat(comparison.truthful().broken()).hasSize(1);
    }

    @Test
    void aRowThatIsNotTrueIsFoundInsideAndOutsideOfTheHistory() throws SQLException {
        sql.update("INSERT INTO pv_archive (site, device, ts, radiation) VALUES ('home', 'inverter/1', '2025-06-21T09:00:07Z', 1)");
        sql.update("INSERT INTO pv_archive (site, device, ts, radiation) VALUES ('home', 'inverter/1', '2000-01-01T00:00:00Z', 1)");
        sql.update("INSERT INTO pv_event VALUES ('home', 'inverter/1', 'InverterEvents', '2025-06-21T09:00:07Z', '{}')");

        Comparison comparison = compare();
        assertThat(comparison.complete().kept()).isTrue();
        assertThat(comparison.truthful().broken()).hasSize(3)
                .anyMatch(line -> line.contains("Radiation")).anyMatch(line -> line.contains("1 rows lie before"));
    }

    @Test
    void aTotalOfADayThatIsNotThatOfItsSamplesIsFound() throws SQLException {
        sql.execute("SELECT pv_total_days('home', '-infinity', 'infinity')");
        assertThat(compareDays()).isEmpty();

        sql.update("UPDATE pv_day_total SET peak_w = peak_w + 1 WHERE device = 'inverter/1'");
        assertThat(compareDays()).singleElement().asString().contains("home", "inverter/1", "peak_w", "2025-06-21");

        sql.update("DELETE FROM pv_day_total");
        assertThat(compareDays()).hasSize(2 * 5);
    }

    @Test
    void aWindowThatIsOwedAndASiteThatIsDownAreFound() throws SQLException {
        assertThat(book().owed()).isNotEmpty().allMatch(line -> line.contains("never read"));

        sql.update("""
                INSERT INTO pv_window (site, starts_at, ends_at, state, loaded_from)
                SELECT 'home', g, least(g + interval '384 hours', ?), 'loaded', greatest(g, ?)
                  FROM generate_series(pv_window_start(?), ?, interval '384 hours') AS g""",
                Timestamp.from(UNTIL), Timestamp.from(SINCE), Timestamp.from(SINCE), Timestamp.from(UNTIL.minusSeconds(1)));
        assertThat(book().owed()).isEmpty();
        assertThat(book().complete("home")).contains(Hand.window(UNTIL));

        sql.update("UPDATE pv_window SET state = 'dead', error = 'answered status 8' WHERE starts_at <= ? AND ends_at > ?",
                Timestamp.from(SINCE), Timestamp.from(SINCE));
        sql.update("UPDATE pv_site SET down_since = now(), error = 'connection refused'");
        assertThat(book().owed()).hasSize(2)
                .anyMatch(line -> line.contains("dead, answered status 8")).anyMatch(line -> line.contains("connection refused"));
    }

    @Test
    void aRewriteOfTheSameValueIsFoundAndSoIsAChangeTooMany() throws SQLException {
        assertThat(written(0).broken()).isEmpty();

        sql.update("UPDATE pv_archive SET radiation = 1 WHERE ts = '2025-06-21T10:00:00Z' AND device = 'inverter/1'");
        assertThat(written(1).broken()).isEmpty();
        assertThat(written(0).broken()).anyMatch(line -> line.contains("1 updates, but only 0 rows were told otherwise"));

        sql.update("UPDATE pv_archive SET radiation = radiation WHERE ts = '2025-06-21T10:00:00Z' AND device = 'inverter/1'");
        assertThat(written(5).broken()).containsExactly("1 updates changed nothing");
    }

    @Test
    void aRowThatIsDeletedAndInsertedAgainIsFound() throws SQLException {
        sql.update("INSERT INTO pv_event VALUES ('home', 'inverter/1', 'InverterEvents', '2025-06-21T09:00:07Z', '{}')");
        sql.update("DELETE FROM pv_event WHERE ts = '2025-06-21T09:00:07Z'");
        sql.update("INSERT INTO pv_event VALUES ('home', 'inverter/1', 'InverterEvents', '2025-06-21T09:00:07Z', '{}')");

        assertThat(written(5).broken()).containsExactly("1 rows were deleted");
    }

    private Comparison compare() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            Comparison comparison = new Comparison(connection);
            comparison.compare("home", simulator, SINCE, UNTIL);
            return comparison;
        }
    }

    private List<String> compareDays() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            Comparison comparison = new Comparison(connection);
            comparison.compareDays();
            return comparison.truthful().broken();
        }
    }

    private Book book() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return new Book(connection, UNTIL);
        }
    }

    private Promise written(long falseRows) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return new Audit().promise(connection, falseRows, 1);
        }
    }
}
