package io.pvroute.solarapi;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An archive or a realtime request that is not found: over real connections, with a dead letter that asks for the API version. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiVersionTest {

    private static final String VERSION_OF_A_GEN24 = """
            {"APIVersion": 1, "BaseURL": "/solar_api/v1/", "CompatibilityRange": "1.7-3"}""";
    private static final String UNKNOWN = "answered HTTP 404 Not Found: a GEN24, Tauro or Verto has no archive;"
            + " else the Solar API is switched off in the logger, or the site's url is wrong";
    private static final Failure PLAIN = ofTheSite(UNKNOWN, true);
    private static final Failure NO_ARCHIVE = new Failure(Failure.Fault.NO_ARCHIVE, "its logger has no archive (GEN24, Tauro, Verto), realtime"
            + " is all that it gives; a Datamanager or Symo Hybrid gets one with newer firmware (from 3.3.4-5 and 1.1.2-16 on)", false);
    private static final Failure OFF = ofTheSite("its Solar API is switched off: switch it on in the inverter's own web page,"
            + " under Communication, Solar API", false);
    private static final Failure NO_SOLAR_API = ofTheSite("no Solar API at this address, HTTP 404 is all that answers:"
            + " check the site's url; it is that of the logger and no more, such as http://192.168.1.20",
            false);

    private static final Failure NO_REQUEST = new Failure(Failure.Fault.WINDOW, "answered HTTP 404 to GetPowerFlowRealtimeData, while its Solar API"
            + " is there: this logger or its firmware does not have this request; update the firmware, or leave the request out", false);
    private static final Failure PLAIN_OF_REALTIME = ofTheSite("answered HTTP 404 Not Found: the Solar API is switched off in the logger,"
            + " its firmware does not have this request, or the site's url is wrong", true);

    private final WireMockServer logger = new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @BeforeAll
    void start() throws Exception {
        logger.start();
        camel.getComponent("http", HttpComponent.class).setAutomaticRetriesDisabled(true);
        camel.getRegistry().bind("AnswerDeadline", new AnswerDeadline());
        camel.getRegistry().bind("ApiVersion", new ApiVersion());
        String options = "?soTimeout=10000&responseTimeout=3000&httpClientConfigurer=#AnswerDeadline&disableStreamCache=true";
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").errorHandler(deadLetterChannel("direct:dead-letter").maximumRedeliveries(0)).noStreamCaching()
                        .toD("${header.url}${header.path}" + options);
                from("direct:dead-letter").errorHandler(noErrorHandler()).noStreamCaching()
                        .process(exchange -> exchange.setVariable("failure", Failure.of(caught(exchange)).orElseThrow()))
                        .filter(exchange -> ApiVersion.tells(caught(exchange)))
                        .doTry()
                        .toD("${header.url}/solar_api/GetAPIVersion.cgi" + options + "&throwExceptionOnFailure=false")
                        .bean("ref:ApiVersion").setVariable("failure", body())
                        .doCatch(Exception.class).log("the API version could not be had either")
                        .end();
            }
        });
        camel.start();
    }

    @BeforeEach
    void nothingIsFound() {
        logger.resetAll();
    }

    @AfterAll
    void stop() {
        camel.stop();
        logger.stop();
    }

    private static Failure ofTheSite(String reason, boolean heals) {
        return new Failure(Failure.Fault.SITE, reason, heals);
    }

    private static Throwable caught(Exchange exchange) {
        return exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    }

    private Failure ask() {
        return ask("/solar_api/v1/GetArchiveData.cgi");
    }

    private Failure ask(String path) {
        return camel.createProducerTemplate().request("direct:ask", exchange -> {
            exchange.getMessage().setHeader("url", "http://127.0.0.1:" + logger.port());
            exchange.getMessage().setHeader("path", path);
        }).getVariable("failure", Failure.class);
    }

    private void answer(ResponseDefinitionBuilder archive, ResponseDefinitionBuilder version) {
        logger.stubFor(any(anyUrl()).willReturn(archive));
        logger.stubFor(any(urlEqualTo("/solar_api/GetAPIVersion.cgi")).willReturn(version));
    }

    static Stream<Arguments> kinds() {
        ResponseDefinitionBuilder page = aResponse().withStatus(404).withBody("<html><title>404 - Not Found</title></html>");
        ResponseDefinitionBuilder off = aResponse().withStatus(404).withBody("Solar API disabled by customer config");
        ResponseDefinitionBuilder offInOneWord = aResponse().withStatus(404).withBody("{\"SolarAPI disabled by customer config\"}");
        ResponseDefinitionBuilder nothing = aResponse().withStatus(404);
        return Stream.of(
                Arguments.of("a GEN24", page, aResponse().withBody(VERSION_OF_A_GEN24), NO_ARCHIVE),
                Arguments.of("a version without a range", nothing, aResponse().withBody("{\"APIVersion\":1}"), NO_ARCHIVE),
                Arguments.of("switched off", off, off, OFF),
                Arguments.of("switched off, in one word", offInOneWord, offInOneWord, OFF),
                Arguments.of("switched off, said by one of the two", page, off, OFF),
                Arguments.of("switched off, said by the other", off, aResponse().withStatus(503), OFF),
                Arguments.of("another web server", page, page, NO_SOLAR_API),
                Arguments.of("not found without a word", nothing, nothing, NO_SOLAR_API),
                Arguments.of("a device of Fronius without that API", page, aResponse().withStatus(404).withBody("<h1>Fronius</h1>"), PLAIN),
                Arguments.of("out of order", page, aResponse().withStatus(500).withBody(VERSION_OF_A_GEN24), PLAIN),
                Arguments.of("moved", page, aResponse().withStatus(301).withHeader("Location", "https://elsewhere/"), PLAIN),
                Arguments.of("a page for everything", page, aResponse().withBody("<html>Welcome</html>"), PLAIN),
                Arguments.of("another JSON", page, aResponse().withBody("{\"version\":1}"), PLAIN),
                Arguments.of("a version that is none", page, aResponse().withBody("{\"APIVersion\":null}"), PLAIN),
                Arguments.of("JSON that is no object", page, aResponse().withBody("[1]"), PLAIN),
                Arguments.of("half of it", page, aResponse().withBody(VERSION_OF_A_GEN24.substring(0, 30)), PLAIN),
                Arguments.of("nothing", page, aResponse().withStatus(200), PLAIN),
                Arguments.of("no content", page, aResponse().withStatus(204), PLAIN),
                Arguments.of("nested without end", page, aResponse().withBody("[".repeat(60_000)), PLAIN),
                Arguments.of("without end", page, aResponse().withBody(" ".repeat(3_000_000) + VERSION_OF_A_GEN24), PLAIN),
                Arguments.of("packed and is not", page, aResponse().withHeader("Content-Encoding", "gzip").withBody("no gzip"), PLAIN),
                Arguments.of("garbage", page, aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK), PLAIN));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void theApiVersionTellsWhyAnArchiveIsNotFound(String kind, ResponseDefinitionBuilder archive, ResponseDefinitionBuilder version,
            Failure verdict) {
        answer(archive, version);

        assertThat(ask()).isEqualTo(verdict);
        logger.verify(1, getRequestedFor(urlEqualTo("/solar_api/GetAPIVersion.cgi")));
    }

    static Stream<Arguments> kindsOfRealtime() {
        return kinds().map(Arguments::get).map(kind -> Arguments.of(kind[0], kind[1], kind[2],
                kind[3].equals(NO_ARCHIVE) ? NO_REQUEST : kind[3].equals(PLAIN) ? PLAIN_OF_REALTIME : kind[3]));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kindsOfRealtime")
    void itTellsAsWellWhyARealtimeRequestIsNotFound(String kind, ResponseDefinitionBuilder realtime, ResponseDefinitionBuilder version,
            Failure verdict) {
        answer(realtime, version);

        assertThat(ask("/solar_api/v1/GetPowerFlowRealtimeData.fcgi")).isEqualTo(verdict);
        logger.verify(1, getRequestedFor(urlEqualTo("/solar_api/GetAPIVersion.cgi")));
    }

    @Test
    void aLoggerThatDoesNotAnswerAnyMoreLeavesTheReasonAsItWas() {
        for (ResponseDefinitionBuilder gone : new ResponseDefinitionBuilder[] {aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER),
            aResponse().withFixedDelay(4_000), aResponse().withFault(Fault.EMPTY_RESPONSE)}) {
            answer(aResponse().withStatus(404), gone);

            assertThat(ask()).isEqualTo(PLAIN);
        }
    }

    @Test
    void nobodyAsksForTheVersionOfALoggerThatFailsOtherwise() {
        answer(aResponse().withStatus(503), aResponse().withBody(VERSION_OF_A_GEN24));

        assertThat(ask().reason()).startsWith("answered HTTP 503");
        logger.verify(0, getRequestedFor(urlEqualTo("/solar_api/GetAPIVersion.cgi")));
    }

    @Test
    void everyVerdictIsAWholeSentence() {
        assertThat(Stream.of(NO_ARCHIVE, OFF, NO_SOLAR_API, PLAIN, NO_REQUEST, PLAIN_OF_REALTIME).map(Failure::reason)).allSatisfy(reason ->
                assertThat(reason).hasSizeLessThanOrEqualTo(300).doesNotEndWith("…").doesNotEndWith("."));
    }

    @Test
    void anyAnswerGivesAVerdict() throws IOException {
        Random random = new Random(404);
        ApiVersion version = new ApiVersion();
        Throwable notFound = new HttpOperationFailedException("http://a/", 404, null, null, null, null);
        Object[] bodies = {null, "", "null", "{", "\0", 42, new Object(), VERSION_OF_A_GEN24.getBytes(StandardCharsets.UTF_16)};
        for (int round = 0; round < 2000; round++) {
            byte[] damaged = VERSION_OF_A_GEN24.getBytes(StandardCharsets.UTF_8);
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            Exchange exchange = new DefaultExchange(camel);
            exchange.getMessage().setBody(round < bodies.length ? bodies[round] : damaged);
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, round % 3 == 0 ? null : round % 3 == 1 ? 200 : 404);
            exchange.setProperty(Exchange.EXCEPTION_CAUGHT, round % 5 == 0 ? null : notFound);

            assertThat(version.judge(exchange).reason()).as("round %d", round).matches("[a-z].{50,}");
        }
    }
}
