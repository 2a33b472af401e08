package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

import io.pvroute.TestDatabase;
import org.apache.camel.util.TimeUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path folder;

    @Test
    void theShippedFileAloneStartsTheProgram() {
        // Given no file, no variable and no option, when the settings are read
        Settings settings = load(null, Map.of(), Map.of());

        // Then they are the documented defaults
        assertThat(settings.sites()).isEmpty();
        assertThat(settings.database()).isEqualTo(new Settings.Database("", "", "", Path.of("data"), 12));
        assertThat(settings.database().embedded()).isTrue();
        assertThat(settings.archive()).isEqualTo(new Settings.Archive(Duration.ofMinutes(5), Duration.ofSeconds(120), Since.AUTO,
                Optional.empty(), Duration.ofDays(1), Duration.ofDays(2), Duration.ofMinutes(1), Duration.ofDays(1),
                Duration.ofSeconds(120), Duration.ofSeconds(10), 8, ZoneId.of("Europe/Vienna"), Duration.ofSeconds(1), Duration.ofMinutes(5), 64 << 20, Spelling.EVENT_CHANNELS));
        assertThat(settings.realtime()).isEqualTo(new Settings.Realtime(Duration.ofMinutes(1), Duration.ofSeconds(4), Duration.ofSeconds(20), 4,
                Duration.ofSeconds(1), List.of("power-flow", "inverters", "inverter", "meters", "storages", "ohmpilots"), Duration.ofDays(1),
                Duration.ofHours(25), Duration.ofDays(400)));
        assertThat(settings.routesDirectory()).isEqualTo(Path.of("routes"));
        assertThat(settings.stopTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.properties()).containsEntry("camel.main.name", "pvroute");
    }

    @Test
    void theShippedFileHoldsEverySettingWithALineOnWhatItDoes() throws IOException {
        // Given the file as it is shipped
        List<String> lines = Files.readAllLines(Path.of("application.properties"));
        var shipped = new Properties();
        shipped.load(Files.newBufferedReader(Path.of("application.properties")));

        // Then each setting stands there, under a comment
        assertThat(shipped.stringPropertyNames()).containsAll(KnownSettings.NAMES);
        for (String name : KnownSettings.NAMES) {
            int line = lines.indexOf(lines.stream().filter(text -> text.startsWith(name + " =")).findFirst().orElseThrow());
            assertThat(lines.get(line - 1)).as("the line above %s", name).startsWith("# ").endsWith(".");
        }
        assertThat(lines).anyMatch(text -> text.startsWith("#site.home = "));
    }

    @Test
    void thePageHasAUserWithAPasswordThatNobodyIsShown() {
        Settings settings = load(null, Map.of("PAGE_USER", "owner", "PAGE_PASSWORD", "geheim"), Map.of("page.address", "0.0.0.0"));

        assertThat(settings.page().user()).isEqualTo("owner");
        assertThat(settings.page().password()).isEqualTo("geheim");
        assertThat(settings.properties()).containsEntry("page.port", "8080").doesNotContainKey("page.password");
        assertThat(settings.toString() + settings.properties()).doesNotContain("geheim");

        assertThat(problems(null, Map.of("PAGE_PASSWORD", "gehe,im"), Map.of("page.user", "a b", "page.port", "web")))
                .anySatisfy(problem -> assertThat(problem).contains("page.port = web").contains("0 for any that is free, or off"))
                .anySatisfy(problem -> assertThat(problem).contains("page.user = a b").contains("letters"))
                .anySatisfy(problem -> assertThat(problem).contains("page.password = (not shown)").contains("without a comma"));
        assertThat(problems(null, Map.of(), Map.of("page.user", "owner")))
                .singleElement().asString().contains("page.password").contains("page.user and page.password together");
    }

    @Test
    void aLaterPlaceWins() {
        // Given a setting at every place
        Path file = file("archive.period = 2m\narchive.timeout = 20s\narchive.tick = 2s\narchive.parallel = 2\nsite.home = http://file");
        var environment = Map.of("ARCHIVE_TIMEOUT", "30s", "ARCHIVE_TICK", "3s", "SITE_HOME", "http://environment",
                "ARCHIVE_CONNECT_TIMEOUT", "3s", "ARCHIVE_PARALLEL", "");

        // When they are read
        Settings settings = load(file, environment, Map.of("archive.tick", "4s"));

        // Then the default yields to the file, the file to the environment, that to the command line, and an empty variable to all
        assertThat(settings.archive().pause()).isEqualTo(Duration.ofSeconds(120));
        assertThat(settings.archive().period()).isEqualTo(Duration.ofMinutes(2));
        assertThat(settings.archive().timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.archive().connectTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.archive().tick()).isEqualTo(Duration.ofSeconds(4));
        assertThat(settings.archive().parallel()).isEqualTo(2);
        assertThat(settings.sites()).singleElement().extracting(Site::url).hasToString("http://environment");
    }

    @Test
    void aSiteHoldsOnlyWhatIsNamed() {
        // Given one site with nothing but its URL and one with everything, half of it in the environment
        Path file = file("site.home = http://192.168.1.20/\nsite.barn2 = https://barn:8443/base//\nsite.barn2.zone = Europe/Berlin\n"
                + "site.barn2.since = auto\nsite.barn2.enabled = false\nsite.barn2.archive = off\nsite.barn2.realtime = 10s");

        // When they are read
        List<Site> sites = load(file, Map.of("SITE_BARN2_PERIOD", "15m", "SITE_BARN2_PAUSE", "0s"), Map.of()).sites();

        // Then each has what was named and no more
        assertThat(sites).extracting(Site::name).containsExactly("barn2", "home");
        Site barn = sites.get(0);
        assertThat(barn.url()).hasToString("https://barn:8443/base");
        assertThat(barn.zone()).contains(ZoneId.of("Europe/Berlin"));
        assertThat(barn.since()).contains(Since.AUTO);
        assertThat(barn.period()).contains(Duration.ofMinutes(15));
        assertThat(barn.pause()).contains(Duration.ZERO);
        assertThat(barn.enabled()).contains(false);
        assertThat(barn.archive()).contains(false);
        assertThat(barn.realtime()).contains(Duration.ofSeconds(10));
        Site home = sites.get(1);
        assertThat(home.url()).hasToString("http://192.168.1.20");
        assertThat(List.of(home.zone(), home.since(), home.period(), home.pause(), home.archive(), home.realtime(), home.enabled())).allMatch(Optional::isEmpty);
    }

    @Test
    void thePresentIsReadInARhythmOrNotAtAll() {
        Settings settings = load(null, Map.of("SITE_HOME_REALTIME", "off", "SITE_HOME_ARCHIVE", "on"), Map.of("site.home", "http://logger",
                "realtime.period", "off", "realtime.requests", " power-flow, mine "));

        assertThat(settings.sites()).singleElement().satisfies(home -> {
            assertThat(home.realtime()).contains(Duration.ZERO);
            assertThat(home.archive()).contains(true);
        });
        assertThat(settings.properties()).containsEntry("realtime.period", "0s").containsEntry("realtime.requests", "power-flow,mine");
        assertThat(problems(null, Map.of(), Map.of("site.home", "http://logger", "site.home.realtime", "never", "site.home.archive", "never",
                "realtime.period", "10", "realtime.requests", "Power Flow")))
                .anySatisfy(problem -> assertThat(problem).contains("site.home.realtime = never").contains("expected off, or a duration"))
                .anySatisfy(problem -> assertThat(problem).contains("site.home.archive = never").contains("expected on or off"))
                .anySatisfy(problem -> assertThat(problem).contains("realtime.period = 10").contains("such as 10s or 1m"))
                .anySatisfy(problem -> assertThat(problem).contains("realtime.requests = Power Flow").contains("separated by commas"));
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500ms", "90s, 90s", "5m, 300s", "2h, 7200s", "1d, 86400s", "1h30m, 5400s", "1m500ms, 60500ms", "PT5M, 300s",
            "P1DT1S, 86401s"})
    void aDurationIsReadInEverySpellingAndPassedOnInOne(String text, String canonical) {
        assertThat(load(null, Map.of("ARCHIVE_OVERLAP", text), Map.of()).properties()).containsEntry("archive.overlap", canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "5 m", "-5m", "PT-5M", "5min", "1.5h", "m", "5m1h", "5M", "P", "1us", "PT0.0000001S",
            "99999999999999999999s",
        "9999999999999999d", "37000d", "five minutes"})
    void anIllFormedDurationStopsTheStart(String text) {
        assertThat(problems(null, Map.of("ARCHIVE_OVERLAP", text), Map.of())).singleElement().asString()
                .startsWith("archive.overlap = " + text + " (environment variable ARCHIVE_OVERLAP): expected a duration such as 500ms");
    }

    @ParameterizedTest
    @CsvSource({"auto, -infinity", "2020-01-01T00:00:00Z, 2020-01-01T00:00:00Z", "2020-01-01T01:00+02:00, 2019-12-31T23:00:00Z",
        "2020-01-01, 2020-01-01T00:00:00Z", "365d, 2025-03-01T12:00:00Z", "PT12H, 2026-03-01T00:00:00Z"})
    void sinceIsAutoOrAMoment(String text, String canonical) {
        assertThat(load(null, Map.of("ARCHIVE_SINCE", text), Map.of()).properties()).containsEntry("archive.since", canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Auto", "2020", "2020-13-01", "01.01.2020", "2020-01-01T00:00:00", "+12020-01-01", "-1d", "yesterday",
            "2020-01-01 00:00"})
    void anIllFormedMomentStopsTheStart(String text) {
        assertThat(problems(null, Map.of(), Map.of("archive.since", text))).singleElement().asString()
                .startsWith("archive.since = " + text + " (command line): expected auto, an instant such as");
    }

    @Test
    void untilIsEndlessOrAMomentAfterSince() {
        assertThat(load(null, Map.of(), Map.of()).properties()).containsEntry("archive.until", "infinity");
        assertThat(load(null, Map.of(), Map.of("archive.until", "2021-01-01")).properties())
                .containsEntry("archive.until", "2021-01-01T00:00:00Z");
        assertThat(problems(null, Map.of(), Map.of("archive.until", "auto"))).singleElement().asString().contains("expected an instant");
        assertThat(problems(null, Map.of(), Map.of("archive.until", "2021-01-01", "archive.since", "2021-01-01",
                "site.home", "http://home", "site.home.since", "2022-01-01"))).hasSize(2)
                .anyMatch(line -> line.startsWith("archive.until = 2021-01-01 (command line): expected a moment after archive.since"))
                .anyMatch(line -> line.startsWith("site.home.since = 2022-01-01 (command line): expected a moment before archive.until"));
    }

    @ParameterizedTest
    @CsvSource({
        "site.home, ftp://192.168.1.20, expected the base URL of a logger",
        "site.home, 192.168.1.20, expected the base URL of a logger",
        "site.home, http://, expected the base URL of a logger",
        "site.home, http:///path, expected the base URL of a logger",
        "site.home, http://home?x=1, expected the base URL of a logger",
        "site.home, http://home#x, expected the base URL of a logger",
        "site.home, http://ho me, expected the base URL of a logger",
        "site.home, '', expected the base URL of a logger",
        "archive.zone, Europe/Wien, expected the IANA name of a time zone",
        "archive.zone, +01:00, expected the IANA name of a time zone",
        "archive.zone, SystemV/AST4, expected the IANA name of a time zone",
        "archive.parallel, 0, expected a whole number from 1 to 64.",
        "archive.parallel, 65, expected a whole number from 1 to 64.",
        "archive.parallel, eight, expected a whole number from 1 to 64.",
        "archive.period, 0s, expected a duration longer than zero.",
        "archive.tick, 0s, expected a duration longer than zero.",
        "realtime.tick.spread, 2s, there is no such setting",
        "archive.period, '', expected a duration such as",
        "archive.max-answer, 64, expected a size from 1KiB to 1GiB",
        "archive.max-answer, 2GiB, expected a size from 1KiB to 1GiB",
        "archive.max-answer, 0MiB, expected a size from 1KiB to 1GiB",
        "archive.events, InverterEvent, expected some of InverterEvents",
        "db.url, postgres://host/db, expected a JDBC URL such as jdbc:postgresql://host:5432/database",
        "db.url, jdbc:postgresql://host:port/db, expected a JDBC URL such as jdbc:postgresql://host:5432/database",
        "db.pool, 2, expected a whole number from 3 to 1000.",
        "db.pool, 26, 'expected 25 at most, since the embedded PostgreSQL is a small one.'",
        "db.user, me, expected db.url as well",
        "db.directory, '', expected the path of a directory.",
        "archive.lease, 160s, 'expected longer than archive.connect-timeout, archive.timeout and 30s together, which is 160s.'",
        "stop.timeout, soon, expected a duration such as",
    })
    void anIllFormedValueStopsTheStartWithTheKeyTheValueAndWhatWasExpected(String key, String value, String expected) {
        assertThat(problems(null, Map.of(), Map.of(key, value))).singleElement().asString()
                .startsWith(key + " = " + value + " (command line): ").contains(expected);
    }

    @Test
    void aLeaseLongerThanAllThatAReadingMayTakeIsFine() {
        assertThat(load(null, Map.of("ARCHIVE_LEASE", "161s"), Map.of()).archive().lease()).isEqualTo(Duration.ofSeconds(161));
    }

    @ParameterizedTest
    @CsvSource({
        "archive.peroid, there is no such setting; did you mean archive.period?",
        "archive.maxanswer, there is no such setting; did you mean archive.max-answer?",
        "db.usr, there is no such setting; did you mean db.user?",
        "route.directory, 'there is no such setting, and no file in routes uses {{route.directory}}; did you mean routes.directory?'",
        "stop.timout, there is no such setting; did you mean stop.timeout?",
        "site.home.zonw, did you mean site.home.zone?",
        "site.Home, 'expected site.<name>, with a name of a-z and 0-9'",
        "site.my-home, 'expected site.<name>, with a name of a-z and 0-9'",
        "site, there is no such setting",
        "my.own.key, 'there is no such setting, and no file in routes uses {{my.own.key}}.'",
    })
    void anUnknownSettingStopsTheStartWithTheNearestThatIsKnown(String key, String expected) {
        Path file = file(key + " = 1");
        assertThat(problems(file, Map.of(), Map.of())).singleElement().asString().startsWith(key + " = 1 (" + file + "): ")
                .contains(expected);
    }

    @Test
    void ofTheUnknownVariablesOnlyThoseOfSitesAreErrors() {
        // Given what a container has around it, and a slip of the pen
        var environment = Map.of("PATH", "/bin", "DB_URLS", "x", "ARCHIVE_PEROID", "5m", "SITES", "3", "SITE_HOME", "http://home",
                "SITE_HOME_ZON", "UTC");

        assertThat(problems(null, environment, Map.of())).singleElement().asString()
                .startsWith("site.home.zon = UTC (environment variable SITE_HOME_ZON): ").endsWith("did you mean site.home.zone?");
    }

    @Test
    void aSiteWithoutItsUrlIsAnError() {
        assertThat(problems(null, Map.of("SITE_HOME_ZONE", "UTC"), Map.of())).singleElement().asString()
                .contains("site home has no URL; expected site.home = http://… as well.");
    }

    @Test
    void allProblemsAreReportedTogether() {
        Path file = file("archive.period = 5\nsite.home = ftp://x\nfoo = 1\nsite.home.zone = Nowhere/Land");

        assertThat(problems(file, Map.of("ARCHIVE_PAUSE", "-1s"), Map.of("db.pool", "many"))).hasSize(6);
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> load(file, Map.of("ARCHIVE_PAUSE", "-1s"), Map.of("db.pool", "many")))
                .withMessageContaining("6 settings are not right")
                .withMessageContaining("\n  archive.pause = -1s (environment variable ARCHIVE_PAUSE): ");
    }

    @Test
    void aSiteWithUserAndPasswordIsRefusedBecauseTheHttpClientWould() {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> load(file("site.home = http://me:geheim@host"), Map.of(), Map.of()))
                .withMessageContaining("site.home = http://***@host").withMessageContaining("without user and password");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
            "jdbc:postgresql://db:5433/pv | pvuser | psql \"host=db port=5433 dbname=pv user=pvuser\"",
            "jdbc:postgresql://a,b:5433/pv?user=me&password=geheim&ApplicationName=x | | psql \"host=a,b port=5432,5433 dbname=pv user=me\"",
            "jdbc:postgresql://db/my%20pv?sslmode=require&currentSchema=solar | o'n$e "
                    + "| psql \"host=db port=5432 dbname='my pv' user='o\\\\'n\\$e' sslmode=require options=-csearch_path=solar\""})
    void thePsqlLineOfADatabaseOfOnesOwnSaysWhatLibpqUnderstands(String url, String user, String expected) {
        var environment = new HashMap<>(Map.of("DB_URL", url));
        environment.put("DB_USER", user == null ? "" : user);

        assertThat(load(null, environment, Map.of()).database().psql()).isEqualTo(expected);
    }

    @Test
    void noSecretIsEverShown() {
        // Given a secret in every place where one can stand, each beside a mistake
        Path file = file("db.pasword = geheim\nsite.a = ftp://me:geheim@host\nsite.b = http://me:ge/he@im:geheim@host?x\n"
                + "site.c = me:geheim@host\n"
                + "db.url = jdbc:postgresql://host:x/db?user=me&password=geheim\nmy.token = geheim");
        var environment = Map.of("SITE_ADMIN_PASSWORD", "geheim");

        // When they are reported
        SettingsException wrong = catchThrowableOfType(SettingsException.class, () -> load(file, environment, Map.of()));

        // Then none of them is in it, nor in a cause
        assertThat(wrong.problems()).hasSize(7);
        assertThat(wrong).hasMessageNotContaining("geheim").hasNoCause();
        assertThat(wrong.problems()).contains(
                "db.pasword = (not shown) (" + file + "): there is no such setting; did you mean db.password?");

        // And where all is well they are not in what may be printed
        Settings settings = load(null, Map.of("DB_URL", "jdbc:postgresql://host/db?password=geheim", "DB_PASSWORD", "geheim"), Map.of());
        assertThat(settings.toString()).doesNotContain("geheim");
        assertThat(settings.properties().values()).noneMatch(value -> value.contains("geheim"));
        assertThat(settings.properties()).doesNotContainKey("db.password")
                .containsEntry("db.url", "jdbc:postgresql://host/db?password=***");
        assertThat(settings.database().password()).isEqualTo("geheim");
        assertThat(settings.database().url()).isEqualTo("jdbc:postgresql://host/db?password=geheim");
    }

    @Test
    void aSettingThatARouteUsesMayStandInTheFile() throws IOException {
        // Given routes with properties of their own, in each way that Camel knows
        Path routes = Files.createDirectories(folder.resolve("routes/sql"));
        Files.writeString(routes.resolve("x.sql"), "SELECT :#${properties:in.sql}");
        Files.writeString(folder.resolve("routes/x.camel.yaml"), "a: '{{plain.key}} {{with.default:5m}} {{?optional.key}}'");
        Path file = file("routes.directory = " + folder.resolve("routes")
                + "\nin.sql = 1\nplain.key = 2\nwith.default = 3\noptional.key = 4\n"
                + "camel.main.shutdownTimeout = 30\n");

        // When the settings are read
        Map<String, String> properties = load(file, Map.of("PLAIN_KEY", "two"), Map.of("camel.main.name", "mine")).properties();

        // Then they pass unchanged, and Camel's own with them
        assertThat(properties).containsEntry("in.sql", "1").containsEntry("plain.key", "two").containsEntry("with.default", "3")
                .containsEntry("optional.key", "4").containsEntry("camel.main.shutdownTimeout", "30")
                .containsEntry("camel.main.name", "mine");
    }

    @Test
    void placeholdersAreInOneSpelling() {
        Map<String, String> properties = load(null, Map.of("ARCHIVE_MAX_ANSWER", "2KiB", "ARCHIVE_EVENTS",
                " InverterErrors , InverterErrors,"),
                Map.of()).properties();

        assertThat(properties).containsEntry("archive.period", "300s").containsEntry("archive.pause", "120s").containsEntry("archive.lease", "300s")
                .containsEntry("archive.max-answer", "2048B").containsEntry("archive.zone", "Europe/Vienna").containsEntry("archive.parallel", "8")
                .containsEntry("archive.events", "InverterErrors").containsEntry("stop.timeout", "5s").containsEntry("db.url", "");
        assertThat(properties.keySet()).noneMatch(key -> key.startsWith("site."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"500ms", "1m500ms", "90s", "1h30m", "3d"})
    void camelAndPostgresReadADurationAlike(String text) throws SQLException {
        // Given a duration as it is passed on
        String canonical = load(null, Map.of("ARCHIVE_OVERLAP", text), Map.of()).properties().get("archive.overlap");

        // When both read it
        long camel = TimeUtils.toMilliSeconds(canonical);
        try (var database = new TestDatabase(); Connection connection = database.dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT 1000 * extract(epoch FROM ?::interval)")) {
            statement.setString(1, canonical);
            ResultSet postgres = statement.executeQuery();
            postgres.next();

            // Then it is what was written
            assertThat(camel).isEqualTo(Spelling.duration(text).toMillis()).isEqualTo(postgres.getLong(1));
        }
    }

    @Test
    void noEventsAtAllCanBeAskedFor() {
        assertThat(load(file("archive.events ="), Map.of(), Map.of()).archive().events()).isEmpty();
    }

    @Test
    void aComputerWithoutANamedZoneHasToBeToldOne() {
        Clock clock = Clock.fixed(NOW, ZoneId.of("GMT+02:00"));

        assertThatExceptionOfType(SettingsException.class).isThrownBy(() -> Settings.load(null, Map.of(), Map.of(), clock))
                .withMessageContaining("archive.zone").withMessageContaining("GMT+02:00, which is no IANA name");
        assertThat(Settings.load(null, Map.of("ARCHIVE_ZONE", "UTC"), Map.of(), clock).archive().zone()).isEqualTo(ZoneId.of("UTC"));
    }

    @Test
    void aFileThatCannotBeReadStopsTheStart() throws IOException {
        Path latin = Files.write(folder.resolve("latin.properties"), "site.home = http://h\n# für\n".getBytes(StandardCharsets.ISO_8859_1));
        Path escape = file("db.directory = C:\\users\\me");
        Path missing = folder.resolve("missing.properties");

        assertThat(problems(latin, Map.of(), Map.of())).containsExactly(latin + ": is not in UTF-8; save it in this encoding.");
        assertThat(problems(escape, Map.of(), Map.of())).singleElement().asString().contains("write \\\\ for a single \\");
        assertThat(problems(missing, Map.of(), Map.of())).singleElement().asString().contains("there is no such file");
        assertThat(problems(folder, Map.of(), Map.of())).singleElement().asString().contains("could not be read");
    }

    @Test
    void aFileMayBeginWithAByteOrderMarkAndHoldsUtf8() {
        Settings settings = load(file("\uFEFFsite.home = http://home\ndb.directory = Dächer"), Map.of(), Map.of());

        assertThat(settings.sites()).hasSize(1);
        assertThat(settings.database().directory()).isEqualTo(Path.of("Dächer"));
    }

    @Test
    void aNameThatStandsTwiceInTheFileIsAnErrorSinceOneSiteWouldBeLost() {
        assertThat(problems(file("site.home = http://one\nsite.home = http://two"), Map.of(), Map.of())).singleElement().asString()
                .startsWith("site.home = http://two").contains("stands there twice");
    }

    private Path file(String text) {
        try {
            return Files.writeString(folder.resolve("application.properties"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Settings load(Path file, Map<String, String> environment, Map<String, String> overrides) {
        return Settings.load(file, environment, overrides, Clock.fixed(NOW, ZoneId.of("Europe/Vienna")));
    }

    private static List<String> problems(Path file, Map<String, String> environment, Map<String, String> overrides) {
        return catchThrowableOfType(SettingsException.class, () -> load(file, environment, overrides)).problems();
    }
}
