package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pvroute.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** {@code status} and {@code retry}: what is told of a book, and what a retry changes in it. */
class StatusAndRetryTest {

    private final TestDatabase database = new TestDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(database.dataSource());
    private Path config;

    @TempDir
    private Path folder;

    @BeforeEach
    void aDatabaseOfYourOwn() throws Exception {
        config = Files.writeString(folder.resolve("my.properties"), "db.url = " + database.url() + "\narchive.since = 2025-01-01\n");
    }

    @AfterEach
    void end() {
        database.close();
    }

    @Test
    void statusTellsEachSiteWithItsNewestSampleItsWindowsItsRowsAndItsLastError() throws SQLException {
        // Given one site that has all, and one that is down with a window dead
        givenTables();
        site("barn", null);
        site("home", null);
        windows("home", "loaded");
        sql.update("DELETE FROM pv_window WHERE starts_at = pv_window_start('2025-03-01Z')");
        sql.update("UPDATE pv_window SET loaded_from = NULL, state = 'open' WHERE starts_at = pv_window_start('2025-04-01Z')");
        sql.update("UPDATE pv_window SET state = 'empty', loaded_through = NULL WHERE starts_at = pv_window_start('2025-05-01Z')");
        sql.update("UPDATE pv_window SET state = 'open' WHERE starts_at = pv_window_start(now())");
        sample("home", "inverter/1", "now() - interval '7 minutes 10 seconds'");
        sample("home", "meter:1", "now() - interval '2 days'");
        sql.update("UPDATE pv_site SET down_since = '2026-02-03 04:05Z', error = 'connection refused by barn:80' WHERE site = 'barn'");
        dead("barn", "2025-01-20", "answered with HTML");

        // When
        Typed status = status();

        // Then
        assertThat(status.code()).as(status.err()).isZero();
        long grid = sql.queryForObject("SELECT count(*) FROM generate_series(pv_window_start('2025-01-01Z'), now(), interval '384 hours')",
                Long.class);
        assertThat(line(status, "home")).containsSubsequence("7 min", " " + (grid - 4), " 1", " 0", " 1", " 2", " 2", "up");
        assertThat(line(status, "barn")).containsSubsequence("none", "-", " 0", " 0", " 1", " 0", " " + (grid - 1), " 0",
                "down since 2026-02-03 05:05");
        assertThat(status.out()).contains("site", "newest sample", "loaded", "open", "dead", "empty", "owed", "rows")
                .contains("barn: connection refused by barn:80.").doesNotContain("home: ").doesNotContain("\u001b");
    }

    @Test
    void statusAsJsonIsForAScript() throws Exception {
        givenTables();
        site("home", "-infinity");
        dead("home", "2025-01-20", "answered Code 8 (LN request timeout)");
        sample("home", "inverter/1", "'2025-06-01 10:00Z'");

        JsonNode home = new ObjectMapper().readTree(status("--json").out()).get("sites").get(0);

        assertThat(home.get("site").asText()).isEqualTo("home");
        assertThat(home.get("newestSample").asText()).isEqualTo("2025-06-01T10:00:00Z");
        assertThat(home.get("rows").asLong()).isEqualTo(1);
        assertThat(home.get("rowsAbout").asBoolean()).isFalse();
        assertThat(home.get("windows").get("dead").asLong()).isEqualTo(1);
        assertThat(home.get("windows").get("owed").asLong()).isPositive();
        assertThat(home.get("moreMayBeOwed").asBoolean()).as("the beginning is still looked for").isTrue();
        assertThat(home.get("error").asText())
                .isEqualTo("window 2025-01-05: answered Code 8 (LN request timeout); tried again at 2125-01-01T00:00:00Z");
    }

