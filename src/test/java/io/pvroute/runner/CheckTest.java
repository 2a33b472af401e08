package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pvroute.TestDatabase;
import io.pvroute.simulator.Equipment;
import io.pvroute.simulator.Fault;
import io.pvroute.simulator.FaultyLogger;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Quirk;
import io.pvroute.simulator.Simulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** {@code check}: what it finds, and that it keeps the pause towards a logger as a runner does. */
class CheckTest {

    private final TestDatabase database = new TestDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(database.dataSource());
    private final FaultyLogger logger = new FaultyLogger(new Simulator(Plant.inVienna(1, Instant.parse("2024-01-01T00:00:00Z")),
            Clock.systemUTC()));
    private Path config;

    @TempDir
    private Path folder;

    @BeforeEach
    void plugIn() throws Exception {
        logger.start(0);
        config = folder.resolve("my.properties");
        settings("db.url = " + database.url(), "site.home = " + logger.url());
    }

    @AfterEach
    void end() {
        logger.close();
        database.close();
    }

    @Test
    void allIsWellBeforeTheFirstStart() {
        Typed check = check();

        assertThat(check.code()).as(check.out() + check.err()).isZero();
        assertThat(check.out()).contains("Solar API V1 (1.6-3)").contains("fronius-datamanager-card, 3.18.7-1, 240.100001")
                .contains("Inverter 1 (30000001), Meter 0 (16220118)").contains("as this computer's")
                .containsPattern("samples of .*meter:16220118.*, the newest \\d+ (s|min) old")
                .contains("PostgreSQL 1").contains("not made yet; the next start of run makes them")
                .containsPattern("routes +load +\\d files, \\d+ routes in routes").contains("All is as it should be.");
        assertThat(sql.queryForObject("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'pv%'", Long.class)).as("it changes nothing")
                .isZero();
    }

    @Test
    void aLoggerThatIsBeingReadIsNotAskedForItsArchiveOnceMore() throws Exception {
        // Given a site that a runner reads now, one that rests, and one that may be asked
        givenSite();
        sql.update("UPDATE pv_site SET lease = gen_random_uuid(), leased_until = now() + interval '5 minutes'");
        assertThat(check().out()).contains("a runner reads it, and the pause between two requests is kept");
        sql.update("UPDATE pv_site SET lease = NULL, leased_until = NULL, next_request_at = now() + interval '1 minute'");
        assertThat(check().out()).contains("a runner reads it, and the pause between two requests is kept");
        assertThat(logger.requests()).isEmpty();

        sql.update("UPDATE pv_site SET next_request_at = now()");
        assertThat(check().out()).contains("the newest");

        // Then the one request counts for the runners too
        assertThat(logger.requests()).hasSize(1);
        assertThat(sql.queryForObject("SELECT lease IS NULL AND leased_until IS NULL AND next_request_at - now() BETWEEN '110 s' AND "
                + "'120 s' FROM pv_site", Boolean.class)).isTrue();
    }

    @Test
    void aSiteThatIsDownIsAskedOnceThePauseIsOverAndReadAgainSoonWhereItAnswers() throws Exception {
        givenSite();
        sql.update("UPDATE pv_site SET down_since = now() - interval '1 day', error = 'connection refused', next_request_at = now() + "
                + "interval '1 day'");
        sql.update("""
                INSERT INTO pv_window (site, starts_at, ends_at, state, attempts, failed_at, last_failed_at, error)
                SELECT 'home', w, w + interval '384 hours', 'dead', 1, now(), now() - interval '1 minute', 'connection refused' FROM pv_window_start(now()) AS w
                """);

        Typed tooSoon = check();
        assertThat(tooSoon.code()).isEqualTo(1);
        assertThat(tooSoon.out()).contains("A runner could not read it: connection refused. It was asked too recently");
        assertThat(logger.requests()).isEmpty();

        sql.update("UPDATE pv_window SET last_failed_at = now() - interval '3 minutes'");
        assertThat(check().code()).isZero();
        assertThat(sql.queryForObject("SELECT next_request_at < now() + interval '121 s' FROM pv_site", Boolean.class))
                .as("read on after the pause").isTrue();
    }

