package io.pvroute.solarapi;

import static io.pvroute.solarapi.ScriptedServer.answering;
import static io.pvroute.solarapi.ScriptedServer.hangingAfter;
import static io.pvroute.solarapi.ScriptedServer.sending;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pvroute.solarapi.Failure.Fault;
import io.pvroute.solarapi.ScriptedServer.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.dataformat.JsonDataFormat;
import org.apache.camel.model.dataformat.JsonLibrary;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A realtime request that fails, over real connections: what a person is told fits a realtime request. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealtimeFailuresTest {

    private static final String PATH = "/solar_api/v1/GetPowerFlowRealtimeData.fcgi";
    private static final String HEADERS = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    private static final String WHOLE = "{" + Realtime.OKAY + ",\"Body\":{\"Data\":{\"Site\":{\"P_PV\":7}}}}";

    private final DefaultCamelContext camel = new DefaultCamelContext();

    @BeforeAll
    void start() throws Exception {
        camel.getRegistry().bind("solarApi", new SolarApiMapper("1 MiB"));
        camel.getRegistry().bind("RealtimeRows", new RealtimeRows());
        JsonDataFormat json = new JsonDataFormat(JsonLibrary.Jackson);
        json.setObjectMapper("#solarApi");
        json.setUnmarshalTypeName(JsonNode.class.getName());
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:ask").noStreamCaching()
                        .toD("${header.url}?disableStreamCache=true&connectTimeout=10000&soTimeout=10000&responseTimeout=1500")
                        .unmarshal(json).bean("ref:RealtimeRows", "powerFlow");
            }
        });
        camel.start();
    }

    @AfterAll
    void stop() {
        camel.stop();
    }

    private Exchange ask(String address) {
        return camel.createProducerTemplate().send("direct:ask", exchange -> {
            exchange.getMessage().setHeader("url", "http://" + address + PATH);
            exchange.setVariable("reading", Realtime.reading("2025-06-01T12:00:01Z"));
            exchange.setVariable("values", Realtime.columns("P_PV"));
        });
    }

    private Optional<Failure> failure(Script script) throws IOException {
        try (ScriptedServer server = new ScriptedServer(script)) {
            return Failure.of(ask(server.address()).getException());
        }
    }

    @Test
    void aWholeAnswerBecomesARow() throws IOException {
        try (ScriptedServer server = new ScriptedServer(answering("200 OK", WHOLE))) {
            RealtimeBatch batch = ask(server.address()).getMessage().getBody(RealtimeBatch.class);

            assertThat(Realtime.rows(batch.rows())).hasToString("[[home, 2025-06-01T12:00:00Z, 7.0]]");
        }
    }

    static Stream<Arguments> faults() {
        String half = WHOLE.substring(0, 80);
        String notFound = "answered HTTP 404 Not Found: the Solar API is switched off in the logger, its firmware does not have this request, or the site's url is wrong";
        return Stream.of(
                Arguments.of("half a body", sending(HEADERS + "Content-Length: 5000\r\n\r\n" + half), "broke"),
                Arguments.of("half a body of no length", sending(HEADERS + "\r\n" + half), "the answer broke off after 80 bytes"),
                Arguments.of("no answer in time", hangingAfter(""), "no answer in time; loggers take seconds, and for the archive up to two minutes,"
                        + " so raise the timeout if this goes on"),
                Arguments.of("closed without an answer", sending(""), "closed without an HTTP answer"),
                Arguments.of("an empty body", answering("200 OK", ""), "answered with nothing at all"),
                Arguments.of("no content", sending("HTTP/1.1 204 No Content\r\n\r\n"), "answered with nothing at all"),
                Arguments.of("HTML", answering("200 OK", "<!DOCTYPE html><html></html>"), "answered with HTML, not JSON"),
                Arguments.of("text", answering("200 OK", "Service not found"), "no JSON"),
                Arguments.of("another JSON", answering("200 OK", "{\"APIVersion\":1}"), "no answer of the Solar API: Head.Status is missing"),
                Arguments.of("a list", answering("200 OK", "[1,2]"), "no answer of the Solar API: Head.Status is missing"),
                Arguments.of("the word null", answering("200 OK", "null"), "no answer of the Solar API: Head.Status is missing"),
                Arguments.of("a redirect to https", answering("301 Moved\r\nLocation: https://10.0.0.7" + PATH, ""),
                        "answered HTTP 301 Moved and points to https://10.0.0.7: set the site's url to that"),
                Arguments.of("no access", answering("401 Unauthorized", ""), "asks for no password"),
                Arguments.of("not found", answering("404 Not Found", ""), notFound),
                Arguments.of("a bad request", answering("400 Bad Request", ""), "answered HTTP 400 Bad Request, which no request to a logger should meet"),
                Arguments.of("busy", answering("503 Service Unavailable", ""), "answered HTTP 503 Service Unavailable: the logger"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void whatIsNoWorkingLoggerIsAFaultOfTheSite(String what, Script script, String words) throws IOException {
        assertThat(failure(script)).hasValueSatisfying(failure -> {
            assertThat(failure.fault()).isEqualTo(Fault.SITE);
            assertThat(failure.reason()).contains(words).doesNotContain("\n", "null", "Exception", "window").matches("[a-z].*").hasSizeLessThanOrEqualTo(300);
        });
    }

    @Test
    void aRefusedConnectionNamesItsAddress() throws IOException {
        int port;
        try (ServerSocket closedAtOnce = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closedAtOnce.getLocalPort();
        }

        assertThat(Failure.of(ask("127.0.0.1:" + port).getException())).contains(new Failure(Fault.SITE, "connection refused by 127.0.0.1:" + port));
    }

    @Test
    void anAnswerAboveTheLimitIsRefused() throws IOException {
        assertThat(failure(answering("200 OK", " ".repeat(2 * 1024 * 1024) + WHOLE))).hasValueSatisfying(
                failure -> assertThat(failure.reason()).contains("answered with more than the 1048576 bytes"));
    }
}