    @Test
    void rowsAreThoseOfTheDayTotalsAndAboutSoManyWhileAStretchIsStored() throws SQLException {
        givenTables();
        site("home", null);
        sql.update("INSERT INTO pv_archive (site, device, ts) SELECT 'home', 'inverter/1', g FROM "
                + "generate_series('2025-01-01Z'::timestamptz, '2025-02-01Z', '5 min') AS g");

        sql.update("UPDATE pv_site SET untotalled = '(-infinity,infinity)'");
        assertThat(line(status(), "home")).as("no day is totalled yet").contains(" 8,929 ").doesNotContain("~");
        sql.queryForList("SELECT pv_total_days('home', '-infinity', 'infinity')");
        sql.update("UPDATE pv_site SET untotalled = '[2025-01-02Z,2025-01-03Z)'");
        assertThat(line(status(), "home")).contains("~8,929 ");
        sql.update("UPDATE pv_site SET untotalled = NULL");
        assertThat(line(status(), "home")).contains(" 8,929 ").doesNotContain("~");
    }

    @Test
    void aSiteWithoutAnArchiveHasNoWindowsAndItsNewestSampleIsItsNewestReading() throws Exception {
        givenTables();
        site("gen", null);
        site("home", null);
        sql.update("INSERT INTO pv_logger (site, archive, archive_at, seen_at) VALUES ('gen', false, now(), now()), ('home', true, now(), now())");
        sql.update("UPDATE pv_site SET realtime = interval '1 minute'");
        sql.update("INSERT INTO pv_power_flow (site, ts, p_pv) SELECT 'gen', now() - interval '130 seconds' - back * interval '1 minute', 5 FROM generate_series(0, 99) AS back");
        sample("home", "inverter/1", "now() - interval '2 days'");
        dead("gen", "2025-01-20", "a logger without an archive");

        Typed status = status();

        assertThat(line(status, "gen")).containsPattern("2 min +- +- +- +- +- +[\\d,~]+ +realtime alone +up$");
        assertThat(line(status, "home")).containsPattern("archive, realtime +up$");
        assertThat(status.out()).contains("gen has no archive: what was before pvroute began to read, or while it did not, cannot be had.")
                .doesNotContain("tried again");
        JsonNode gen = new ObjectMapper().readTree(status("--json", "--site", "gen").out()).get("sites").get(0);
        assertThat(gen.get("archive").asBoolean()).isFalse();
        assertThat(gen.get("realtime").asBoolean()).isTrue();
        assertThat(gen.get("hasArchive").asBoolean(true)).isFalse();
        assertThat(gen.get("ageSeconds").asLong()).isBetween(130L, 190L);
        assertThat(gen.get("oldestSample").asText()).isLessThan(gen.get("newestSample").asText());
        assertThat(gen.get("moreMayBeOwed").asBoolean()).isFalse();
        assertThat(gen.get("windows").get("owed").asLong()).isZero();
        assertThat(gen.get("windows").get("dead").asLong()).isZero();
    }

    @Test
    void aRequestThatFailsAgainAndAgainIsTold() throws SQLException {
        givenTables();
        site("gen", null);
        sql.update("UPDATE pv_site SET realtime = interval '1 minute'");
        sql.update("INSERT INTO pv_reading (site, request, device_id, failures, error, asked_at, next_at) VALUES "
                + "('gen', 'meters', '', 2, 'no answer in time', now(), now()), ('gen', 'inverter', '3', 40, 'answered status 255', now(), now())");
        assertThat(status().out()).as("twice, and an inverter that is not there").doesNotContain("no answer").doesNotContain("255");

        sql.update("UPDATE pv_reading SET failures = 3, next_at = '2026-12-01 10:00Z' WHERE request = 'meters'");

        assertThat(status().out()).contains("gen: realtime, meters: no answer in time; tried again at 2026-12-01T10:00:00Z.");
    }

