package io.pvroute.solarapi;

import static io.pvroute.solarapi.ScriptedServer.answering;
import static io.pvroute.solarapi.ScriptedServer.sending;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pvroute.solarapi.Failure.Fault;
import io.pvroute.solarapi.ScriptedServer.Script;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No answer keeps a thread for long, and no refusal fills the memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnswerDeadlineTest {

    private static final byte[] PIECE = " ".repeat(64 * 1024).getBytes(StandardCharsets.UTF_8);

    private final DefaultCamelContext camel = new DefaultCamelContext();

    @BeforeAll
    void start() throws Exception {
        AnswerDeadline deadline = new AnswerDeadline();
        deadline.setTimeout(1_500);
        camel.getRegistry().bind("AnswerDeadline", deadline);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").errorHandler(noErrorHandler()).noStreamCaching().toD("${header.url}"
                        + "?soTimeout=10000&responseTimeout=10000&httpClientConfigurer=#AnswerDeadline&disableStreamCache=true")
                        .convertBodyTo(String.class);
            }
        });
        camel.start();
    }

    @AfterAll
    void stop() {
        camel.stop();
    }

    private Exchange ask(Script script) throws IOException {
        try (ScriptedServer server = new ScriptedServer(script)) {
            return camel.createProducerTemplate().send("direct:ask", exchange ->
                    exchange.getMessage().setHeader("url", "http://" + server.address() + "/solar_api"));
        }
    }

    @Test
    void anAnswerThatTricklesIsGivenUpThoughItNeverStopsComing() throws IOException {
        CountDownLatch gone = new CountDownLatch(1);
        long begin = System.nanoTime();

        Exchange asked = ask(connection -> {
            sending("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n").play(connection);
            try {
                while (!gone.await(50, TimeUnit.MILLISECONDS)) {
                    connection.getOutputStream().write(' ');
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        gone.countDown();

        assertThat(Failure.of(asked.getException())).contains(new Failure(Fault.SITE,
                "no answer in time; loggers take seconds, and for the archive up to two minutes, so raise the timeout if this goes on"));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofMillis(1_500), Duration.ofSeconds(9));
    }

    @ParameterizedTest
    @ValueSource(strings = {"500 Internal Server Error", "404 Not Found", "301 Moved"})
    void ofARefusalOfSeventyMegabytesOnlyTheBeginningIsRead(String status) throws IOException {
        AtomicLong sent = new AtomicLong();
        long size = 1_100L * PIECE.length;

        Exchange asked = ask(connection -> {
            sending("HTTP/1.1 " + status + "\r\nContent-Length: " + size + "\r\n\r\nwhy not:").play(connection);
            while (sent.addAndGet(PIECE.length) < size) {
                connection.getOutputStream().write(PIECE);
            }
        });

        assertThat(asked.getException()).isInstanceOfSatisfying(HttpOperationFailedException.class, refused ->
                assertThat(refused.getResponseBody()).hasSize(64 * 1024).startsWith("why not:"));
        assertThat(Failure.of(asked.getException())).get().extracting(Failure::reason).asString().startsWith("answered HTTP " + status);
        assertThat(sent).as("what the connection took before it was cut").hasValueLessThan(size / 2);
    }

    @Test
    void anAnswerIsNotCutHoweverLongItIs() throws IOException {
        String answer = "x".repeat(1_000_000);

        assertThat(ask(answering("200 OK", answer)).getMessage().getBody(String.class)).isEqualTo(answer);
    }

    @Test
    void aRefusalThatFitsIsReadWhole() throws IOException {
        String page = "y".repeat(64 * 1024);

        assertThat(ask(answering("404 Not Found", page)).getException()).isInstanceOfSatisfying(HttpOperationFailedException.class,
                refused -> assertThat(refused.getResponseBody()).isEqualTo(page));
    }

    @Test
    void aTimeoutOfNothingIsRefused() {
        assertThatThrownBy(() -> new AnswerDeadline().setTimeout(0)).hasMessageContaining("0 ms, but must be more than 0");
    }
}
