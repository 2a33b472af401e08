package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.pvroute.TestDatabase;
import io.pvroute.simulator.Fault;
import io.pvroute.simulator.FaultyLogger;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** {@code backfill}: what it makes owed, that it is read, and that nothing is lost when it ends before. */
class BackfillTest {

    private static final String OLD = "(SELECT pv_window_start(now() - interval '70 days'))";

    private final TestDatabase database = new TestDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(database.dataSource());
    private final FaultyLogger logger = new FaultyLogger(new Simulator(Plant.inVienna(1, Instant.parse("2024-01-01T00:00:00Z")),
            Clock.systemUTC()));
    private final List<String> settings = new ArrayList<>();
    private Path config;
    private Process program;

    @TempDir
    private Path folder;

    @BeforeEach
    void plugIn() throws Exception {
        logger.start(0);
        config = folder.resolve("my.properties");
        settings("db.url = " + database.url(), "site.home = " + logger.url(), "archive.since = " + Instant.now().minus(Duration.ofDays(100))
                .toString().substring(0, 10),
                "archive.pause = 0s", "archive.period = 1h", "archive.tick = 50ms");
    }

    @AfterEach
    void end() throws InterruptedException {
        if (program != null) {
            program.destroyForcibly();
            program.waitFor(30, TimeUnit.SECONDS);
        }
        logger.close();
        database.close();
    }

    @Test
    void whatIsOwedIsReadAndThenAPartOfItOnceMore() {
        // Given a history that is read as a whole
        Typed all = backfill();
        assertThat(all.code()).as(all.out() + all.err()).isZero();
        long windows = sql.queryForObject("SELECT count(*) FROM pv_window WHERE state IN ('loaded', 'open')", Long.class);
        assertThat(windows).isBetween(7L, 8L);
        assertThat(all.out()).contains("All " + windows + " windows are read")
                .containsPattern("home, \\d{4}-\\d\\d-\\d\\d to \\d{4}-\\d\\d-\\d\\d: [\\d,]+ rows new, 0 changed, 0 the same");
        assertThat(backfill().out()).contains("Nothing is owed.");

        // When samples are lost in one window, and this one is read again
        int lost = sql.update("DELETE FROM pv_archive WHERE ts >= " + OLD + " AND ts < " + OLD + " + interval '384 hours'");
        List<Instant> others = readAt();
        String day = sql.queryForObject("SELECT to_char(" + OLD + " + interval '3 days', 'YYYY-MM-DD')", String.class);
        Typed again = backfill("--site", "home", "--from", day, "--to", Instant.parse(day + "T01:00:00Z").toString());

        // Then it is whole again, and the others were left alone
        assertThat(again.code()).as(again.out() + again.err()).isZero();
        assertThat(again.out()).contains("home: 1 window from ").contains("is owed again").contains("The window is read")
                .contains(String.format("%,d rows new", lost));
        assertThat(readAt()).isEqualTo(others);
    }