    @Test
    void aLoggerThatFailsOnceMoreWaitsAsLongAsItWaitedBefore() throws Exception {
        givenSite();
        sql.update("UPDATE pv_site SET down_since = now() - interval '1 day', error = 'connection refused', next_request_at = "
                + "'2125-01-01Z'");
        sql.update("""
                INSERT INTO pv_window (site, starts_at, ends_at, state, attempts, failed_at, last_failed_at, error)
                SELECT 'home', w, w + interval '384 hours', 'dead', 1, now(), now() - interval '1 hour', 'connection refused' FROM pv_window_start(now()) AS w
                """);
        logger.next(Fault.CODE_8);

        assertThat(check().out()).contains("Answered status 8 (LN request timeout)");

        assertThat(sql.queryForObject("SELECT next_request_at = '2125-01-01Z' AND lease IS NULL FROM pv_site", Boolean.class)).isTrue();
    }

    @Test
    void aLoggerWithoutAnArchivePassesAndIsAskedForItsPresent() throws Exception {
        try (Simulator gen24 = gen24()) {
            settings("db.url = " + database.url(), "site.home = " + gen24.url(), "site.home.realtime = 1m");

            Typed check = check("--site", "home");

            assertThat(check.code()).as(check.out() + check.err()).isZero();
            assertThat(check.out()).contains("does not say what it is, as a GEN24 does not")
                    .containsPattern("archive +no archive: collected in realtime alone")
                    .containsPattern("realtime +(PV \\d+ W|no PV power, as at night), grid \\d+ W( fed in| bought)?, load \\d+ W, "
                            + "battery \\d+ W( charging| discharging)?, charged to \\d+ %; -?\\d s old")
                    .contains("nothing yet").doesNotContain("how far back").contains("All is as it should be.");
            assertThat(gen24.realtimeRequests()).hasSize(1);
        }
    }

    @Test
    void aLoggerThatIsKnownToHaveNoArchiveIsNotAskedForIt() throws Exception {
        try (Simulator gen24 = gen24()) {
            settings("db.url = " + database.url(), "site.home = " + gen24.url(), "site.home.realtime = 1m");
            givenSite(gen24.url());
            sql.update("INSERT INTO pv_logger (site, archive, archive_at, seen_at) VALUES ('home', false, now(), now())");

            assertThat(check().out()).containsPattern("archive +no archive: collected in realtime alone").contains("charged to");

            assertThat(gen24.requests()).isEmpty();
        }
    }

    @Test
    void aLoggerWithoutAnArchiveWhosePresentIsNotReadIsToldWithWhatToDo() throws Exception {
        try (Simulator gen24 = gen24()) {
            settings("db.url = " + database.url(), "site.home = " + gen24.url(), "site.home.realtime = off");

            Typed check = check();

            assertThat(check.code()).isEqualTo(1);
            assertThat(check.out()).contains("home, archive: It has no archive, as a GEN24, Tauro or Verto has none, and its present is not read either: "
                    + "take out site.home.realtime = off");
            assertThat(gen24.realtimeRequests()).isEmpty();
        }
    }

    @Test
    void anArchiveThatIsNotToBeReadIsNotAskedFor() throws Exception {
        settings("db.url = " + database.url(), "site.home = " + logger.url(), "site.home.archive = off", "site.home.realtime = 1m");
        assertThat(check().out()).containsPattern("archive +not read \\(archive = off\\)").containsPattern("realtime +.*grid \\d+ W");

        settings("db.url = " + database.url(), "site.home = " + logger.url(), "site.home.archive = off", "site.home.realtime = off");
        assertThat(check().out()).contains("home, archive: Its present is not read, either: set site.home.archive or site.home.realtime");
        assertThat(logger.requests()).isEmpty();
    }

    @Test
    void aSolarApiThatIsSwitchedOffIsToldWithWhereToSwitchItOn() throws Exception {
        try (Simulator gen24 = gen24()) {
            gen24.quirks(Quirk.API_OFF);
            settings("db.url = " + database.url(), "site.home = " + gen24.url(), "site.home.realtime = 1m");

            Typed check = check();

            assertThat(check.code()).isEqualTo(1);
            assertThat(check.out()).contains("home, answers: Its Solar API is switched off: switch it on in the inverter's own web page, under "
                    + "Communication, Solar API.");
        }
    }

