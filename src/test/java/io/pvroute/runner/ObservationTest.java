package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.pvroute.TestDatabase;
import io.pvroute.simulator.Equipment;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Quirk;
import io.pvroute.simulator.Simulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** Health and metrics of a whole runner, over HTTP, as an orchestrator and Prometheus ask for them. */
class ObservationTest {

    private final Clock clock = Clock.systemUTC();
    private final TestDatabase database = new TestDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(database.dataSource());
    private final HttpClient http = HttpClient.newHttpClient();
    private final Simulator simulator = new Simulator(Plant.demo(clock), clock);
    private Runner runner;

    @TempDir
    private Path folder;

    @BeforeEach
    void plugIn() {
        simulator.start(0);
    }

    @AfterEach
    void end() {
        if (runner != null) {
            runner.close();
        }
        simulator.close();
        database.close();
    }

    @Test
    void aRunnerThatReadsIsLiveReadyAndHealthyAndCountsWhatItDoes() throws Exception {
        // Given a site that is read and one that nobody answers for
        start(Map.of("site.barn", "http://127.0.0.1:1"));
        int windows = sql.queryForObject("SELECT count(*) FROM generate_series(pv_window_start(now() - interval '20 days'), now(), interval '384 hours')", Integer.class);
        await().atMost(Duration.ofSeconds(60)).until(() -> sql.queryForObject(
                "SELECT count(*) FILTER (WHERE state IN ('open', 'loaded')) = ? AND count(*) FILTER (WHERE state = 'dead') = 1 FROM pv_window", Boolean.class, windows));

        // Then it is live and ready, whatever the sites do
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        await().until(() -> get("/health/ready").statusCode() == 200);
        assertThat(get("/health/ready").body()).contains("\"database\"", "\"routes\"").doesNotContain("\"sites\"");

        // And health tells which site is not well, and why
        await().until(() -> get("/health").statusCode() == 503);
        assertThat(get("/health").body()).contains("barn has not sent a sample yet: ").doesNotContain("home");

        // And the metrics agree with the database
        await().untilAsserted(() -> assertThat(metric("pvroute_newest_sample_age_seconds{site=\"home\"}")).isBetween(0.0, 600.0));
        double rows = sql.queryForObject("SELECT (SELECT count(*) FROM pv_archive) + (SELECT count(*) FROM pv_event)", Double.class);
        assertThat(metric("pvroute_rows_total{outcome=\"inserted\",site=\"home\"}")).isEqualTo(rows);
        assertThat(metric("pvroute_rows_total{outcome=\"rejected\",site=\"home\"}")).isZero();
        assertThat(metric("pvroute_windows_total{outcome=\"loaded\",site=\"home\"}")).isGreaterThanOrEqualTo(1);
        assertThat(metric("pvroute_windows_total{outcome=\"down\",site=\"barn\"}")).isEqualTo(1);
        assertThat(metric("pvroute_dead_letters{site=\"barn\"}")).isEqualTo(1);
        assertThat(metric("pvroute_site_down{site=\"barn\"}")).isEqualTo(1);
        assertThat(metric("pvroute_site_late{site=\"home\"}")).isZero();
        assertThat(metric("pvroute_retries_total{site=\"barn\"}")).isZero();
        for (String stage : List.of("fetch", "parse", "write")) {
            assertThat(metric("pvroute_stage_seconds_count{site=\"home\",stage=\"" + stage + "\"}")).isEqualTo(windows);
            assertThat(metric("pvroute_stage_seconds_sum{site=\"home\",stage=\"" + stage + "\"}")).isPositive();
        }
        assertThat(metric("hikaricp_connections_max{pool=\"pvroute\"}")).isEqualTo(12);

        // And those that the documentation names are there
        String documented = Files.readString(Path.of("docs/operating.md")).lines().filter(line -> line.startsWith("| `pvroute_")).collect(Collectors.joining());
        assertThat(Pattern.compile("pvroute_\\w+").matcher(documented).results().map(MatchResult::group)).hasSizeGreaterThan(8)
                .allSatisfy(name -> assertThat(get("/metrics").body()).contains("# HELP " + name + " "));

        // And every one of them says what it is
        String metrics = get("/metrics").body();
        assertThat(metrics).contains("jvm_memory_used_bytes");
        assertThat(metrics.lines().filter(line -> line.startsWith("# HELP ")).map(String::strip)).isNotEmpty().allMatch(line -> line.split(" ", 4).length == 4);
    }