    @Test
    void aWindowThatFailsIsNamedAndTriedAgainByARunner() {
        assertThat(backfill().code()).isZero();
        logger.always(Fault.CODE_8);
        String day = sql.queryForObject("SELECT to_char(" + OLD + ", 'YYYY-MM-DD')", String.class);

        Typed failed = backfill("--from", day, "--to", day + "T01:00:00Z");

        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.out()).contains("home, " + day + " to").contains("failed: answered status 8 (LN request timeout)")
                .contains("0 of 1 windows are read")
                .contains("These failed, and are tried again by run, or now by retry:").contains("  home, " + day + ": answered status 8");
        assertThat(sql.queryForObject("SELECT count(*) FROM pv_window WHERE state = 'dead'", Long.class)).isEqualTo(1);
    }

    @Test
    void aSiteWhoseLoggerHasNoArchiveIsSaidAndIsNoReasonToWait() throws Exception {
        Schema.upgrade(database.dataSource());
        sql.update("INSERT INTO pv_logger (site, archive, archive_at, seen_at) VALUES ('home', false, now(), now())");

        Typed none = backfill("--from", "2024-01-01");

        assertThat(none.code()).isEqualTo(1);
        assertThat(none.out()).contains("home: has no archive that is read, so nothing of the past can be had.");
        assertThat(none.err()).contains("There is nothing to read from 2024-01-01");
        assertThat(backfill().out()).contains("Nothing is owed.");
        assertThat(logger.requests()).isEmpty();
    }

    @Test
    void aHistoryIsReadNoFurtherBackThanItBegins() {
        Typed back = backfill("--from", "2015-01-01");

        assertThat(back.code()).as(back.err()).isZero();
        assertThat(back.out()).contains("Its history begins at ").contains("(since), and is read no further back");
        assertThat(backfill("--from", "2015-01-01", "--to", "2016-01-01").err())
                .contains("There is nothing to read from 2015-01-01T00:00:00Z");
    }

    @Test
    void whereTheBeginningIsNotKnownItIsReadAsFarBackAsAsked() throws Exception {
        // Given a logger that remembers three weeks, and a book that has found its beginning
        settings("archive.since = auto");
        Schema.upgrade(database.dataSource());
        sql.update("INSERT INTO pv_site (site, url, source) VALUES ('home', ?, 'config')", logger.url());
        sql.update("""
                INSERT INTO pv_window (site, starts_at, ends_at, state, loaded_from, read_at)
                SELECT 'home', g, g + interval '384 hours', 'empty', g, now()
                  FROM generate_series(pv_window_start(now()) - 6 * interval '384 hours', pv_window_start(now()) - interval '384 hours', interval '384 hours') AS g
                """);

        // When two windows before it are asked for
        String from = sql.queryForObject("SELECT to_char(pv_window_start(now()) - 8 * interval '384 hours', 'YYYY-MM-DD')", String.class);
        String to = sql.queryForObject("SELECT to_char(pv_window_start(now()) - 6 * interval '384 hours', 'YYYY-MM-DD')", String.class);
        Typed back = backfill("--from", from, "--to", to);

        // Then they are read, and the empty ones between are left alone
        assertThat(back.code()).as(back.out() + back.err()).isZero();
        assertThat(back.out()).contains("home: 2 windows from " + from + " to " + to + " are owed again.");
        assertThat(sql.queryForObject("SELECT count(*) FROM pv_window WHERE state = 'loaded' AND starts_at >= ?::timestamptz AND "
                + "starts_at < ?::timestamptz", Long.class, from + "Z", to + "Z"))
                .isEqualTo(2);
        assertThat(sql.queryForObject("SELECT count(*) FROM pv_window WHERE state = 'empty'", Long.class)).isEqualTo(6);
    }

    @Test
    void momentsAndPausesThatMakeNoSenseAreToldBeforeAnythingIsTouched() throws Exception {
        assertThat(backfill("--to", "2024-01-01").err()).contains("--to needs --from");
        assertThat(backfill("--from", "2024-02-01", "--to", "2024-01-01").err()).contains("which is not before --to");
        Typed pause = backfill("--pause", "5");
        assertThat(pause.code()).isEqualTo(2);
        assertThat(pause.err()).contains("never a number without its unit");

        settings("site.home.pause = 60s");
        Typed own = backfill("--pause", "5s");
        assertThat(own.code()).isEqualTo(1);
        assertThat(own.err()).contains("home has a pause of its own");
        assertThat(logger.requests()).isEmpty();
    }

    @Test
    void aPauseForThisBackfillAloneHolds() throws Exception {
        settings("archive.pause = 1h", "archive.since = 20d");

        Typed quick = backfill("--pause", "100ms");

        assertThat(quick.code()).as(quick.out() + quick.err()).isZero();
        assertThat(logger.requests().size()).isGreaterThan(1);
    }

    @Test
    void stoppedHalfWayNothingIsLostAndTheNextOneReadsTheRest() throws Exception {
        // Given a backfill that has to wait between two windows
        settings("archive.pause = 2s");
        start(java("backfill", "--config", config.toString(), "--from", "60d"));
        await().atMost(Duration.ofSeconds(60)).until(() -> output().contains("rows new"));

        // When it is stopped as by Ctrl-C
        new ProcessBuilder("kill", "-INT", String.valueOf(program.pid())).start().waitFor();
        assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();

        // Then it says how far it has come, and the book knows the rest
        assertThat(output()).containsPattern("Stopped. [1-4] of [4-6] windows are read; the others stay owed: run reads them, and so "
                + "does backfill without --from.")
                .doesNotContain("\tat ");
        var windows = new SiteWindows(database.dataSource(), options().archive(), Optional.of("home"));
        assertThat(windows.from(Instant.now().minus(Duration.ofDays(60)))).anyMatch(w -> w.kind().equals("owed"))
                .noneMatch(w -> w.kind().equals("dead"));
        assertThat(sql.queryForObject("SELECT lease IS NULL FROM pv_site", Boolean.class)).isTrue();

        settings("archive.pause = 0s");
        assertThat(backfill().code()).isZero();
        assertThat(windows.from(SiteWindows.EVER)).noneMatch(SiteWindows.Known::isLeft);
    }

    @Test
    void onATerminalABarTellsTheRemainingTimeAndCtrlCStillEndsItCleanly() throws Exception {
        Path script = Path.of("/usr/bin/script");
        assumeTrue(Files.isExecutable(script), "a terminal is made by the program script");
        settings("archive.pause = 2s");
        String java = String.join("' '", java("backfill", "--config", config.toString(), "--from", "60d"));
        start(List.of(script.toString(), "-qfec", "exec '" + java + "'", "/dev/null"));
        await().atMost(Duration.ofSeconds(60)).until(() -> output().contains(" 1/"));

        // When somebody types Ctrl-C
        program.getOutputStream().write(3);
        program.getOutputStream().flush();

        assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(output()).containsPattern("[0-9]+% .* [1-4]/[4-6] windows \\(0:00:\\d\\d / 0:0\\d:\\d\\d\\)").contains("\u001b[")
                .containsPattern("Stopped. [1-4] of [4-6] windows are read");
        assertThat(sql.queryForObject("SELECT lease IS NULL FROM pv_site", Boolean.class)).as("closed in good order").isTrue();
    }

    private Settings options() {
        return Settings.load(config, java.util.Map.of(), java.util.Map.of());
    }

    private List<Instant> readAt() {
        return sql.query("SELECT read_at FROM pv_window WHERE starts_at <> " + OLD
                + " AND starts_at <> pv_window_start(now()) ORDER BY starts_at",
                (row, number) -> row.getTimestamp(1).toInstant());
    }

    private void settings(String... more) throws IOException {
        for (String line : more) {
            settings.removeIf(other -> other.startsWith(line.substring(0, line.indexOf('=') + 1)));
            settings.add(line);
        }
        Files.write(config, settings);
    }

    private Typed backfill(String... more) {
        List<String> arguments = new ArrayList<>(List.of("backfill", "--config", config.toString()));
        arguments.addAll(List.of(more));
        return Typed.command(arguments.toArray(String[]::new));
    }

    private static List<String> java(String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--routes", Path.of("routes").toAbsolutePath().toString()));
        return command;
    }

    private void start(List<String> command) throws IOException {
        // a build that runs in the background has Ctrl-C switched off, and hands that on
        List<String> listening = new ArrayList<>(List.of("env", "--default-signal=INT"));
        listening.addAll(command);
        program = new ProcessBuilder(listening).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile()).start();
    }

    private String output() {
        try {
            return Files.readString(folder.resolve("output"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
