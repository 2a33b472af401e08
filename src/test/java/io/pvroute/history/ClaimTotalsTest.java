package io.pvroute.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which sites get their readings totalled, as claim-totals.sql decides it. */
class ClaimTotalsTest {

    private static History history;
    private static String claim;

    @BeforeAll
    static void open() throws IOException {
        history = new History();
        claim = Files.readString(Path.of("routes/sql/claim-totals.sql"));
    }

    @AfterAll
    static void close() {
        history.close();
    }

    @BeforeEach
    void forget() {
        history.forget();
        history.sql.execute("DELETE FROM pv_turn");
        history.sql.execute("INSERT INTO pv_turn (site) VALUES ('home')");
    }

    @Test
    void aSiteWithNewReadingsIsTotalledAtMostEveryFiveMinutes() {
        assertThat(claimed()).as("no readings").isEmpty();
        meter("2024-06-01T10:00:00Z", 100);
        assertThat(total()).containsExactly("home");

        meter("2024-06-01T10:01:00Z", 110);
        assertThat(total()).as("a minute later").isEmpty();

        fiveMinutesGoBy();
        assertThat(total()).containsExactly("home");
        assertThat(history.different()).isEmpty();

        fiveMinutesGoBy();
        assertThat(total()).as("nothing new").isEmpty();
    }

    @Test
    void whatTheDaysBeforeGrewByIsLookedAtWithTheFirstReadingAfterSilence() {
        meter("2024-06-01T10:00:00Z", 100);
        meter("2024-06-01T23:50:00Z", 200);
        total();
        fiveMinutesGoBy();
        meter("2024-06-02T21:00:00Z", 900);
        meter("2024-06-03T09:00:00Z", 950);

        assertThat(total()).containsExactly("home");
        assertThat(history.different()).isEmpty();
        assertThat(history.days("plus_wh")).containsExactly("meter:1 2024-06-01=100", "meter:1 2024-06-02=750");
    }

    @Test
    void aDeviceThatWasSilentForMonthsDoesNotHaveThemTotalledAgain() {
        meter("2024-06-01T10:00:00Z", 100);
        total();
        fiveMinutesGoBy();
        meter("2024-12-01T10:00:00Z", 900);

        assertThat(history.sql.queryForObject("SELECT from_at::timestamptz > '2024-11-30Z' FROM (VALUES (?)) AS claimed (from_at)", Boolean.class,
                history.sql.queryForList(claim).get(0).get("from_at"))).isTrue();
    }

    @Test
    void aNewDeviceIsTotalledFromItsFirstReadingOn() {
        meter("2024-06-01T10:00:00Z", 100);
        meter("2024-06-09T10:00:00Z", 200);
        total();
        fiveMinutesGoBy();
        history.row("pv_inverter", "device = 'inverter/1', ts = '2024-06-02T10:00:00Z', total_energy = 1");
        history.row("pv_inverter", "device = 'inverter/1', ts = '2024-06-02T10:01:00Z', total_energy = 5");

        assertThat(total()).containsExactly("home");
        assertThat(history.different()).isEmpty();
    }

    @Test
    void thePowerFlowAloneIsTotalledAndBesideAnInverterItIsNoReason() {
        history.row("pv_power_flow", "ts = '2024-06-01T10:00:00Z', e_total = 1");
        assertThat(total()).containsExactly("home");
        fiveMinutesGoBy();
        history.row("pv_power_flow", "ts = '2024-06-01T10:11:00Z', e_total = 5");
        assertThat(total()).containsExactly("home");
        assertThat(history.days("produced_wh")).containsExactly("site 2024-06-01=4");

        history.row("pv_inverter", "device = 'inverter/1', ts = '2024-06-02T10:00:00Z', total_energy = 1");
        fiveMinutesGoBy();
        assertThat(total()).containsExactly("home");
        fiveMinutesGoBy();
        history.row("pv_power_flow", "ts = '2024-06-02T10:00:05Z', e_total = 1");
        assertThat(total()).isEmpty();
        assertThat(history.different()).isEmpty();
    }

    @Test
    void whatAServerThatCrashedHasForgottenIsFoundAgain() {
        meter("2024-06-01T10:00:00Z", 100);
        total();
        meter("2024-06-01T10:01:00Z", 110);
        history.sql.execute("UPDATE pv_turn SET totalled_at = NULL");

        assertThat(total()).containsExactly("home");
        assertThat(history.different()).isEmpty();
    }

    @Test
    void ofTwoRunnersOneTotalsASite() throws SQLException {
        meter("2024-06-01T10:00:00Z", 100);
        try (Connection other = history.database.dataSource().getConnection(); var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute(claim);

            assertThat(claimed()).as("while another claims it").isEmpty();
            other.commit();
        }
        assertThat(claimed()).as("when another has it").isEmpty();
    }

    private static List<String> claimed() {
        return history.sql.queryForList(claim).stream().map(site -> site.get("site").toString()).toList();
    }

    /** Claims and totals as the route does. */
    private static List<String> total() {
        return history.sql.queryForList(claim).stream().map(site -> {
            history.sql.queryForList("SELECT pv_total_days(?, ?::timestamptz, 'infinity')", site.get("site"), site.get("from_at"));
            return site.get("site").toString();
        }).toList();
    }

    private static void fiveMinutesGoBy() {
        history.sql.execute("UPDATE pv_turn SET totalled_at = totalled_at - interval '5 minutes'");
    }

    private static void meter(String ts, double counter) {
        history.row("pv_meter", "device = 'meter:1', ts = '" + ts + "', energyreal_wac_plus_absolute = " + counter);
    }
}
