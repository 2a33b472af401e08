package io.pvroute.solarapi;

import static io.pvroute.solarapi.Answers.newYear2020;
import static io.pvroute.solarapi.Answers.power;
import static io.pvroute.solarapi.Answers.read;
import static io.pvroute.solarapi.Answers.values;
import static io.pvroute.solarapi.Answers.window;
import static io.pvroute.solarapi.Answers.withChannels;
import static io.pvroute.solarapi.Answers.withNodes;
import static io.pvroute.solarapi.Answers.withValues;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.pvroute.solarapi.Failure.Fault;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer by a clock that is wrong is refused as a whole; one that is only partly wrong is not. */
class AnswerTimesTest {

    private static final Instant CLAIMED = Instant.parse("2020-01-20T12:00:00Z");
    private static final Map<String, Object> WINDOW = window("2020-01-01T00:00:00Z", "2020-01-17T00:00:00Z", CLAIMED.toString());

    private final ArchiveRows rows = new ArchiveRows();

    private Optional<Failure> failure(String answer, Map<String, Object> window) {
        return Failure.of(catchThrowable(() -> rows.rows(read(answer), window, power())));
    }

    private static Failure clock(String reason) {
        return new Failure(Fault.CLOCK, reason + "; nothing of this answer is stored."
                + " Set the logger's date and time, best by a time server (NTP)");
    }

    private static String at(String timestamp, String answer) {
        return answer.replaceFirst("\"Head\":\\{", "\"Head\":{\"Timestamp\":\"" + timestamp + "\",");
    }

    private static String starting(String start) {
        return withValues("{\"0\":1,\"600\":2}").replace("2020-01-01T00:00:00Z", start);
    }

    @ParameterizedTest
    @CsvSource({
        "2000-01-03T04:05:06+01:00, '2000-01-03T03:05:06Z, 20 years behind'",
        "2020-01-19T12:59:59+01:00, '2020-01-19T11:59:59Z, 24 hours behind'",
        "2020-01-21T12:00:01Z,      '2020-01-21T12:00:01Z, 24 hours ahead'",
        "2020-01-23T11:59:59Z,      '2020-01-23T11:59:59Z, 71 hours ahead'",
        "2020-01-23T12:00:00Z,      '2020-01-23T12:00:00Z, 3 days ahead'",
        "2021-01-20T12:00:00Z,      '2021-01-20T12:00:00Z, 366 days ahead'",
        "+999999999-12-31T00:00:00Z, '+999999999-12-31T00:00:00Z, 999997980 years ahead'"})
    void aLoggerWhoseClockIsMoreThanADayOffIsToldWhatItSaysAndHowFarOffThatIs(String timestamp, String told) {
        for (String answer : new String[] {withValues("{\"0\":1}"), withNodes("{}")}) {
            assertThat(failure(at(timestamp, answer), WINDOW)).contains(clock("the logger's clock is wrong: it says " + told));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2020-01-19T12:00:00Z", "2020-01-21T12:00:00Z", "2020-01-20T22:00:00+10:00", "no time",
        "2020-01-01T00:00:00", ""})
    void aClockThatIsADayOffOrUnknownIsNoReasonToRefuseAnything(String timestamp) throws IOException {
        assertThat(rows.rows(read(at(timestamp, withValues("{\"0\":1}"))), WINDOW, power()).sampleRows()).isEqualTo(1);
    }

    @Test
    void aRefusalIsToldAsOneWhateverTheClockSays() {
        String refusal = at("1970-01-01T00:00:00Z", "{\"Head\":{\"Status\":{\"Code\":8,\"Reason\":\"LN timeout\"}}}");

        assertThat(failure(refusal, WINDOW)).get().extracting(Failure::reason).asString().startsWith("answered status 8");
    }

    @ParameterizedTest
    @CsvSource({
        "2000-01-01T00:00:00Z, 2000,      20 years",
        "1999-12-31T23:55:00Z, 1999 to 2000, 20 years",
        "2019-03-06T23:49:59Z, 2019,      300 days",
        "2021-06-01T00:00:00Z, 2021,      501 days",
        "1000000-01-01T00:00:00Z, 1000000,  997980 years"})
    void anAnswerOfAnotherYearIsRefusedAsAWholeAndTheYearIsTold(String start, String years, String apart) {
        assertThat(failure(starting(start.length() > 20 ? "+" + start : start), WINDOW)).contains(clock(
                "the logger has lost its clock: its samples claim to be of " + years + ", " + apart + " away from what was asked for"));
    }

