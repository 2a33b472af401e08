package io.pvroute.runner;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.pvroute.LogLines;
import io.pvroute.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Whatever a logger sends, or somebody has written into pv_site, is data: it runs nowhere, and no secret of the settings is told for it. */
class HostileLoggerTest {

    /** What would be noticed if it were executed, filled in, or taken for a line of its own. */
    private static final List<String> HOSTILE = List.of("'; DROP TABLE pv_event; --", "\"; DROP TABLE pv_event; --", "$$; DROP TABLE pv_event; $$",
            "E'\\'; DROP TABLE pv_event; --", "*/ DROP TABLE pv_event; /*", "\\.", "\\N", "{{page.user}}", "{{page.password}}", "${properties:page.user}",
            "${camelContext.stop}", "${env:PATH}", ":#site :?site # ? ??", "%s %n {}", "${jndi:ldap://127.0.0.1:1/x}",
            "<script>document.title = 'taken'</script>", "<img src=x onerror=\"document.title = 'taken'\">",
            "a\n2026-01-01 00:00:00 ERROR forged", "\u001b[2J\u009b31m", "\u202egnp.exe", "nul \u0000 and half a \ud800 pair", "ümlaut 𝄞 中文",
            "long " + "x".repeat(250));
    /** What would stand in place of {{page.user}}; nothing else tells it. */
    private static final String OWNER = "owner-4711";
    private static final String SECRET = "s3cr3t-Passw0rd";

    private final WireMockServer logger = new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
    private final TestDatabase database = new TestDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(database.dataSource());
    private final LogLines lines = new LogLines();
    private final ObjectMapper json = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> settings = new HashMap<>();

    @TempDir
    private Path folder;

    @BeforeEach
    void plugIn() throws Exception {
        logger.start();
        Schema.upgrade(database.dataSource());
        settings.putAll(Map.of("db.url", database.url(), "page.user", OWNER, "page.password", "page-" + SECRET, "archive.since", "1d", "observe.address", "127.0.0.1"));
    }

    @AfterEach
    void end() {
        lines.close();
        logger.stop();
        database.close();
    }