    @Test
    void whatWasReadOfAnArchiveBeforeItWasSwitchedOffIsStillTold() throws SQLException {
        givenTables();
        site("home", null);
        windows("home", "loaded");
        sql.update("UPDATE pv_window SET state = 'open' WHERE starts_at = pv_window_start(now())");
        long loaded = sql.queryForObject("SELECT count(*) FROM pv_window WHERE state = 'loaded'", Long.class);
        dead("home", "2024-06-01", "answered Code 8");

        sql.update("UPDATE pv_site SET archive = false, realtime = interval '1 minute'");
        assertThat(line(status(), "home")).containsPattern("none +- +" + loaded + " +1 +0 +0 +0 +0 +realtime alone +up$");
        sql.update("UPDATE pv_site SET realtime = interval '0'");
        assertThat(line(status(), "home")).containsPattern("nothing +up$");
        assertThat(status().out()).doesNotContain("has no archive");
    }

    @Test
    void statusOfOneSiteLeavesTheOthersOut() throws SQLException {
        givenTables();
        site("barn", null);
        site("home", null);

        assertThat(status("--site", "home").out()).contains("home").doesNotContain("barn");
        Typed unknown = status("--site", "hose");
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).contains("There is no site hose in the database. It knows barn, home.");
    }

    @Test
    void aDatabaseWithoutTablesOrWithoutSitesIsSaid() throws SQLException {
        assertThat(status().code()).isEqualTo(1);
        assertThat(status().err()).contains("tables are not there").contains("pvroute run or pvroute migrate").doesNotContain("\tat ");
        givenTables();
        assertThat(status().code()).isZero();
        assertThat(status().out()).contains("knows no site yet");
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsSaidWithWhereToLook() throws Exception {
        Files.writeString(config, "db.url = jdbc:postgresql://127.0.0.1:1/pv\n");

        Typed status = status();

        assertThat(status.code()).isEqualTo(1);
        assertThat(status.err()).contains("does not answer").contains("db.url, db.user and db.password").doesNotContain("\tat ");
    }

    @Test
    void theEmbeddedDatabaseIsNotMadeByLookingForIt() throws Exception {
        Files.writeString(config, "db.directory = " + folder.resolve("data") + "\n");

        Typed status = status();

        assertThat(status.code()).isEqualTo(1);
        assertThat(status.err()).contains("There is no database in " + folder.resolve("data") + " yet");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void retryTriesAllThatFailedAgainNow() throws SQLException {
        givenTables();
        site("home", null);
        dead("home", "2025-01-20", "answered Code 8");
        dead("home", "2025-07-01", "answered Code 255");

        Typed retry = Typed.command("retry", "--config", config.toString());

        assertThat(retry.code()).as(retry.err()).isZero();
        assertThat(retry.out()).contains("home, 2025-01-05 to 2025-01-21: failed 3 times, last because: answered Code 8.")
                .contains("These 2 are tried again now");
        assertThat(sql.queryForObject("SELECT count(*) FROM pv_window WHERE state = 'dead' AND retry_at IS NULL", Long.class)).isEqualTo(2);
        assertThat(sql.queryForObject("SELECT min(attempts) FROM pv_window", Long.class)).as("what failed is not forgotten").isEqualTo(3);
    }

    @Test
    void retryOfOneWindowLeavesTheOthersToTheirTime() throws SQLException {
        givenTables();
        site("home", null);
        site("barn", null);
        dead("home", "2025-01-20", "answered Code 8");
        dead("home", "2025-07-01", "answered Code 255");
        dead("barn", "2025-01-20", "answered Code 8");

        Typed retry = Typed.command("retry", "--config", config.toString(), "--site", "home", "--window", "2025-01-05");

        assertThat(retry.out()).contains("home, 2025-01-05").doesNotContain("barn").doesNotContain("Code 255")
                .contains("It is tried again now");
        assertThat(sql.queryForList("SELECT site || ' ' || starts_at::date FROM pv_window WHERE retry_at IS NULL", String.class))
                .containsExactly("home 2025-01-05");
        assertThat(Typed.command("retry", "--config", config.toString(), "--site", "home", "--window", "2025-03-10").out())
                .contains("Nothing failed at home in the window of 2025-03-10");
    }

    @Test
    void retryOfASiteThatIsDownWaitsForNoMoreThanThePause() throws SQLException {
        // Given a site whose last request was half a minute ago, and which is not to be asked for a day
        givenTables();
        site("home", null);
        dead("home", "2025-01-20", "answered HTTP 404");
        sql.update("UPDATE pv_window SET last_failed_at = now() - interval '30 seconds'");
        sql.update("UPDATE pv_site SET down_since = now() - interval '1 day', error = 'answered HTTP 404', due_at = now() + interval '1 min', "
                + "next_request_at = now() + interval '1 day'");

        Typed.command("retry", "--config", config.toString());

        // Then the 120 s of the pause since then hold, and no more
        assertThat(sql.queryForObject("SELECT next_request_at - now() BETWEEN interval '75 seconds' AND interval '90 seconds' FROM "
                + "pv_site", Boolean.class)).isTrue();

        // And a pause that is over is over
        sql.update("UPDATE pv_window SET last_failed_at = now() - interval '30 minutes'");
        Typed.command("retry", "--config", config.toString());
        assertThat(sql.queryForObject("SELECT next_request_at <= now() FROM pv_site", Boolean.class)).isTrue();
        assertThat(sql.queryForObject("SELECT due_at = '-infinity' FROM pv_site", Boolean.class)).as("the site is looked at again at once").isTrue();
    }

    @Test
    void retryAsJsonAndAWindowThatIsNoDate() throws Exception {
        givenTables();
        site("home", null);
        dead("home", "2025-01-20", "answered Code 8");

        JsonNode window = new ObjectMapper().readTree(Typed.command("retry", "--config", config.toString(), "--json").out()).get("windows")
                .get(0);
        assertThat(window.get("from").asText()).isEqualTo("2025-01-05T00:00:00Z");
        assertThat(window.get("error").asText()).isEqualTo("answered Code 8");

        Typed nonsense = Typed.command("retry", "--window", "yesterday");
        assertThat(nonsense.code()).isEqualTo(2);
        assertThat(nonsense.err()).contains("--window").contains("2020-01-01");
    }

    private Typed status(String... more) {
        String[] arguments = new String[more.length + 3];
        arguments[0] = "status";
        arguments[1] = "--config";
        arguments[2] = config.toString();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return Typed.command(arguments);
    }

    private static String line(Typed typed, String site) {
        return typed.out().lines().filter(line -> line.strip().startsWith(site + " ")).findFirst()
                .orElseThrow(() -> new AssertionError(typed.toString()));
    }

    private void givenTables() throws SQLException {
        Schema.upgrade(database.dataSource());
    }

    private void site(String site, String since) {
        sql.update("INSERT INTO pv_site (site, url, zone, since) VALUES (?, 'http://127.0.0.1:1', 'Europe/Vienna', ?::timestamptz)", site,
                since);
    }

    private void windows(String site, String state) {
        sql.update("""
                INSERT INTO pv_window (site, starts_at, ends_at, state, loaded_from, loaded_through, read_at)
                SELECT ?, g, g + interval '384 hours', ?, greatest(g, '2025-01-01Z'), g + interval '383 hours', now()
                  FROM generate_series(pv_window_start('2025-01-01Z'), now(), interval '384 hours') AS g
                """, site, state);
    }

    private void dead(String site, String in, String error) {
        sql.update("""
                INSERT INTO pv_window (site, starts_at, ends_at, state, attempts, failed_at, last_failed_at, retry_at, error)
                SELECT ?, w, w + interval '384 hours', 'dead', 3, now(), now(), '2125-01-01Z', ? FROM pv_window_start(?::timestamptz) AS w
                """, site, error, in);
    }

    private void sample(String site, String device, String at) {
        sql.update("INSERT INTO pv_archive (site, device, ts) VALUES (?, ?, " + at + ")", site, device);
        sql.queryForList("SELECT pv_total_days(?, '-infinity', 'infinity')", site);
    }
}
