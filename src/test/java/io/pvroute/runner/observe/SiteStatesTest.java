package io.pvroute.runner.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import io.pvroute.TestDatabase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** When a site is late: by its own rhythm, whatever the hour is at which this runs. */
class SiteStatesTest {

    private final TestDatabase database = new TestDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(database.dataSource());

    @BeforeEach
    void addASite() {
        Flyway.configure().dataSource(database.dataSource()).load().migrate();
        sql.execute("INSERT INTO pv_site (site, url) VALUES ('home', 'http://127.0.0.1:1')");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    /** An inverter that sends on each of eight days from so many hours before now until so many, today as far as it has come. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
            "in the middle of its day,                           5, -5,  0.1, false",
            "in the middle of its night,                        16,  6,  6,   false",
            "an hour after its day should have begun,            1, -9, 15,   false",
            "three hours after its day should have begun,        3, -7, 17,   true",
            "silent for an hour in the middle of its day,        5, -5,  1,   false",
            "silent for four hours in the middle of its day,     5, -5,  4,   true",
            "the evening after it was silent from its afternoon, 13, 3,  7.5, true",
            "a dull day that ended an hour early,               16,  6,  7,   false",
            "silent for three days and at night,                16,  6, 78,   true",
            "silent for a year,                                 16,  6, 8760, true"})
    void aSiteIsLateWhenItIsSilentAtHoursAtWhichItSends(String what, double begins, double ends, double silentFor, boolean late) {
        sql.update("""
                INSERT INTO pv_archive (site, device, ts, powerreal_pac_sum)
                SELECT 'home', 'inverter/1', ts, 1
                  FROM generate_series(0, 400) AS day,
                       generate_series(now() - day * interval '24 hours' - ? * interval '1 hour',
                                       now() - day * interval '24 hours' - ? * interval '1 hour', interval '30 minutes') AS ts
                 WHERE ts <= now() - ? * interval '1 hour'
                """, begins, ends, silentFor);

        assertThat(only().late()).isEqualTo(late);
        assertThat(only().newestAgeSeconds().orElseThrow()).isBetween(silentFor * 3600 - 60, (silentFor + 19) * 3600);
    }

    @Test
    void withAMeterThatSendsAroundTheClockItIsLateAtNightToo() {
        sql.update("""
                INSERT INTO pv_archive (site, device, ts)
                SELECT 'home', 'meter:1', ts FROM generate_series(now() - interval '9 days', now() - interval '4 hours', interval '5 minutes') AS ts""");

        assertThat(only().late()).isTrue();
        assertThat(only().lateness()).startsWith("home sends nothing since 20").contains("Z, though");
    }

    @Test
    void onTheFirstDayThereIsNoRhythmYet() {
        sql.update("INSERT INTO pv_archive (site, device, ts) VALUES ('home', 'inverter/1', now() - interval '5 hours')");

        assertThat(only().late()).isFalse();
    }

    @Test
    void aSiteWithoutASampleIsLateOnceItsLoggerDoesNotAnswer() {
        assertThat(only().late()).isFalse();

        sql.execute("UPDATE pv_site SET down_since = now(), error = 'nobody there'");

        assertThat(only().late()).isTrue();
        assertThat(only().lateness()).isEqualTo("home has not sent a sample yet: nobody there.");
    }

    @Test
    void anInverterThatIsDownAtNightIsNotLate() {
        sql.update("""
                INSERT INTO pv_archive (site, device, ts)
                SELECT 'home', 'inverter/1', now() - day * interval '24 hours' - interval '6 hours' - back * interval '5 minutes'
                  FROM generate_series(0, 8) AS day, generate_series(0, 100) AS back""");
        sql.execute("UPDATE pv_site SET down_since = now() - interval '6 hours', error = 'nobody there'");

        assertThat(only().down()).isTrue();
        assertThat(only().late()).isFalse();
    }

    @Test
    void aClosedPastBecomesNoOlder() {
        sql.update("""
                INSERT INTO pv_archive (site, device, ts)
                SELECT 'home', 'meter:1', ts FROM generate_series(now() - interval '30 days', now() - interval '20 days', interval '5 minutes') AS ts""");
        String until = sql.queryForObject("SELECT (now() - interval '20 days')::text", String.class);

        assertThat(only().late()).isTrue();
        assertThat(only(until, "0s").late()).isFalse();
    }

    /** A logger without an archive, read once in five minutes around the clock until so many hours ago. */
    @ParameterizedTest(name = "silent for {0} h")
    @CsvSource({"0, false", "1, false", "4, true", "90, true"})
    void aSiteWithoutAnArchiveIsLateWhenItsPresentIsSilentAndNotForItsArchive(double silentFor, boolean late) {
        withoutArchive();
        sql.update("""
                INSERT INTO pv_power_flow (site, ts)
                SELECT 'home', ts FROM generate_series(now() - interval '14 days', now() - ? * interval '1 hour', interval '5 minutes') AS ts""", silentFor);

        SiteState home = only("infinity", "1m");

        assertThat(home.late()).isEqualTo(late);
        assertThat(home.newestAgeSeconds().orElseThrow()).isBetween(silentFor * 3600 - 1, silentFor * 3600 + 300);
    }

    @Test
    void theNewestSampleIsThatOfThePresentWhereTheArchiveIsOlder() {
        sql.update("""
                INSERT INTO pv_archive (site, device, ts)
                SELECT 'home', 'meter:1', ts FROM generate_series(now() - interval '9 days', now() - interval '4 hours', interval '5 minutes') AS ts""");
        assertThat(only("infinity", "1m").late()).isTrue();

        sql.update("INSERT INTO pv_power_flow (site, ts) VALUES ('home', now() - interval '20 seconds')");

        assertThat(only("infinity", "1m").late()).isFalse();
        assertThat(only("infinity", "1m").newestAgeSeconds().orElseThrow()).isBetween(20.0, 60.0);
    }

    @ParameterizedTest
    @CsvSource({"pv_inverter, inverter/1", "pv_meter, meter:1", "pv_storage, storage:1", "pv_ohmpilot, ohmpilot:1"})
    void aSiteThatIsNotAskedForItsPowerFlowAnyMoreIsHeardByItsDevices(String table, String device) {
        // Given a power flow that ended three days ago, and a device that is known and read on
        withoutArchive();
        sql.update("INSERT INTO pv_power_flow (site, ts) SELECT 'home', now() - interval '3 days' - back * interval '5 minutes' FROM generate_series(0, 3000) AS back");
        sql.update("INSERT INTO pv_device (site, device, class, id, seen_at) VALUES ('home', ?, 'x', '1', now())", device);
        sql.update("INSERT INTO " + table + " (site, device, ts) SELECT 'home', ?, now() - back * interval '5 minutes' FROM generate_series(0, 1000) AS back",
                device);

        assertThat(only("infinity", "1m").late()).isFalse();
        assertThat(only("infinity", "1m").newestAgeSeconds().orElseThrow()).isLessThan(60);
    }

    @Test
    void whatIsReadSeldomIsNotLateBetweenTwoReadings() {
        withoutArchive();
        sql.update("INSERT INTO pv_power_flow (site, ts) SELECT 'home', now() - interval '270 minutes' - back * interval '2 hours' FROM generate_series(0, 120) AS back");

        assertThat(only("infinity", "2h").late()).isFalse();
        assertThat(only("infinity", "1m").late()).isTrue();
        sql.update("UPDATE pv_site SET realtime = interval '2 hours'");
        assertThat(only("infinity", "1m").late()).isFalse();
    }

    @Test
    void aSiteOfWhichNothingIsReadIsNotLate() {
        withoutArchive();
        sql.update("INSERT INTO pv_power_flow (site, ts) SELECT 'home', now() - interval '5 hours' - back * interval '5 minutes' FROM generate_series(0, 3000) AS back");
        assertThat(only("infinity", "1m").late()).isTrue();

        sql.update("UPDATE pv_site SET realtime = interval '0'");

        assertThat(only("infinity", "1m").late()).isFalse();
    }

    @Test
    void aClosedPastDoesNotEndThePresent() {
        sql.update("""
                INSERT INTO pv_archive (site, device, ts)
                SELECT 'home', 'meter:1', ts FROM generate_series(now() - interval '30 days', now() - interval '20 days', interval '5 minutes') AS ts""");
        String until = sql.queryForObject("SELECT (now() - interval '20 days')::text", String.class);

        assertThat(only(until, "1m").late()).isTrue();
        assertThat(only(until, "0s").late()).isFalse();
    }

    @Test
    void windowsOfAnArchiveThatIsNotReadAreNoDeadLetters() {
        sql.update("INSERT INTO pv_window (site, starts_at, ends_at, state, attempts, failed_at, error) "
                + "SELECT 'home', w, w + interval '384 hours', 'dead', 1, now(), 'no' FROM pv_window_start(now()) AS w");
        assertThat(only().deadLetters()).isEqualTo(1);

        withoutArchive();

        assertThat(only().deadLetters()).isZero();
    }

    @Test
    void aSiteThatIsNotReadIsNotLookedAt() {
        sql.execute("UPDATE pv_site SET enabled = false");

        try (var states = new SiteStates(database.dataSource(), "5m", "infinity", "1m")) {
            assertThat(states.look().answered()).isTrue();
            assertThat(states.look().sites()).isEmpty();
        }
    }

    @Test
    void twoHundredSitesAreLookedAtWithoutReadingTheirHistory() throws IOException {
        sql.execute("""
                INSERT INTO pv_site (site, url) SELECT 'site' || number, 'http://127.0.0.1:1' FROM generate_series(1, 199) AS number""");
        sql.execute("""
                INSERT INTO pv_archive (site, device, ts)
                SELECT site, device, ts
                  FROM pv_site, unnest(ARRAY['inverter/1', 'inverter/2', 'meter:1']) AS device,
                       generate_series(now() - interval '10 days', now(), interval '15 minutes') AS ts""");
        sql.execute("ANALYZE");

        try (var states = new SiteStates(database.dataSource(), "5m", "infinity", "1m")) {
            assertThat(states.look().error()).isNull();
        }
        String plan = String.join("\n", sql.queryForList("EXPLAIN " + statement(), String.class, "5m", "infinity", "1m"));
        assertThat(plan).contains("Index Only Scan").doesNotContain("Seq Scan on pv_archive");
    }

    private void withoutArchive() {
        sql.update("INSERT INTO pv_logger (site, archive, archive_at, seen_at) VALUES ('home', false, now(), now())");
    }

    private SiteState only() {
        return only("infinity", "0s");
    }

    private SiteState only(String until, String realtime) {
        try (var states = new SiteStates(database.dataSource(), "5m", until, realtime)) {
            SiteStates.Look look = states.look();
            assertThat(look.error()).isNull();
            assertThat(look.sites()).hasSize(1);
            return look.sites().get(0);
        }
    }

    private static String statement() throws IOException {
        try (InputStream in = SiteStates.class.getResourceAsStream("site-states.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
