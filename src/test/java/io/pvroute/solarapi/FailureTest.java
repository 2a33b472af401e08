package io.pvroute.solarapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.pvroute.solarapi.ArchiveResponse.Status;
import io.pvroute.solarapi.Failure.Fault;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.HttpHost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.QueryTimeoutException;

/** Which exceptions are the logger's doing, and what is said of them. */
class FailureTest {

    static Stream<Throwable> notTheLoggers() {
        return Stream.of(
                new SQLException("connection refused", new ConnectException("Connection refused")),
                new RuntimeCamelException(new SolarApiException(Fault.SITE, "x").initCause(new SQLException("x"))),
                new QueryTimeoutException("too late", new SocketTimeoutException("Read timed out")),
                new NullPointerException(), new IllegalStateException("x", new ClassCastException()), new IOException("disk full"),
                new FileNotFoundException("routes/sql/claim-windows.sql"), new SocketException("Socket closed"),
                new SocketException("Closed by interrupt"), new InterruptedException(), new StackOverflowError(),
                new ConnectionRequestTimeoutException("no connection of the pool is free"));
    }

    @ParameterizedTest
    @MethodSource("notTheLoggers")
    void whatIsNotTheLoggersDoingIsNoFailure(Throwable thrown) {
        assertThat(Failure.of(thrown)).isEmpty();
        assertThat(Failure.of(new RuntimeCamelException("around it", thrown))).isEmpty();
    }

    @Test
    void nothingThrownIsNoFailure() {
        assertThat(Failure.of(null)).isEmpty();
    }

    static Stream<Throwable> theLoggers() {
        HttpHost host = new HttpHost("192.168.1.20", 80);
        return Stream.of(new ConnectException(null), new ConnectException("Connection\nrefused"), new UnknownHostException(),
                new UnknownHostException("logger"), new SocketTimeoutException(null), new SocketException("Connection reset"),
                new SocketException(), new NoRouteToHostException(), new SSLException("handshake\r\n\tfailed"), new EOFException(),
                new ConnectTimeoutException(null), new ConnectTimeoutException("x", host), new HttpHostConnectException(null),
                new HttpHostConnectException("Connect to http://192.168.1.20 failed: Host is down", host),
                new HttpOperationFailedException("http://me:secret@10.0.0.1/", 500, null, null, null, null),
                new HttpOperationFailedException("http://me:secret@10.0.0.1/", 302, "Found\u0007" + "!".repeat(1000), "http://a:secret@"
                        + "b".repeat(1000), Map.of(), "secret"));
    }

    @ParameterizedTest
    @MethodSource("theLoggers")
    void whatIsTheLoggersDoingIsASentenceOnOneLine(Throwable thrown) {
        assertThat(Failure.of(new RuntimeCamelException("around it", new IOException("and again", thrown)))).hasValueSatisfying(failure -> {
            assertThat(failure.fault()).isEqualTo(Fault.SITE);
            assertThat(failure.reason()).matches("[a-z][^\\p{Cntrl}]{10,299}").doesNotContain("secret", "null", "Exception");
            assertThat(failure.heals()).isTrue();
        });
    }

    @Test
    void aConnectionThatIsNotMadeNamesItsAddressAndWhy() {
        HttpHost host = new HttpHost("192.168.1.20", 80);

        assertThat(Failure.of(new HttpHostConnectException("Connect to x failed: Connection refused", host)))
                .contains(new Failure(Fault.SITE, "connection refused by 192.168.1.20:80"));
        assertThat(Failure.of(new HttpHostConnectException("Connect to x failed: Host is down", host)))
                .contains(new Failure(Fault.SITE, "no connection to 192.168.1.20:80 (Host is down)"));
        assertThat(Failure.of(new ConnectTimeoutException("x", host))).get().extracting(Failure::reason).asString()
                .startsWith("no connection to 192.168.1.20:80 in time");
    }

    @Test
    void causesThatGoInACircleEnd() {
        Exception inner = new Exception("inner");
        Exception outer = new Exception("outer", inner);
        inner.initCause(outer);

        assertThat(Failure.of(outer)).isEmpty();
    }

    @Test
    void aReasonIsOneShortLineWithoutSecrets() {
        Failure failure = new Failure(Fault.WINDOW, " a\r\n\tb \u001b[31m c\u2028d \u202e//user:pass@host/ " + "x".repeat(400));

        assertThat(failure.reason()).startsWith("a b [31m c d //host/ xxx").endsWith("…").hasSize(300);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 7, 8, 9, 10, 12, 255, 77, -1})
    void aStatusThatMayPassIsWorthAnotherTry(int code) {
        Failure failure = refused(code, "Some\nreason");

        assertThat(failure.fault()).isEqualTo(Fault.WINDOW);
        assertThat(failure.reason()).startsWith("answered status " + code + " (").contains("'Some reason'").endsWith("worth another try");
        assertThat(failure.heals()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "1,  not implemented, update the firmware",
        "6,  argument error,  leave out those that were added last",
        "11, not supported,   disable the site"})
    void aStatusThatStaysIsNotWorthAnotherTryAndSaysWhatToDo(int code, String meaning, String whatToDo) {
        Failure failure = refused(code, "");

        assertThat(failure.fault()).isEqualTo(Fault.WINDOW);
        assertThat(failure.reason()).startsWith("answered status " + code + " (" + meaning + "): another try does not help")
                .contains(whatToDo);
        assertThat(failure.heals()).isFalse();
    }

    @Test
    void theSixteenDaysAreToldFromTheGeneralErrorByTheirWords() {
        Failure failure = refused(255, "Query interval is restricted to 16 days");

        assertThat(failure).isEqualTo(new Failure(Fault.WINDOW, "answered status 255 (unknown error), 'Query interval is restricted to"
                + " 16 days': the logger gives no more than 16 days at once, so asking for the same window again does not help;"
                + " undo what made the windows longer", false));
    }

    @Test
    void theLongestWordsOfALoggerLeaveRoomForWhatToDo() {
        assertThat(refused(6, "long ".repeat(1000)).reason()).endsWith("leave out those that were added last");
        assertThat(refused(11, "long ".repeat(1000)).reason()).endsWith("disable the site");
        assertThat(refused(255, "restricted to 16 days " + "long ".repeat(1000)).reason()).endsWith("undo what made the windows longer");
    }

    @Test
    void aReasonCanBeStoredWhateverTheLoggerSays() {
        assertThat(refused(8, "a\\ud83d b\\u0000c").reason()).contains("'a\uFFFD b c'");
        assertThat(new Failure(Fault.SITE, "x".repeat(298) + "\uD83C\uDF1E and more").reason()).endsWith("x\uFFFD…").hasSize(300);
    }

    @Test
    void theUserMessageSpeaksWhereThereIsNoReason() {
        assertThat(StatusCode.failure(new Status(12, " ", "the inverter sleeps")).reason()).contains("'the inverter sleeps'");
    }

    private static Failure refused(int code, String reason) {
        String answer = "{\"Head\":{\"Status\":{\"Code\":" + code + ",\"Reason\":\"" + reason.replace("\n", "\\n")
                + "\",\"UserMessage\":\"\"}}}";
        Throwable thrown = catchThrowable(() -> new ArchiveRows().rows(Answers.read(answer), Answers.newYear2020(), List.of()));
        return Failure.of(thrown).orElseThrow();
    }
}