    @Test
    void aSiteWithoutAnArchiveIsObservedByItsPresent() throws Exception {
        // Given a GEN24 that is read once a second
        try (var gen24 = new Simulator(Plant.demo(clock).with(Equipment.GEN24), clock).start(0)) {
            start(Map.of("site.gen", gen24.url(), "site.gen.realtime", "1s", "realtime.pause", "0s", "realtime.tick", "100ms"));
            await().atMost(Duration.ofSeconds(60)).until(() -> metric("pvroute_readings_total{outcome=\"answered\",request=\"power-flow\",site=\"gen\"}") > 3);

            // Then it is well, owes nothing, and what is counted is what is stored
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(metric("pvroute_newest_sample_age_seconds{site=\"gen\"}")).isBetween(-5.0, 30.0));
            assertThat(metric("pvroute_site_late{site=\"gen\"}")).isZero();
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(metric("pvroute_site_down{site=\"gen\"}")).isZero());
            assertThat(metric("pvroute_dead_letters{site=\"gen\"}")).isZero();
            assertThat(get("/health?data=true").body()).contains("site.gen");
            double counted = metric("pvroute_reading_rows_total{outcome=\"inserted\",request=\"power-flow\",site=\"gen\"}");
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_power_flow WHERE site = 'gen'", Double.class)).isBetween(counted, counted + 60);
            assertThat(counted).isGreaterThan(1);