    @Test
    void namesAndValuesOfALoggerAreStoredAsTheyAreAndDoNothing() throws Exception {
        // Given an answer whose nodes, channels, units and events are hostile
        String before = shape();
        String start = Instant.now().truncatedTo(ChronoUnit.DAYS).toString().replace("Z", "+00:00");
        ObjectNode data = json.createObjectNode();
        for (String name : HOSTILE.subList(0, HOSTILE.size() - 1)) {
            ObjectNode node = data.putObject(name).put("Start", start).putObject("Data");
            node.putObject("PowerReal_PAC_Sum").put("Unit", name).putObject("Values").put("0", 1);
            node.putObject(name).put("Unit", name).putObject("Values").put("0", 2);
            node.putObject("InverterErrors").put("Unit", name).putObject("Values").putObject("0").put("#", name).put(name, name);
        }
        logger.stubFor(any(urlPathMatching("/.*")).willReturn(aResponse().withBody(json.writeValueAsString(Map.of(
                "Head", Map.of("Status", Map.of("Code", 0)), "Body", Map.of("Data", data))))));
        settings.put("site.home", logger.baseUrl());

        // When it is read
        try (var page = new RunningPage(settings)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> sql.queryForObject("SELECT count(*) > 0 FROM pv_window WHERE read_at IS NOT NULL", Boolean.class));

            // Then every name is stored as it came, but for what no text column takes
            List<String> stored = HOSTILE.subList(0, HOSTILE.size() - 1).stream().map(name -> name.replace('\0', '\ufffd').replace('\ud800', '\ufffd')).sorted().toList();
            assertThat(sql.queryForList("SELECT device FROM pv_archive WHERE powerreal_pac_sum = 1", String.class)).containsExactlyInAnyOrderElementsOf(stored);
            assertThat(sql.queryForList("SELECT detail ->> '#' FROM pv_event WHERE detail ->> device = device AND channel = 'InverterErrors'", String.class))
                    .containsExactlyInAnyOrderElementsOf(stored);
            assertThat(shape()).as("tables and columns").isEqualTo(before);

            // And nothing of it was run or filled in, nor becomes a line of the log
            assertNothingWasRun(page);
        }
    }

    @Test
    void devicesOfALoggerAreNotAskedForByNumbersThatAreNone() throws Exception {
        // Given a logger whose inverters, meters and batteries have hostile numbers and serials
        String before = shape();
        ObjectNode devices = json.createObjectNode();
        ObjectNode meters = json.createObjectNode();
        devices.putObject("Inverter").putObject("1").put("DT", 102).put("Serial", "1234");
        for (String name : List.of("{{page.user}}", "1&DeviceId={{page.password}}")) {
            ((ObjectNode) devices.get("Inverter")).putObject(name).put("DT", 102).put("Serial", name);
        }
        devices.putObject("Meter");
        for (String name : HOSTILE.subList(0, HOSTILE.size() - 1)) {
            ((ObjectNode) devices.get("Meter")).putObject(name).put("Serial", name);
            meters.putObject(String.valueOf(meters.size())).put("TimeStamp", Instant.now().getEpochSecond()).put("Visible", 1).put("PowerReal_P_Sum", 3)
                    .putObject("Details").put("Serial", name).put("Model", name);
        }
        logger.stubFor(any(urlPathMatching("/.*")).willReturn(realtime(json.createObjectNode())));
        logger.stubFor(any(urlPathMatching("/solar_api/GetAPIVersion.cgi")).willReturn(aResponse().withBody("{\"APIVersion\":1,\"CompatibilityRange\":\"{{page.user}}\"}")));
        logger.stubFor(any(urlPathMatching("/solar_api/v1/GetActiveDeviceInfo.cgi")).willReturn(realtime(devices)));
        logger.stubFor(any(urlPathMatching("/solar_api/v1/GetMeterRealtimeData.cgi")).willReturn(realtime(meters)));
        settings.putAll(Map.of("site.home", logger.baseUrl(), "site.home.archive", "off", "realtime.period", "1s", "realtime.pause", "10ms", "realtime.tick", "50ms"));

        // When its present is read
        try (var page = new RunningPage(settings)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> sql.queryForObject("SELECT count(*) > 10 FROM pv_meter", Boolean.class)
                    && logger.getAllServeEvents().stream().anyMatch(event -> event.getRequest().getUrl().contains("DeviceId=1&")));

            // Then only what is a number gets into a request, and nothing is filled in
            assertThat(sql.queryForList("SELECT id FROM pv_device WHERE class = 'Inverter'", String.class)).contains("{{page.user}}");
            assertThat(logger.getAllServeEvents()).extracting(event -> event.getRequest().getUrl()).allSatisfy(url ->
                    assertThat(url).doesNotContain(OWNER).doesNotContain(SECRET).doesNotContain("page").doesNotContain("%7B"));
            assertThat(shape()).as("tables and columns").isEqualTo(before);
            assertNothingWasRun(page);
        }
    }

    private ResponseDefinitionBuilder realtime(ObjectNode data) throws Exception {
        return aResponse().withBody(json.writeValueAsString(Map.of("Head", Map.of("Status", Map.of("Code", 0), "Timestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()),
                "Body", Map.of("Data", data))));
    }

    @Test
    void wordsOfALoggerThatRefusesAreToldAndDoNothing() throws Exception {
        // Given loggers that refuse with hostile words, each in its way
        String before = shape();
        List<String> hostile = new ArrayList<>(HOSTILE);
        for (int i = 0; i < hostile.size(); i++) {
            site("reason" + i, aResponse().withBody(json.writeValueAsString(Map.of("Head", Map.of("Status", Map.of("Code", 8, "Reason", hostile.get(i), "UserMessage", hostile.get(i))),
                    "Body", Map.of("Data", Map.of())))));
        }
        site("words", aResponse().withStatus(503).withStatusMessage("{{page.user}} ${properties:page.user} '; DROP TABLE pv_event; --"));
        site("redirect", aResponse().withStatus(302).withHeader("Location", "http://admin:" + SECRET + "@{{page.user}}/${properties:page.user}/'; DROP TABLE pv_event; --"));
        site("html", aResponse().withBody("<script>document.title = 'taken'</script> {{page.user}} ${properties:page.user}"));
        site("name", aResponse().withBody("{\"Head\":{\"Status\":{\"Code\":0}},\"Body\":{\"Data\":{\"" + "{{page.user}}".repeat(1_000) + "\":{}}}}"));

        // When they are read
        try (var page = new RunningPage(settings)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> sql.queryForObject("SELECT count(DISTINCT site) FROM pv_window WHERE state = 'dead'", Integer.class) == hostile.size() + 4);

            // Then what they said is kept as words, and nothing was run or filled in
            for (int i = 0; i < hostile.size() - 1; i++) {
                String said = hostile.get(i).replaceAll("[\\p{Cc}\\p{Cf}\\s]+", " ").replace('\ud800', '\ufffd').strip();
                assertThat(sql.queryForObject("SELECT error FROM pv_window WHERE site = ?", String.class, "reason" + i)).contains(said);
            }
            assertThat(sql.queryForObject("SELECT error FROM pv_window WHERE site = 'redirect'", String.class)).contains("points to http://{{page.user}}/${properties:page.user}");
            assertThat(shape()).as("tables and columns").isEqualTo(before);
            assertNothingWasRun(page);
        }
    }

    @Test
    void aUrlInTheDatabaseThatIsNoneOfALoggerIsNotAskedAndNotTold() throws Exception {
        // Given urls that somebody has written into pv_site
        logger.stubFor(any(urlPathMatching("/.*")).willReturn(aResponse().withBody("{}")));
        String host = "127.0.0.1:" + logger.port();
        List<String> urls = List.of("http://admin:" + SECRET + "@" + host, "http://admin:" + SECRET + "/@x@" + host, "http://ad min:" + SECRET + "@" + host,
                "http://" + host + "?password=" + SECRET, "http://" + host + "/{{page.user}}", "http://" + host + "/{{env:PATH}}",
                "http://" + host + "/${properties:page.user}", "http://" + host + "/'; DROP TABLE pv_event; -- " + SECRET, "file:///etc/" + SECRET, "sql:" + SECRET,
                "http://" + host + "/\r\nX-Header: " + SECRET, SECRET, "");
        for (int i = 0; i < urls.size(); i++) {
            sql.update("INSERT INTO pv_site (site, url) VALUES (?, ?)", "site" + (char) ('a' + i), urls.get(i));
        }

        // When they should be read
        try (var page = new RunningPage(settings)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> sql.queryForObject("SELECT count(*) FROM pv_site WHERE down_since IS NOT NULL", Integer.class) == urls.size());

            // Then nobody was asked for anything, and each is told what is wrong, without what is in its url
            assertThat(logger.getAllServeEvents()).isEmpty();
            assertThat(sql.queryForList("SELECT DISTINCT error FROM pv_site", String.class)).containsExactly("its url in pv_site is not asked; expected the base URL of "
                    + "a logger such as http://192.168.1.20, with http or https and a host, without user and password, ? and #");
            assertNothingWasRun(page);
        }

        // And a name of a site that is none does not get in
        assertThatThrownBy(() -> sql.update("INSERT INTO pv_site (site, url) VALUES (?, 'http://127.0.0.1')", "x'; DROP TABLE pv_event; --"))
                .isInstanceOf(DataIntegrityViolationException.class);
    }

    @Test
    void aUrlWithAPasswordInTheSettingsStopsTheStartWithoutThePassword() {
        for (String url : List.of("http://admin:" + SECRET + "@192.168.1.20", "http://admin:" + SECRET + "@/x", "http://192.168.1.20?password=" + SECRET)) {
            assertThatThrownBy(() -> Settings.load(null, Map.of("SITE_HOME", url), Map.of())).isInstanceOf(SettingsException.class)
                    .hasMessageContaining("site.home = ").hasMessageContaining("without user and password").hasMessageNotContaining(SECRET);
        }
    }

    private void site(String name, ResponseDefinitionBuilder answer) {
        logger.stubFor(any(urlPathMatching("/" + name + "/.*")).willReturn(answer));
        settings.put("site." + name, logger.baseUrl() + "/" + name);
    }

    /** Every table with its columns, as the catalog knows them. */
    private String shape() {
        return sql.queryForObject("SELECT string_agg(attrelid::regclass || '.' || attname, ' ' ORDER BY attrelid, attnum) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
                + "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v') AND attnum > 0", String.class);
    }

    /** Looks everywhere that something is told. */
    private void assertNothingWasRun(RunningPage page) throws Exception {
        List<String> told = new ArrayList<>();
        for (String path : List.of("sites", "today", "windows?site=reason0", "dead-letters", "writes")) {
            told.add(answered(page.url() + "api/" + path));
            assertThat(json.readValue(told.get(told.size() - 1), JsonNode.class).isArray()).as(path).isTrue();
        }
        for (String path : List.of("/health?data=true", "/health/ready", "/health/live", "/metrics")) {
            told.add(answered(page.observedAt() + path));
        }
        Path config = folder.resolve("application.properties");
        Files.writeString(config, settings.entrySet().stream().map(e -> e.getKey() + " = " + e.getValue() + "\n").sorted().reduce("", String::concat));
        for (List<String> command : List.of(List.of("status"), List.of("status", "--json"), List.of("check"), List.of("check", "--json"))) {
            Typed typed = Typed.command(Stream.concat(command.stream(), Stream.of("--config", config.toString())).toArray(String[]::new));
            assertThat(typed.out()).as("%s: %s", command, typed.err()).isNotBlank();
            assertThat(typed.out()).doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f\\x7f\\u0080-\\u009f\\u202e]");
            told.add(typed.out() + typed.err());
        }
        assertThat(lines.all()).allSatisfy(line -> assertThat(line).doesNotContainPattern("[\\x00-\\x1f\\x7f\\u0080-\\u009f\\u202e]").doesNotContain("stack trace"));
        told.addAll(lines.all());
        assertThat(told).allSatisfy(text -> assertThat(text).doesNotContain(SECRET).doesNotContain(OWNER).doesNotContain("/usr/bin:"));
    }

    private String answered(String url) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(30)).header("Authorization", "Basic "
                + Base64.getEncoder().encodeToString((OWNER + ":page-" + SECRET).getBytes(StandardCharsets.UTF_8))).build();
        return http.send(request, BodyHandlers.ofString()).body();
    }
}
