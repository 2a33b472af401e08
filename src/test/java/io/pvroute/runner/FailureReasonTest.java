package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.sql.SQLException;
import java.util.Map;

import io.pvroute.runner.FailureReason.Reason;
import io.pvroute.solarapi.Failure;
import io.pvroute.solarapi.Failure.Fault;
import io.pvroute.solarapi.SolarApiException;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.BadSqlGrammarException;

class FailureReasonTest {

    private static final Object WINDOW = Map.of("site", "home");

    @ParameterizedTest
    @ValueSource(strings = {"08006", "57P01", "58030"})
    void aDatabaseThatIsAwayOrShortOfSomethingIsNobodysFault(String state) {
        var thrown = new RuntimeException("around it",
                new SQLException("connection lost\n  Where: here", state, new ConnectException("refused")));

        assertThat(FailureReason.reason(thrown, WINDOW, "/var/pv"))
                .isEqualTo(new Reason("NONE", "The database is away: connection lost", true, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"53300", "53200", "40001", "25006", "55P03", "57014"})
    void aDatabaseThatDoesNotStoreForNowIsNobodysFaultEither(String state) {
        assertThat(FailureReason.reason(new SQLException("canceling statement", state), WINDOW, "/var/pv"))
                .isEqualTo(new FailureReason.Reason("DATABASE", "The database does not store for now: canceling statement", true, false));
    }

    @Test
    void aDiskThatIsFullIsToldAsOneAndWhereItIs() {
        assertThat(FailureReason.reason(new SQLException("ERROR: could not extend file \"base/5/1\": No space left on device", "53100"), WINDOW, "/var/pv"))
                .isEqualTo(new FailureReason.Reason("DATABASE",
                        "The disk of the database is full (/var/pv): ERROR: could not extend file \"base/5/1\": No space left on device", true, false));
    }

    @Test
    void aPoolThatHasNoConnectionToGiveIsNobodysFault() {
        assertThat(FailureReason.reason(new SQLException("pvroute - Connection is not available, request timed out after 10000ms."), WINDOW, "/var/pv").fault())
                .isEqualTo("NONE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"22003", "23514", "42703", "42501"})
    void whatTheDatabaseRefusesParksTheWindow(String state) {
        assertThat(FailureReason.reason(new SQLException("refused", state), WINDOW, "/var/pv"))
                .isEqualTo(new Reason("WINDOW", "refused", true, false));
    }

    @Test
    void aFailureBeforeAnyWindowWasClaimedIsNobodysFault() {
        Reason reason = FailureReason.reason(new SQLException("no such column", "42703"), null, "/var/pv");

        assertThat(reason.fault()).isEqualTo("NONE");
        assertThat(reason.reason()).contains("no such column").contains("statement").doesNotContain("away");
    }

    @Test
    void aFaultOfTheProgramParksTheWindowInsteadOfSpinning() {
        assertThat(FailureReason.reason(new NullPointerException(), WINDOW, "/var/pv")).isEqualTo(new Reason("WINDOW", "NullPointerException", true, false));
    }

    @Test
    void whatTheLoggerDidIsToldAsItIsKnownThereWithWhetherItHeals() {
        var stays = new RuntimeException("around it",
                new SolarApiException(new Failure(Fault.WINDOW, "another try does not help", false)));

        assertThat(FailureReason.reason(stays, WINDOW, "/var/pv")).isEqualTo(new Reason("WINDOW", "another try does not help", false, false));
        assertThat(FailureReason.reason(new ConnectException("refused"), WINDOW, "/var/pv"))
                .isEqualTo(new Reason("SITE", "no connection to the site's host (refused)", true, false));
    }

    @Test
    void aRealtimeRequestThatFailsIsToldLikeAWindow() {
        var exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setVariable("reading", Map.of("site", "home"));
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new SolarApiException(Fault.CLOCK, "the logger's clock is wrong"));

        new FailureReason().reason(exchange);

        assertThat(exchange.getVariable("failure")).isEqualTo(new Reason("CLOCK", "the logger's clock is wrong", true, false));
    }

    @Test
    void aFaultOfTheProgramInARealtimeRequestIsNotOneOfTheDatabase() {
        var exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setVariable("reading", Map.of("site", "home"));
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new IllegalStateException("broken"));

        new FailureReason().reason(exchange);

        assertThat(exchange.getVariable("failure")).isEqualTo(new Reason("WINDOW", "broken", true, false));
    }

    @Test
    void onlyWhatIsNotFoundIsAmbiguous() {
        var archive = new HttpOperationFailedException("http://a/", 404, "Not Found", null, null, "");
        Reason notFound = FailureReason.reason(new RuntimeException("around it", archive), WINDOW, "/var/pv");
        Reason outOfOrder = FailureReason.reason(new HttpOperationFailedException("http://a/", 503, "Busy", null, null, ""), WINDOW, "/var/pv");

        assertThat(notFound.ambiguous()).isTrue();
        assertThat(notFound.fault()).isEqualTo("SITE");
        assertThat(notFound.heals()).isTrue();
        assertThat(outOfOrder.ambiguous()).isFalse();
    }

    @Test
    void theVerdictOnAnAmbiguousFailureTakesItsPlace() {
        var exchange = new DefaultExchange(new DefaultCamelContext());

        new FailureReason().judged(new Failure(Fault.NO_ARCHIVE, "its logger has no archive", false), exchange);

        assertThat(exchange.getVariable("failure")).isEqualTo(new Reason("NO_ARCHIVE", "its logger has no archive", false, false));
    }

    @Test
    void aReasonIsOneLineThatCanBeRead() {
        String reason = FailureReason.reason(new IllegalStateException("x".repeat(1000) + "\nsecond line."), WINDOW, "/var/pv").reason();

        assertThat(reason).hasSizeLessThan(310).doesNotContain("\n");
    }

    @Test
    void aStatementThatIsBrokenIsToldInTheWordsOfTheDatabase() {
        var broken = new BadSqlGrammarException("PreparedStatementCallback", "",
                new SQLException("ERROR: syntax error at or near \"SELEKT\"\n  Position: 1", "42601"));

        assertThat(FailureReason.reason(broken, WINDOW, "/var/pv"))
                .isEqualTo(new Reason("WINDOW", "ERROR: syntax error at or near \"SELEKT\"", true, false));
    }
}