    @Test
    void thePresentIsAskedForInTurnWithTheRunners() throws Exception {
        // Given a runner that has just asked, and two requests that are open, one of them for some seconds more
        givenSite();
        settings("db.url = " + database.url(), "site.home = " + logger.url(), "site.home.realtime = 1m");
        sql.update("INSERT INTO pv_turn (site, next_at) VALUES ('home', now() + interval '2 seconds')");
        sql.update("INSERT INTO pv_reading (site, request, in_flight_until) VALUES ('home', 'meters', now() + interval '1 minute'), "
                + "('home', 'inverters', now() + interval '3 seconds')");
        Instant began = Instant.now();

        Typed check = check();

        // Then it waited for its turn, and the next has to wait for it
        assertThat(check.out()).containsPattern("realtime +.*grid \\d+ W");
        assertThat(logger.realtimeRequests()).hasSize(1);
        assertThat(logger.realtimeRequests().get(0).beganAt()).isAfter(began.plusSeconds(3));
        assertThat(sql.queryForObject("SELECT next_at BETWEEN now() - interval '1 minute' AND now() + interval '4 s' FROM pv_turn", Boolean.class)).isTrue();
        assertThat(sql.queryForObject("SELECT count(*) FROM pv_reading WHERE request = 'check' AND in_flight_until IS NOT NULL", Long.class)).isZero();
    }

    @Test
    void aSiteInRealtimeAloneThatIsDownIsToldWithWhyAndNotAskedTooSoon() throws Exception {
        try (Simulator gen24 = gen24()) {
            settings("db.url = " + database.url(), "site.home = " + gen24.url(), "site.home.realtime = 1m");
            givenSite(gen24.url());
            sql.update("INSERT INTO pv_logger (site, archive, archive_at, seen_at) VALUES ('home', false, now(), now())");
            sql.update("UPDATE pv_site SET down_since = now(), error = 'connection refused'");
            sql.update("INSERT INTO pv_turn (site, next_at, down_since) VALUES ('home', now() + interval '1 minute', now())");

            Typed check = check();

            assertThat(check.code()).isEqualTo(1);
            assertThat(check.out()).contains("home, realtime: A runner could not read it: connection refused. It was asked too recently");
            assertThat(gen24.realtimeRequests()).isEmpty();
        }
    }

    @Test
    void anEmptyDayOfTheArchiveIsTold() {
        logger.next(Fault.EMPTY_ANSWER);

        assertThat(check().out()).contains("home, archive: It has an archive, but nothing of the last day is in it.");
    }

    @Test
    void aLoggerThatDoesNotAnswerIsToldOnceAndTheOthersAreCheckedAllTheSame() throws Exception {
        settings("db.url = " + database.url(), "site.barn = http://127.0.0.1:1", "site.home = " + logger.url(),
                "archive.connect-timeout = 2s");

        Typed check = check();

        assertThat(check.code()).isEqualTo(1);
        assertThat(check.out()).contains("barn, answers: Connection refused by 127.0.0.1:1.").contains("Inverter 1")
                .doesNotContain("barn, archive");
    }

    @Test
    void aClockThatIsWrongIsToldWithHowFarItIsOff() throws Exception {
        try (Simulator late = new Simulator(Plant.inVienna(1, Instant.parse("2024-01-01T00:00:00Z")),
                Clock.offset(Clock.systemUTC(), java.time.Duration.ofMinutes(70))).start(0)) {
            settings("db.url = " + database.url(), "site.home = " + late.url());

            Typed check = check();

            assertThat(check.code()).isEqualTo(1);
            assertThat(check.out()).containsPattern("(70|69) min ahead of this computer's")
                    .contains("home, clock: Its clock is wrong, or this computer's is, and its samples would be refused");
        }
    }

    @Test
    void withoutTheDatabaseTheArchiveIsNotAsked() throws Exception {
        settings("db.url = jdbc:postgresql://127.0.0.1:1/pv", "site.home = " + logger.url());

        Typed check = check();

        assertThat(check.code()).isEqualTo(1);
        assertThat(check.out()).contains("database, answers: The database jdbc:postgresql://127.0.0.1:1/pv does not answer")
                .contains("not asked: without the database");
        assertThat(logger.requests()).isEmpty();
    }

