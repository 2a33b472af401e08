package io.pvroute.routes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import io.pvroute.LogLines;

/** What a person reads of a fault: one line when it comes, one when it goes, each with what it means; and no more, however long it lasts. */
class FaultsInWordsRouteTest extends ShippedRoutes {

    private static final String GET_API_VERSION = "/solar_api/GetAPIVersion.cgi";

    private final LogLines lines = new LogLines();

    @Override
    protected Map<String, String> differing() {
        return Map.of("archive.timeout", "5s", "archive.connect-timeout", "5s", "archive.period", "200ms", "archive.tick", "100ms",
                "archive.retry", "200ms");
    }

    @AfterEach
    void stopListening() {
        lines.close();
    }

    @Test
    void aSiteThatGoesIsOneLineAndOneWhenItIsBackWithHowLongAndWhatWasCaughtUp() throws Exception {
        logger.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(503)));
        site("home", yesterday());
        context.start();

        await().atMost(Duration.ofSeconds(20)).until(() -> sql.queryForObject("SELECT coalesce(max(attempts), 0) FROM pv_window", Integer.class) >= 4);
        assertThat(lines.with("home")).containsExactly("WARN home is down: answered HTTP 503 Service Unavailable: the logger, or a proxy before it, "
                + "cannot answer now. It is asked again every 0 s; nothing is lost, its logger keeps the samples.");

        logger.stubFor(any(anyUrl()).willReturn(aResponse().withBody(answer(node()))));
        await().atMost(Duration.ofSeconds(20)).until(() -> lines.with("home").size() >= 2);
        assertThat(lines.with("home").get(1)).matches("INFO home is back after \\d+ s: 2 rows that were missing are stored\\.");
    }

    @Test
    void anOutageOverTheEndOfAWindowTellsThatThereIsMoreToRead() throws Exception {
        logger.stubFor(any(anyUrl()).willReturn(aResponse().withBody(answer(node()))));
        site("home", yesterday());
        sql.update("UPDATE pv_site SET down_since = now() - interval '40 days'");
        context.start();

        await().atMost(Duration.ofSeconds(20)).until(() -> !lines.with("is back").isEmpty());
        assertThat(lines.with("is back").get(0)).matches(
                "INFO home is back after 40 d 0 h: 2 rows that were missing are stored; of that time, [23] windows more are read next\\.");
    }

    static Stream<Arguments> withoutAnArchive() {
        String html = "<html><head><title>404 Not Found</title></head></html>";
        return Stream.of(
                Arguments.of("a GEN24", aResponse().withStatus(404).withBody(html),
                        aResponse().withBody("{\"APIVersion\":1,\"BaseURL\":\"/solar_api/v1/\",\"CompatibilityRange\":\"1.8-1\"}"),
                        "its logger has no archive (GEN24, Tauro, Verto), realtime is all that it gives", "1 d 0 h"),
                Arguments.of("switched off", aResponse().withStatus(404).withBody("Solar API disabled by customer config"),
                        aResponse().withStatus(404).withBody("Solar API disabled by customer config"), "its Solar API is switched off", "1 d 0 h"),
                Arguments.of("no logger", aResponse().withStatus(404).withBody(html), aResponse().withStatus(404).withBody(html),
                        "no Solar API at this address", "1 d 0 h"),
                Arguments.of("nobody knows", aResponse().withStatus(404).withBody(html), aResponse().withStatus(500), "HTTP 404", "0 s"),
                Arguments.of("nobody knows, as it is silent", aResponse().withStatus(404).withBody(html),
                        aResponse().withBody("{}").withFixedDelay(7_000), "HTTP 404", "0 s"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withoutAnArchive")
    void aLoggerWithoutAnArchiveIsAskedWhatItIs(String name, ResponseDefinitionBuilder archive, ResponseDefinitionBuilder version, String reason,
            String every) throws Exception {
        logger.stubFor(any(anyUrl()).willReturn(archive));
        logger.stubFor(any(urlPathEqualTo(GET_API_VERSION)).willReturn(version));
        site("home", yesterday());

        context.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> !lines.with("is down").isEmpty());
        context.stop();

        assertThat(lines.with("is down").get(0)).contains(reason).contains("It is asked again every " + every);
        assertThat(sql.queryForObject("SELECT error FROM pv_site", String.class)).contains(reason);
        assertThat(sql.queryForObject("SELECT next_request_at > now() + interval '23 h' FROM pv_site", Boolean.class)).isEqualTo(every.startsWith("1 d"));
        logger.verify(getRequestedFor(urlPathEqualTo(GET_API_VERSION)));
    }

    @Test
    void aWindowThatIsRefusedIsOneLineForEachTryWithWhenTheNextOneIs() throws Exception {
        logger.stubFor(any(anyUrl()).willReturn(aResponse().withBody(
                "{\"Head\":{\"Status\":{\"Code\":12,\"Reason\":\"away\"}},\"Body\":{\"Data\":{}}}")));
        site("home", yesterday());

        context.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> lines.with("was not stored").size() >= 2);
        context.stop();

        assertThat(lines.with("was not stored")).allSatisfy(line -> assertThat(line).matches("WARN home, \\S+Z to \\S+Z was not stored: "
                + "answered status 12 \\(device not available\\), 'away': worth another try\\. It is tried again at \\S+Z\\."));
        assertThat(sql.queryForMap("SELECT attempts >= 2 AS again, failed_at < last_failed_at AS both, state FROM pv_window"))
                .containsEntry("again", true).containsEntry("both", true).containsEntry("state", "dead");
    }

    @Test
    void whatCannotBeStoredIsRefusedAloneAndCanBeRead() throws Exception {
        logger.stubFor(any(anyUrl()).willReturn(aResponse().withBody(answer("""
                {"inverter/1":{"Start":"%s","Data":{"PowerReal_PAC_Sum":{"Unit":"W","Values":{"0":1,"10":"much","99999999":3}}}}}""".formatted(start())))));
        site("home", yesterday());

        context.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> sql.queryForObject("SELECT count(*) FROM pv_window WHERE state = 'open'", Integer.class) == 1);
        context.stop();

        assertThat(sql.queryForObject("SELECT rejected FROM pv_window", Integer.class)).isEqualTo(2);
        assertThat(sql.queryForObject("SELECT count(*) FROM pv_archive", Integer.class)).isEqualTo(1);
        assertThat(sql.queryForList("SELECT device || ' ' || channel || ' ' || value || ' ' || reason FROM pv_rejected ORDER BY value", String.class))
                .hasSize(2).satisfies(kept -> {
                    assertThat(kept.get(0)).startsWith("inverter/1 PowerReal_PAC_Sum 3.0 lies in the future");
                    assertThat(kept.get(1)).startsWith("inverter/1 PowerReal_PAC_Sum").contains("much");
                });
    }
}
