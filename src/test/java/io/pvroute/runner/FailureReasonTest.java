package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.sql.SQLException;
import java.util.Map;

import io.pvroute.solarapi.Failure;
import io.pvroute.solarapi.Failure.Fault;
import io.pvroute.solarapi.SolarApiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.BadSqlGrammarException;

class FailureReasonTest {

    private static final Object WINDOW = Map.of("site", "home");

    @ParameterizedTest
    @ValueSource(strings = {"08006", "57P01", "53300", "53100", "58030", "40001", "25006"})
    void aDatabaseThatIsAwayOrShortOfSomethingIsNobodysFault(String state) {
        var thrown = new RuntimeException("around it", new SQLException("connection lost\n  Where: here", state, new ConnectException("refused")));

        assertThat(FailureReason.reason(thrown, WINDOW)).isEqualTo(new FailureReason.Reason("NONE", "The database is away: connection lost", true));
    }

    @Test
    void aPoolThatHasNoConnectionToGiveIsNobodysFault() {
        assertThat(FailureReason.reason(new SQLException("pvroute - Connection is not available, request timed out after 10000ms."), WINDOW).fault())
                .isEqualTo("NONE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"22003", "23514", "42703", "42501"})
    void whatTheDatabaseRefusesParksTheWindow(String state) {
        assertThat(FailureReason.reason(new SQLException("refused", state), WINDOW)).isEqualTo(new FailureReason.Reason("WINDOW", "refused", true));
    }

    @Test
    void aFailureBeforeAnyWindowWasClaimedIsNobodysFault() {
        FailureReason.Reason reason = FailureReason.reason(new SQLException("no such column", "42703"), null);

        assertThat(reason.fault()).isEqualTo("NONE");
        assertThat(reason.reason()).contains("no such column").contains("statement").doesNotContain("away");
    }

    @Test
    void aFaultOfTheProgramParksTheWindowInsteadOfSpinning() {
        assertThat(FailureReason.reason(new NullPointerException(), WINDOW)).isEqualTo(new FailureReason.Reason("WINDOW", "NullPointerException", true));
    }

    @Test
    void whatTheLoggerDidIsToldAsItIsKnownThereWithWhetherItHeals() {
        var stays = new RuntimeException("around it", new SolarApiException(new Failure(Fault.WINDOW, "another try does not help", false)));

        assertThat(FailureReason.reason(stays, WINDOW)).isEqualTo(new FailureReason.Reason("WINDOW", "another try does not help", false));
        assertThat(FailureReason.reason(new ConnectException("refused"), WINDOW))
                .isEqualTo(new FailureReason.Reason("SITE", "no connection to the site's host (refused)", true));
    }

    @Test
    void aReasonIsOneLineThatCanBeRead() {
        String reason = FailureReason.reason(new IllegalStateException("x".repeat(1000) + "\nsecond line."), WINDOW).reason();

        assertThat(reason).hasSizeLessThan(310).doesNotContain("\n");
    }

    @Test
    void aStatementThatIsBrokenIsToldInTheWordsOfTheDatabase() {
        var broken = new BadSqlGrammarException("PreparedStatementCallback", "",
                new SQLException("ERROR: syntax error at or near \"SELEKT\"\n  Position: 1", "42601"));

        assertThat(FailureReason.reason(broken, WINDOW))
                .isEqualTo(new FailureReason.Reason("WINDOW", "ERROR: syntax error at or near \"SELEKT\"", true));
    }
}