            // When its Solar API is switched off, then it is down
            gen24.quirks(Quirk.API_OFF);
            await().atMost(Duration.ofSeconds(60)).until(() -> metric("pvroute_readings_total{outcome=\"down\",request=\"power-flow\",site=\"gen\"}") > 0);
            await().atMost(Duration.ofSeconds(30)).until(() -> metric("pvroute_site_down{site=\"gen\"}") == 1);
            assertThat(metric("pvroute_site_late{site=\"gen\"}")).as("only just").isZero();
        }
    }

    @Test
    void aWindowThatIsReadAgainAfterItFailedIsARetry() throws Exception {
        start(Map.of("site.home", "http://127.0.0.1:1", "site.home.period", "1s"));

        await().atMost(Duration.ofSeconds(60)).until(() -> metric("pvroute_retries_total{site=\"home\"}") > 0);
        assertThat(metric("pvroute_windows_total{outcome=\"down\",site=\"home\"}")).isGreaterThan(1);
    }

    @Test
    void aSiteThatIsNotReadAnyMoreLeavesTheMetrics() throws Exception {
        start(Map.of("site.barn", simulator.url(), "site.barn.since", "2d"));
        await().atMost(Duration.ofSeconds(60)).until(() -> metrics(".*site=\"barn\".*").size() > 8);

        sql.update("UPDATE pv_site SET enabled = false WHERE site = 'barn'");

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(metrics(".*site=\"barn\".*")).isEmpty());
        assertThat(metrics(".*site=\"home\".*")).isNotEmpty();
    }

    @Test
    void withoutItsDatabaseItIsLiveAndNotReadyAndAnswersAtOnce() throws Exception {
        // Given a runner with a role of its own
        String role = "observed_" + ProcessHandle.current().pid();
        sql.execute("CREATE ROLE " + role + " SUPERUSER LOGIN PASSWORD 'secret'");
        try {
            start(Map.of("db.url", database.url().replaceAll("[?&](user|password)=[^&]*", ""), "db.user", role, "db.password", "secret"));
            await().until(() -> get("/health/ready").statusCode() == 200);

            // When it cannot connect any more, then it says so, without anybody waiting for it
            sql.execute("ALTER ROLE " + role + " NOLOGIN");
            sql.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + role + "'");
            await().atMost(Duration.ofSeconds(30)).until(() -> get("/health/ready").statusCode() == 503);
            assertThat(get("/health/ready").body()).contains("The database is away: ").doesNotContain("secret");
            assertThat(get("/health/live").statusCode()).isEqualTo(200);
            long began = System.nanoTime();
            assertThat(metric("pvroute_database_up")).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));

            // And when it can again, it is ready again
            sql.execute("ALTER ROLE " + role + " LOGIN");
            await().atMost(Duration.ofSeconds(60)).until(() -> get("/health/ready").statusCode() == 200);
        } finally {
            runner.close();
            sql.execute("DROP OWNED BY " + role + " CASCADE");
            sql.execute("DROP ROLE " + role);
        }
    }

    @Test
    void aShippedRouteThatDoesNotRunOrIsNotThereIsNamedAndOneThatIsNotToRunIsNot() throws Exception {
        // Given the shipped routes without a file, with one that shall not run, and one that was stopped
        Path routes = copyOfRoutes();
        Files.delete(routes.resolve("dead-letter.camel.yaml"));
        edit(routes.resolve("archive.camel.yaml"), "deadLetterUri: direct:dead-letter", "deadLetterUri: log:dead-letter");
        Files.writeString(routes.resolve("own.camel.yaml"), """
                - route:
                    id: asleep
                    autoStartup: "false"
                    from: {uri: "timer:asleep", steps: [{log: {message: awake}}]}
                - route:
                    id: idle
                    from: {uri: "timer:idle?period=1h", steps: [{log: {message: idle}}]}
                """);
        start(Map.of("routes.directory", routes.toString()));
        runner.camel().getRouteController().stopRoute("idle");

        await().until(() -> get("/health/ready").body().contains("dead-letter"));

        HttpResponse<String> ready = get("/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("Route idle does not run: it is stopped.", "Route dead-letter is not there").doesNotContain("asleep", "archive");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void aPortThatIsTakenStopsTheStartWithASentenceThatNamesTheSetting() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> start(Map.of("observe.port", String.valueOf(taken.getLocalPort()))))
                    .isInstanceOf(StartException.class).hasMessageContaining(String.valueOf(taken.getLocalPort())).hasMessageContaining("observe.port");
        }
    }

    @Test
    void withoutAPortNothingListensAndItReadsAllTheSame() {
        start(Map.of("observe.port", "off"));

        assertThat(runner.observedAt()).isEmpty();
        await().atMost(Duration.ofSeconds(60)).until(() -> sql.queryForObject("SELECT count(*) > 0 FROM pv_archive", Boolean.class));
    }

    @Test
    void itIsLoopbackThatListensUnlessTheSettingsSayOtherwise() {
        Listener shipped = Settings.load(null, Map.of(), Map.of()).observe();

        assertThat(shipped).isEqualTo(new Listener("observe", "127.0.0.1", OptionalInt.of(9876)));
        assertThat(shipped.isLoopback()).isTrue();
    }

    private void start(Map<String, String> differing) {
        Map<String, String> settings = new HashMap<>(Map.of("db.url", database.url(), "site.home", simulator.url(), "site.home.since", "20d",
                "archive.pause", "0s", "archive.tick", "50ms", "archive.period", "1h", "observe.port", "0", "page.port", "0"));
        settings.putAll(differing);
        runner = new Runner(Settings.load(null, Map.of(), settings));
        runner.openDatabase();
        runner.startRoutes();
    }

    private double metric(String name) throws IOException, InterruptedException {
        return metrics(Pattern.quote(name)).stream().mapToDouble(line -> Double.parseDouble(line.group(1))).findFirst().orElse(-1);
    }

    private List<MatchResult> metrics(String name) throws IOException, InterruptedException {
        return Pattern.compile("(?m)^" + name + " (\\S+)$").matcher(get("/metrics").body()).results().toList();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI url = URI.create(runner.observedAt().orElseThrow() + path);
        return http.send(HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
    }

    private Path copyOfRoutes() throws IOException {
        Path routes = folder.resolve("routes");
        try (var files = Files.walk(Path.of("routes"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = routes.resolve(Path.of("routes").relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        return routes;
    }

    private static void edit(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }
}