    @Test
    void anEmbeddedDatabaseIsNotMadeByAChecking() throws Exception {
        settings("db.directory = " + folder.resolve("data"), "site.home = " + logger.url());

        assertThat(check().out()).contains("which the first start of run makes").contains("the newest");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void withoutASiteItSaysWhatToWriteWhere() throws Exception {
        settings("db.url = " + database.url());

        assertThat(check().code()).isEqualTo(1);
        assertThat(check().out()).contains("site.home = http://192.168.1.20").contains(config.toString());
    }

    @Test
    void aRightThatTheDocumentationNamesAndThatIsMissingIsToldAsTheStatementThatGivesIt() throws Exception {
        // Given a user with the documented rights alone
        Schema.upgrade(database.dataSource());
        String role = "checker_" + ProcessHandle.current().pid();
        sql.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'secret'");
        try {
            List<String> grants = Files.readString(Path.of("docs/operating.md")).lines().filter(line -> line.startsWith("GRANT ")).toList();
            sql.execute(String.join("\n", grants).replace("TO pvroute", "TO " + role));
            settings("db.url = " + database.url().replaceAll("[?&](user|password)=[^&]*", ""), "db.user = " + role, "db.password = secret",
                    "site.home = " + logger.url());
            assertThat(check().out()).contains("all that run needs").contains("All is as it should be.");

            // When each of them is taken away, then it is the one that is missing
            for (String grant : grants.stream().filter(g -> !g.contains("ON SCHEMA")).toList()) {
                String on = grant.substring(grant.indexOf(" ON ") + 4, grant.indexOf(" TO "));
                for (String table : on.split(", ")) {
                    String privileges = grant.substring("GRANT ".length(), grant.indexOf(" ON "));
                    sql.execute("REVOKE " + privileges + " ON " + table + " FROM " + role);
                    if (!table.equals("pv_schema_history")) {
                        assertThat(sqlOf(role)).as(table).containsExactly("GRANT " + privileges + " ON " + table + " TO " + role + ";");
                    }
                    sql.execute("GRANT " + privileges + " ON " + table + " TO " + role);
                }
            }
            sql.execute("REVOKE UPDATE ON pv_site FROM " + role);
            assertThat(check().out()).contains("An administrator has to give them: GRANT UPDATE ON pv_site TO " + role + ";");
        } finally {
            sql.execute("DROP OWNED BY " + role);
            sql.execute("DROP ROLE " + role);
        }
    }

    @Test
    void aRouteThatDoesNotLoadIsToldWithFileAndLine() throws Exception {
        Path routes = Files.createDirectory(folder.resolve("routes"));
        Files.writeString(routes.resolve("mine.camel.yaml"),
                "- route:\n    id: mine\n    from:\n      uri: timer:mine\n      steps:\n        - too: log:x\n");

        Typed check = check("--routes", routes.toString());

        assertThat(check.code()).isEqualTo(1);
        assertThat(check.out()).contains("1 file, ").contains("routes, load: ").contains("mine.camel.yaml");
    }

    @Test
    void asJsonForAScript() throws Exception {
        JsonNode check = new ObjectMapper().readTree(check("--json").out());

        assertThat(check.get("ok").asBoolean()).isTrue();
        assertThat(StreamSupport.stream(check.get("checks").spliterator(), false)
                .map(f -> f.get("of").asText() + " " + f.get("what").asText() + " " + f.get("ok").asText())
                .collect(Collectors.toList())).contains("database version true", "home archive true", "home stored null");
    }

    private List<String> sqlOf(String role) {
        return sql.execute((java.sql.Connection connection) -> {
            try (var statement = connection.createStatement(); var rights = connection.prepareStatement(SqlFile.read("rights.sql"))) {
                statement.execute("SET ROLE " + role);
                rights.setString(1, null);
                try (var rows = rights.executeQuery()) {
                    List<String> grants = new java.util.ArrayList<>();
                    while (rows.next()) {
                        grants.add(rows.getString(1));
                    }
                    return grants;
                } finally {
                    statement.execute("RESET ROLE");
                }
            }
        });
    }

    private static Simulator gen24() {
        return new Simulator(Plant.inVienna(1, Instant.parse("2024-01-01T00:00:00Z")).with(Equipment.GEN24), Clock.systemUTC()).start(0);
    }

    private void givenSite() throws Exception {
        givenSite(logger.url());
    }

    private void givenSite(String url) throws Exception {
        Schema.upgrade(database.dataSource());
        sql.update("INSERT INTO pv_site (site, url, zone, source) VALUES ('home', ?, 'Europe/Vienna', 'config')", url);
    }

    private void settings(String... lines) throws Exception {
        Files.writeString(config, String.join("\n", lines) + "\n");
    }

    private Typed check(String... more) {
        List<String> arguments = new java.util.ArrayList<>(List.of("check", "--config", config.toString()));
        arguments.addAll(List.of(more));
        return Typed.command(arguments.toArray(String[]::new));
    }
}
