package io.pvroute.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.pvroute.runner.RunningPage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the server of the page answers, and what it refuses; without a browser. */
class PageServerTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static Scenes scenes;

    private RunningPage page;

    @BeforeAll
    static void open() {
        scenes = new Scenes();
        scenes.site("barn", 1, 40, 3);
    }

    @AfterAll
    static void close() {
        scenes.close();
    }

    @AfterEach
    void end() {
        if (page != null) {
            page.close();
        }
    }

    @Test
    void aPostThatDoesNotComeFromThePageChangesNothing() throws Exception {
        // Given a dead window
        start(Map.of());
        Instant window = dead();

        // When a form of another site, a script of another site and a link that lacks the header ask for it
        var form = ask(post("api/retry?site=barn&window=" + window).header("Content-Type", "application/x-www-form-urlencoded").header("Sec-Fetch-Site", "cross-site"));
        var script = ask(post("api/retry?site=barn&window=" + window).header("X-Pvroute", "page").header("Sec-Fetch-Site", "cross-site"));
        var sibling = ask(post("api/retry?site=barn&window=" + window).header("X-Pvroute", "page").header("Sec-Fetch-Site", "same-site"));
        var link = ask(get("api/retry?site=barn&window=" + window).header("X-Pvroute", "page"));
        var preflight = ask(HttpRequest.newBuilder(URI.create(page.url() + "api/retry")).method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", "http://elsewhere.example").header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "x-pvroute"));

        // Then they are refused, and the window waits as before
        assertThat(List.of(form.statusCode(), script.statusCode(), sibling.statusCode())).containsOnly(403);
        assertThat(form.body()).contains("Only the page itself may ask for this.");
        assertThat(link.statusCode()).isIn(404, 405);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(retryAt(window)).isAfter(Instant.now().plus(Duration.ofHours(1)));

        // When the page does, the window is due, and the answer says which it is
        var own = ask(post("api/retry?site=barn&window=" + window).header("X-Pvroute", "page").header("Sec-Fetch-Site", "same-origin"));
        assertThat(own.statusCode()).isEqualTo(200);
        assertThat(own.body()).contains("\"site\":\"barn\"").contains(String.valueOf(window.toEpochMilli()));
        assertThat(retryAt(window)).isBefore(Instant.now().plusSeconds(1));
    }

    @Test
    void aRetryAsksADownSiteAfterItsPauseHoweverOftenItIsAskedFor() throws Exception {
        start(Map.of("archive.pause", "120s"));
        Instant window = dead();
        scenes.sql.update("UPDATE pv_site SET next_request_at = now() + interval '1 day', pause = interval '600 s' WHERE site = 'barn'");

        for (int i = 0; i < 3; i++) {
            assertThat(ask(post("api/retry?site=barn&window=" + window).header("X-Pvroute", "page")).statusCode()).isEqualTo(200);
        }

        assertThat(scenes.sql.queryForObject("SELECT next_request_at > now() + interval '590 s' AND next_request_at <= now() + interval '600 s' "
                + "FROM pv_site WHERE site = 'barn'", Boolean.class)).isTrue();
        scenes.sql.update("UPDATE pv_site SET next_request_at = 'infinity', pause = NULL WHERE site = 'barn'");
    }

    @Test
    void aWindowThatIsNotDeadIsNoneToRetry() throws Exception {
        start(Map.of());

        var answer = ask(post("api/retry?site=barn&window=2001-01-01T00:00:00Z").header("X-Pvroute", "page"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("[]");
    }

    @Test
    void nothingIsServedButThePageAndNothingOfARequestComesBack() throws Exception {
        start(Map.of());

        for (String path : List.of("application.properties", "pom.xml", "log4j2.xml", "page/application.properties", "page/..%2fapplication.properties",
                "page/%2e%2e/application.properties", "io/pvroute/shipped/application.properties", "api/nothing", "page/")) {
            assertThat(ask(get(path)).statusCode()).as(path).isEqualTo(404);
        }
        for (String path : List.of("", "page/page.js", "page/uplot.js", "api/sites")) {
            var answer = ask(get(path).header("Authorization", "Basic c2VjcmV0").header("X-Mine", "1").header("Cookie", "a=b"));
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.headers().map()).as(path).doesNotContainKeys("authorization", "x-mine", "cookie", "file", "user-agent");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        }
        assertThat(ask(get("")).headers().firstValue("Content-Security-Policy").orElseThrow()).contains("default-src 'none'").doesNotContain("unsafe");
        String tag = ask(get("page/page.css")).headers().firstValue("ETag").orElseThrow();
        assertThat(ask(get("page/page.css").header("If-None-Match", tag)).statusCode()).isEqualTo(304);
    }

    @Test
    void aQuestionThatMakesNoSenseIsAnsweredWithASentence() throws Exception {
        start(Map.of());

        for (String path : List.of("api/curve?site=barn&from=soon&days=1", "api/days?site=barn&from=2026-02-30&to=2026-03-01",
                "api/curve?site=barn&from=2026-01-01&days=x")) {
            var answer = ask(get(path));
            assertThat(answer.statusCode()).as(path).isEqualTo(400);
            assertThat(answer.body()).contains("error").doesNotContain("Exception");
        }
        assertThat(ask(get("api/days?site=nobody'--&from=2026-01-01&to=2026-03-01")).body()).isEqualTo("[]");
        assertThat(ask(get("api/windows?site=nobody")).body()).isEqualTo("[]");
    }

    @Test
    void whereAUserIsSetNobodyElseSeesAnything() throws Exception {
        start(Map.of("page.user", "owner", "page.password", "sun = #1: süß"));

        for (String path : List.of("", "page/page.js", "api/sites")) {
            assertThat(ask(get(path)).statusCode()).as(path).isEqualTo(401);
            assertThat(ask(get(path).header("Authorization", basic("owner", "wrong"))).statusCode()).as(path).isEqualTo(401);
            assertThat(ask(get(path).header("Authorization", basic("owner", "sun = #1: süß"))).statusCode()).as(path).isEqualTo(200);
        }
        assertThat(ask(post("api/retry?site=barn&window=2001-01-01T00:00:00Z").header("X-Pvroute", "page")).statusCode()).isEqualTo(401);
        assertThat(ask(get("")).headers().firstValue("WWW-Authenticate").orElseThrow()).contains("pvroute");
    }

    @Test
    void aPortThatIsTakenKeepsNobodyFromReading() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            start(Map.of("page.port", String.valueOf(taken.getLocalPort())));

            assertThat(page.url()).isEmpty();
        }
    }

    @Test
    void withoutAPageARunnerIsReadyAllTheSame() {
        start(Map.of("page.port", "off"));

        assertThat(page.url()).isEmpty();
        await().atMost(Duration.ofSeconds(30)).until(() -> ask(HttpRequest.newBuilder(URI.create(page.observedAt() + "/health/ready"))).statusCode() == 200);
    }

    @Test
    void withAPageARunnerIsReadyToo() {
        start(Map.of());

        await().atMost(Duration.ofSeconds(30)).until(() -> ask(HttpRequest.newBuilder(URI.create(page.observedAt() + "/health/ready"))).statusCode() == 200);
    }

    @Test
    void aDatabaseThatIsAwayIsSaidAndComesBack() throws Exception {
        // Given a database of its own, which lets nobody in any more
        try (var own = new Scenes()) {
            start(Map.of("db.url", own.database.url()));
            assertThat(ask(get("api/sites")).statusCode()).isEqualTo(200);
            String name = own.sql.queryForObject("SELECT current_database()", String.class);
            scenes.sql.execute("ALTER DATABASE " + name + " WITH ALLOW_CONNECTIONS false");
            scenes.sql.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ?", row -> { }, name);

            var away = ask(get("api/sites"));
            assertThat(away.statusCode()).isEqualTo(503);
            assertThat(away.body()).contains("database does not answer").doesNotContain("Exception");

            // When it does again, so does the page
            scenes.sql.execute("ALTER DATABASE " + name + " WITH ALLOW_CONNECTIONS true");
            await().atMost(Duration.ofSeconds(30)).until(() -> ask(get("api/sites")).statusCode() == 200);
            page.close();
            page = null;
        }
    }

    @Test
    void everyAnswerOfTenSitesWithTenYearsComesWithinATenthOfASecond() throws Exception {
        try (var years = new Scenes()) {
            for (int site = 0; site < 10; site++) {
                years.site("s" + site, site, 3650, 30);
            }
            years.readings("gen", 1, 40);
            years.sql.execute("UPDATE pv_window SET state = 'dead', attempts = 1, failed_at = now(), error = 'no' WHERE starts_at < now() - interval '3500 days'");
            years.sql.execute("VACUUM ANALYZE");
            start(Map.of("db.url", years.database.url()));
            String day = years.sql.queryForObject("SELECT (now()::date - 10)::text", String.class);
            String year = day.substring(0, 4);
            Map<String, Long> quickest = new HashMap<>();
            for (String path : List.of("api/sites", "api/today", "api/curve?site=s3&from=" + day + "&days=1", "api/curve?site=s3&from=" + day + "&days=7",
                    "api/days?site=s3&from=" + year + "-01-01&to=" + year + "-12-31", "api/windows?site=s3", "api/curve?site=gen&from=" + day + "&days=7", "api/covered?site=gen&from=" + year + "-01-01&to=" + year + "-12-31", "api/dead-letters", "api/writes")) {
                List<Long> times = new ArrayList<>();
                for (int i = 0; i < 15; i++) {
                    long began = System.nanoTime();
                    var answer = ask(get(path));
                    times.add((System.nanoTime() - began) / 1_000_000);
                    assertThat(answer.statusCode()).isEqualTo(200);
                    assertThat(answer.body()).as(path).startsWith(path.equals("api/today") ? "[" : "[{");      // nobody has power right after midnight
                }
                // what the computer has to do besides makes none of them quicker
                quickest.put(path, Collections.min(times));
            }
            assertThat(quickest).as("milliseconds").allSatisfy((path, time) -> assertThat(time).as(path).isLessThan(100));
            page.close();
            page = null;
        }
    }

    private void start(Map<String, String> differing) {
        Map<String, String> settings = new HashMap<>(Map.of("db.url", scenes.database.url(), "db.pool", "3"));
        settings.putAll(differing);
        page = new RunningPage(settings);
    }

    /** A window of the barn, dead for a day to come. */
    private static Instant dead() {
        return scenes.sql.queryForObject("""
                UPDATE pv_window SET state = 'dead', attempts = 3, failed_at = now(), retry_at = now() + interval '1 day', error = 'no'
                 WHERE site = 'barn' AND starts_at = pv_window_start(now() - interval '20 days') RETURNING starts_at""", Timestamp.class).toInstant();
    }

    private static Instant retryAt(Instant window) {
        return scenes.sql.queryForObject("SELECT retry_at FROM pv_window WHERE site = 'barn' AND starts_at = ?", Timestamp.class,
                Timestamp.from(window)).toInstant();
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private HttpRequest.Builder get(String path) {
        return HttpRequest.newBuilder(URI.create(page.url() + path)).timeout(Duration.ofSeconds(30));
    }

    private HttpRequest.Builder post(String path) {
        return get(path).POST(HttpRequest.BodyPublishers.noBody());
    }

    private static HttpResponse<String> ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