    @Test
    void samplesOfTheYear2000AreAClockThatIsWrongWhereverTheSitesFirstDayIs() {
        Map<String, Object> since = newYear2020();
        since.put("since", Instant.parse("2019-06-01T00:00:00Z"));

        assertThat(failure(starting("2000-01-01T00:00:00Z"), since)).get().extracting(Failure::fault).isEqualTo(Fault.CLOCK);
    }

    @ParameterizedTest
    @CsvSource({
        "2019-03-06T23:50:00Z, 2019-03-06T23:50:00Z to 2019-03-07T00:00:00Z",
        "2019-12-30T22:49:59Z, 2019-12-30T22:49:59Z to 2019-12-30T22:59:59Z",
        "2020-01-18T01:00:00Z, 2020-01-18T01:00:00Z to 2020-01-18T01:10:00Z",
        "2020-02-01T00:00:00Z, 2020-02-01T00:00:00Z to 2020-02-01T00:10:00Z",
        "2020-11-11T23:49:59Z, 2020-11-11T23:49:59Z to 2020-11-11T23:59:59Z"})
    void anAnswerWithSamplesOutsideOfTheWindowOnlyIsNoEmptyWindow(String start, String from) {
        assertThat(failure(starting(start), WINDOW)).contains(new Failure(Fault.WINDOW, "the answer holds only samples outside of what was"
                + " asked for (" + from + "), and so does not tell that there are none"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2019-12-30T23:00:00Z", "2019-12-31T22:00:00Z", "2020-01-17T00:00:00Z", "2020-01-18T00:40:00Z"})
    void aLoggerThatRoundsTheWindowToWholeLocalDaysMayHaveSamplesAroundItAlone(String start) throws IOException {
        ArchiveBatch batch = rows.rows(read(starting(start)), WINDOW, power());

        assertThat(batch.sampleRows()).isZero();
        assertThat(batch.outside()).isPositive();
    }

    @Test
    void anEventOutsideOfTheWindowOnlyIsNoEmptyWindowEither() {
        String answer = withChannels("{\"PowerReal_PAC_Sum\":{\"Values\":{}},\"InverterEvents\":{\"Values\":{\"99999999\":{}}}}");

        assertThat(failure(answer, WINDOW)).get().extracting(Failure::fault).isEqualTo(Fault.CLOCK);
        assertThat(failure(answer.replace("99999999", "9999999"), WINDOW)).get().extracting(Failure::fault).isEqualTo(Fault.WINDOW);
    }

    @Test
    void oneSampleInTheWindowIsEnoughToTakeTheOthersOneByOne() throws IOException {
        String answer = withNodes("""
                {"a":{"Start":"2000-01-01T00:00:00Z","Data":{"PowerReal_PAC_Sum":{"Values":{"0":1,"300":2}}}},
                 "b":{"Start":"2020-01-01T00:00:00Z","Data":{"PowerReal_PAC_Sum":{"Values":{"1382399":4,"1382400":5}}}}}""");

        ArchiveBatch batch = rows.rows(read(answer), WINDOW, power());

        assertThat(values(batch)).isEqualTo(Map.of("b|2020-01-16T23:59:59Z|powerreal_pac_sum", 4.0));
        assertThat(batch.outside()).isEqualTo(3);
    }

    @Test
    void whatLiesInTheWindowAndIsRefusedOrHasNoColumnIsInTheWindowAllTheSame() throws IOException {
        Map<String, Object> today = window("2020-01-17T00:00:00Z", "2020-02-02T00:00:00Z", CLAIMED.toString());
        String future = starting(CLAIMED.plus(Duration.ofDays(2)).toString());
        String unknown = withNodes("{\"a\":{\"Start\":\"2020-01-17T00:00:00Z\",\"Data\":{\"Unknown\":{\"Values\":{\"0\":1}}}}}");

        assertThat(rows.rows(read(future), today, power()).rejected()).isEqualTo(2);
        assertThat(rows.rows(read(unknown), today, power()).unknownChannels()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"a\":{\"Start\":\"2000-01-01T00:00:00Z\",\"Data\":{\"PowerReal_PAC_Sum\":{\"Values\":null}}}}"})
    void anAnswerWithoutASampleIsEmpty(String nodes) throws IOException {
        ArchiveBatch batch = rows.rows(read(withNodes(nodes)), WINDOW, power());

        assertThat(batch.sampleRows() + batch.eventRows() + batch.outside() + batch.rejected()).isZero();
    }
}
