package io.pvroute.solarapi;

import static io.pvroute.solarapi.Answers.newYear2020;
import static io.pvroute.solarapi.Answers.power;
import static io.pvroute.solarapi.Answers.withValues;
import static io.pvroute.solarapi.ScriptedServer.answering;
import static io.pvroute.solarapi.ScriptedServer.hangingAfter;
import static io.pvroute.solarapi.ScriptedServer.resettingAfter;
import static io.pvroute.solarapi.ScriptedServer.sending;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.pvroute.solarapi.Failure.Fault;
import io.pvroute.solarapi.ScriptedServer.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
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
import org.junit.jupiter.params.provider.ValueSource;

/** What a route meets over real connections becomes a sentence: through Camel's HTTP, its JSON and the rows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoggerFailuresTest {

    private static final String OPTIONS = "connectTimeout=10000&soTimeout=10000&responseTimeout=1500";
    private static final String HEADERS = "HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\n";

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private ProducerTemplate producer;

    @BeforeAll
    void start() throws Exception {
        camel.getRegistry().bind("solarApi", new SolarApiMapper("1 MiB"));
        camel.getRegistry().bind("ArchiveRows", new ArchiveRows());
        JsonDataFormat json = new JsonDataFormat(JsonLibrary.Jackson);
        json.setObjectMapper("#solarApi");
        json.setUnmarshalTypeName(ArchiveResponse.class.getName());
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:cached").toD("${header.url}?" + OPTIONS).unmarshal(json).bean("ref:ArchiveRows");
                from("direct:streamed").noStreamCaching()
                        .toD("${header.url}?disableStreamCache=true&" + OPTIONS).unmarshal(json).bean("ref:ArchiveRows");
            }
        });
        camel.start();
        producer = camel.createProducerTemplate();
    }

    @AfterAll
    void stop() {
        camel.stop();
    }

    private Exchange ask(String route, String url) {
        return producer.send("direct:" + route, exchange -> {
            exchange.getMessage().setHeader("url", url);
            exchange.setVariable("window", newYear2020());
            exchange.setVariable("channels", power());
        });
    }

    private Optional<Failure> failure(String route, Script script) throws IOException {
        try (ScriptedServer server = new ScriptedServer(script)) {
            Exchange answered = ask(route, "http://" + server.address() + "/solar_api/v1/GetArchiveData.cgi");
            assertThat(answered.getException()).isNotNull();
            return Failure.of(answered.getException());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cached", "streamed"})
    void aWholeAnswerBecomesRows(String route) throws IOException {
        try (ScriptedServer server = new ScriptedServer(answering("200 OK\r\nContent-Type: text/javascript", withValues("{\"0\":7}")))) {

            Exchange answered = ask(route, "http://" + server.address() + "/solar_api/v1/GetArchiveData.cgi");

            assertThat(answered.getException()).isNull();
            assertThat(answered.getMessage().getBody(ArchiveBatch.class).sampleRows()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", ":)", "utf-16", ""})
    void anAnswerIsReadAsTheJsonThatItIsWhateverItCallsItsEncoding(String charset) throws IOException {
        String type = "200 OK\r\nContent-Type: text/javascript; charset=" + charset;
        try (ScriptedServer server = new ScriptedServer(answering(type, withValues("{\"0\":7}")))) {

            Exchange answered = ask("streamed", "http://" + server.address() + "/solar_api/v1/GetArchiveData.cgi");

            assertThat(answered.getException()).isNull();
            assertThat(answered.getMessage().getBody(ArchiveBatch.class).sampleRows()).isEqualTo(1);
        }
    }

    static Stream<Arguments> faults() {
        String half = withValues("{\"0\":7,\"300\":8}").substring(0, 120);
        return Stream.of(
                Arguments.of("half a body of a known length", sending(HEADERS + "Content-Length: 5000\r\n\r\n" + half), "broke"),
                Arguments.of("half a chunk", sending(HEADERS + "Transfer-Encoding: chunked\r\n\r\n1000\r\n" + half), "broke"),
                Arguments.of("chunks without an end", sending(HEADERS + "Transfer-Encoding: chunked\r\n\r\n78\r\n" + half + "\r\n"),
                        "broke"),
                Arguments.of("half a body of no length", sending(HEADERS + "\r\n" + half), "the answer broke off after 120 bytes"),
                Arguments.of("chunks that are none", sending(HEADERS + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n"), "no HTTP"),
                Arguments.of("a body that is packed and is not", sending(HEADERS + "Content-Encoding: gzip\r\n\r\n{\"Head\":{}}"),
                        "no HTTP"),
                Arguments.of("a body that hangs", hangingAfter(HEADERS + "Content-Length: 5000\r\n\r\n" + half), "no answer in time"),
                Arguments.of("no answer in time", hangingAfter(""), "no answer in time"),
                Arguments.of("closed without an answer", sending(""), "closed without an HTTP answer"),
                Arguments.of("no HTTP", sending("220 ftp.example ready\r\n\r\n"), "closed without an HTTP answer"),
                Arguments.of("an empty body", answering("200 OK", ""), "answered with nothing at all"),
                Arguments.of("no content", sending("HTTP/1.1 204 No Content\r\n\r\n"), "answered with nothing at all"),
                Arguments.of("HTML", answering("200 OK\r\nContent-Type: text/html", "<!DOCTYPE html><html></html>"), "HTML, not JSON"),
                Arguments.of("HTML after blanks", answering("200 OK", "\r\n  <html>"), "HTML, not JSON"),
                Arguments.of("text", answering("200 OK", "Service not found"), "no JSON"),
                Arguments.of("another JSON", answering("200 OK", "{\"APIVersion\":1}"), "Head.Status is missing"),
                Arguments.of("the word null", answering("200 OK", "null"), "Head.Status is missing"),
                Arguments.of("a redirect", answering("301 Moved\r\nLocation: https://me:pw@10.0.0.7/solar_api/v1/Get.cgi?Scope=System",
                        ""),
                        "answered HTTP 301 Moved and points to https://10.0.0.7: set the site's url to that"),
                Arguments.of("a redirect to a path", answering("307 Away\r\nLocation: /login?token=secret", ""),
                        "points to '/login' on the same host"),
                Arguments.of("a redirect to nowhere", answering("302 Found", ""), "without saying where to"),
                Arguments.of("no access", answering("401 Unauthorized", ""), "asks for no password"),
                Arguments.of("not found", answering("404 Not Found", "Solar API disabled by customer config"),
                        "a GEN24, Tauro or Verto has no archive; else the Solar API is switched off in the logger,"
                                + " or the site's url is wrong"),
                Arguments.of("not found, in an unknown encoding",
                        answering("404 Not Found\r\nContent-Type: text/html; charset=nonsense", "<html>"), "an encoding of text"),
                Arguments.of("not found, in an encoding without a name",
                        answering("404 Not Found\r\nContent-Type: text/html; charset=:)", "<html>"), "an encoding of text"),
                Arguments.of("not found and broken off", sending("HTTP/1.1 404 Not Found\r\nContent-Length: 50\r\n\r\n<html>"), "broke"),
                Arguments.of("nested without end", answering("200 OK", "{\"Body\":" + "[".repeat(100_000)), "nested too deep"),
                Arguments.of("half a JSON", answering("200 OK", half), "the answer broke off after 120 bytes"),
                Arguments.of("reset in the middle", resettingAfter(HEADERS + "Content-Length: 5000\r\n\r\n" + half), "broke"),
                Arguments.of("failed", answering("500 Internal Server Error", "oops"),
                        "answered HTTP 500 Internal Server Error: the logger"),
                Arguments.of("a bad request", answering("400 Bad Request", ""), "answered HTTP 400 Bad Request"),
                Arguments.of("busy", answering("503 Service Unavailable", ""), "answered HTTP 503 Service Unavailable: the logger"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void whatIsNoWorkingLoggerIsAFaultOfTheSite(String what, Script script, String words) throws IOException {
        for (String route : new String[] {"cached", "streamed"}) {
            assertThat(failure(route, script)).as(route).hasValueSatisfying(failure -> {
                assertThat(failure.fault()).isEqualTo(Fault.SITE);
                assertThat(failure.reason()).contains(words).doesNotContain("pw@", "secret", "\n", "null", "Exception")
                        .matches("[a-z].*").hasSizeLessThanOrEqualTo(300);
            });
        }
    }

    @Test
    void aRefusedConnectionNamesItsAddress() throws IOException {
        int port;
        try (ServerSocket closedAtOnce = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closedAtOnce.getLocalPort();
        }

        Exchange answered = ask("cached", "http://127.0.0.1:" + port + "/solar_api");

        assertThat(Failure.of(answered.getException())).contains(new Failure(Fault.SITE, "connection refused by 127.0.0.1:" + port));
    }

    @Test
    void aHostThatIsNotKnownIsNamed() {
        Exchange answered = ask("cached", "http://logger.invalid/solar_api");

        assertThat(Failure.of(answered.getException())).hasValueSatisfying(failure -> {
            assertThat(failure.fault()).isEqualTo(Fault.SITE);
            assertThat(failure.reason()).startsWith("the host of the site's url is not known").contains("logger.invalid");
        });
    }

    @Test
    void aServerWithoutTlsIsNamedWhereTlsIsAskedFor() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.speakingPlainHttp())) {

            Exchange answered = ask("cached", "https://" + server.address() + "/solar_api");

            assertThat(Failure.of(answered.getException())).get().extracting(Failure::reason).asString()
                    .startsWith("no secure connection").contains("http://");
        }
    }

    @Test
    void aCertificateThatIsNotTrustedIsNamed() {
        WireMockServer server = new WireMockServer(WireMockConfiguration.options().dynamicPort().dynamicHttpsPort());
        server.start();
        try {
            Exchange answered = ask("cached", "https://127.0.0.1:" + server.httpsPort() + "/solar_api");

            assertThat(Failure.of(answered.getException())).hasValueSatisfying(failure -> {
                assertThat(failure.fault()).isEqualTo(Fault.SITE);
                assertThat(failure.reason()).startsWith("no secure connection").contains("certificate");
            });
        } finally {
            server.stop();
        }
    }

    @Test
    void aStatusOtherThanOkayIsAFaultOfTheWindow() throws IOException {
        String tooLong = "{\"Head\":{\"Status\":{\"Code\":255,\"Reason\":\"Query interval is restricted to 16 days\"}},"
                + "\"Body\":{\"Data\":{}}}";

        assertThat(failure("streamed", answering("200 OK", tooLong))).hasValueSatisfying(failure -> {
            assertThat(failure.fault()).isEqualTo(Fault.WINDOW);
            assertThat(failure.reason()).contains("'Query interval is restricted to 16 days'", "does not help");
        });
    }

    @Test
    void anAnswerAboveTheLimitIsRefusedWhileItComes() throws IOException {
        AtomicLong sent = new AtomicLong();
        byte[] blanks = " ".repeat(64 * 1024).getBytes(StandardCharsets.UTF_8);
        long size = 40L * blanks.length;

        Optional<Failure> failure = failure("streamed", connection -> {
            sending(HEADERS + "Content-Length: " + size + "\r\n\r\n").play(connection);
            while (sent.addAndGet(blanks.length) <= size) {
                connection.getOutputStream().write(blanks);
            }
        });

        assertThat(failure).hasValueSatisfying(refused -> {
            assertThat(refused.fault()).isEqualTo(Fault.WINDOW);
            assertThat(refused.reason()).contains("more than the 1048576 bytes");
        });
    }
}
