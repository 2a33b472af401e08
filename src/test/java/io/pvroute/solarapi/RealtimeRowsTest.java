package io.pvroute.solarapi;

import static io.pvroute.solarapi.Realtime.columns;
import static io.pvroute.solarapi.Realtime.read;
import static io.pvroute.solarapi.Realtime.reading;
import static io.pvroute.solarapi.Realtime.readingOfDevice;
import static io.pvroute.solarapi.Realtime.rows;
import static io.pvroute.solarapi.Realtime.withData;
import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.pvroute.LogLines;
import io.pvroute.solarapi.Failure.Fault;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Realtime answers that are odd, and what is made of them. */
class RealtimeRowsTest {

    private static final Instant NOON = Instant.parse("2025-06-01T12:00:00Z");
    /** The same instant as a meter tells it. */
    private static final String NOON_IN_SECONDS = "1748779200";
    private static final Map<String, Object> READING = reading("2025-06-01T12:00:01Z");
    private static final List<Map<String, Object>> POWER = columns("PowerReal_P_Sum");

    private final RealtimeRows realtime = new RealtimeRows();

    private List<List<Object>> meters(String data) {
        return rows(realtime.meters(withData(data), READING, POWER).rows());
    }

    private Failure failure(JsonNode answer) {
        return catchThrowableOfType(SolarApiException.class, () -> realtime.meters(answer, READING, POWER)).failure();
    }

    private static String meter(String fields) {
        return "{\"PowerReal_P_Sum\":1," + fields + "}";
    }

    // what a value says

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "12.5 | 12.5", "0 | 0", "-0.0 | 0", "1e3 | 1000", "\"12.5\" | 12.5", "\" -3 \" | -3", "\"1.5E2\" | 150", "true | 1", "false | 0",
        "1e15 | 1e15", "425.60000000000002 | 425.6",
        "null |", "\"\" |", "\"n.a.\" |", "\"unknown\" |", "\"NaN\" |", "NaN |", "Infinity |", "-INF |", "1e999 |", "-1e16 |", "\"1e999\" |",
        "\"0x10\" |", "\"1d\" |", "\"12,5\" |", "\"12 W\" |", "[1] |", "{\"Value\":1} |"})
    void aNumberIsANumberHoweverItIsSentAndAnythingElseIsNull(String sent, Double stored) {
        RealtimeBatch batch = realtime.powerFlow(withData("{\"Site\":{\"P_PV\":" + sent + ",\"P_Grid\":1}}"), READING, columns("P_PV", "P_Grid"));

        if (stored == null) {
            assertThat(batch.columns()).containsExactly("site", "ts", "p_grid");
        } else {
            assertThat(rows(batch.rows())).containsExactly(asList("home", NOON, stored, 1.0));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"grid\" | grid", "\" grid \\n\" | grid", "\"A &amp; B &#228;\" | A & B ä", "\"a\\u0000b\" | a\uFFFDb", "\"a\\ud83d\" | a\uFFFD", "\"&#xD800;x\" | \uFFFDx",
        "\"&#99999999;\" | &#99999999;", "7 | 7", "true | true", "\"\\u00a0x&nbsp;\" | x",
        "null |", "\"\" |", "\" \" |", "\"n.a.\" |", "\"N/A\" |", "\"Unknown \" |", "NaN |", "[] |", "{} |"})
    void textIsStoredWithoutMarginsAndEntitiesAndWhatSaysNothingIsNull(String sent, String stored) {
        RealtimeBatch batch = realtime.powerFlow(withData("{\"Site\":{\"Mode\":" + sent + ",\"P_Grid\":1}}"), READING, columns("Mode:text", "P_Grid"));

        if (stored == null) {
            assertThat(batch.columns()).containsExactly("site", "ts", "p_grid");
        } else {
            assertThat(rows(batch.rows())).containsExactly(asList("home", NOON, stored, 1.0));
        }
    }

    // devices and their names

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"16220118\" | meter:16220118", "\"P030T020Z2001234567     \" | meter:P030T020Z2001234567", "\"\\u0000\\u0000A7\\u0000\" | meter:A7", "475619 | meter:475619",
        "\"&#65;1\" | meter:A1", "\"IME - 1\" | meter:IME - 1",
        "\"n.a.\" | meter/0", "\"\" | meter/0", "null | meter/0", "\"0\" | meter/0", "\"00000000\" | meter/0", "\"unknown\" | meter/0", "\"??\" | meter/0", "{} | meter/0"})
    void aMeterIsNamedByItsSerialWhereThatTellsSomething(String serial, String device) {
        assertThat(meters("{\"0\":" + meter("\"Details\":{\"Serial\":" + serial + "}") + "}")).containsExactly(asList("home", device, NOON, 1.0));
    }

    @Test
    void aSerialThatIsTooLongForAKeyIsNone() {
        assertThat(meters("{\"0\":" + meter("\"Details\":{\"Serial\":\"" + "7".repeat(60_000) + "\"}") + "}").get(0)).contains("meter/0");
    }

    @Test
    void rowsAreInTheOrderOfTheirKeyAndCanBeReadAgain() {
        RealtimeBatch batch = realtime.inverters(withData("{\"PAC\":{\"Unit\":\"W\",\"Values\":{\"2\":20,\"10\":100,\"1\":10}}}"), READING, columns("PAC"));

        List<List<Object>> expected = List.of(asList("home", "inverter/1", NOON, 10.0), asList("home", "inverter/10", NOON, 100.0),
                asList("home", "inverter/2", NOON, 20.0));
        assertThat(rows(batch.rows())).isEqualTo(expected);
        batch.rows().forEach(row -> row[1] = "overwritten");
        assertThat(rows(batch.rows())).isEqualTo(expected);
        assertThat(batch.count()).isEqualTo(3);
    }

    @Test
    void theValuesOfAnInverterThatAreMissingOrNullAreNull() {
        RealtimeBatch batch = realtime.inverters(withData("{\"PAC\":{\"Values\":{\"1\":10,\"2\":null}},\"DAY_ENERGY\":{\"Values\":{\"2\":5}},"
                + "\"YEAR_ENERGY\":{\"Values\":{\"1\":null}},\"DeviceStatus\":{\"StatusCode\":7}}"), READING,
                columns("PAC", "DAY_ENERGY", "YEAR_ENERGY", "DeviceStatus.StatusCode"));

        assertThat(batch.columns()).containsExactly("site", "device", "ts", "pac", "day_energy");
        assertThat(rows(batch.rows())).containsExactly(asList("home", "inverter/1", NOON, 10.0, null), asList("home", "inverter/2", NOON, null, 5.0));
    }

    @Test
    void aGhostOfWhichNothingIsKnownHasNoRow() {
        assertThat(rows(realtime.inverters(withData("{\"PAC\":{\"Values\":{\"1\":10,\"55\":null}}}"), READING, columns("PAC")).rows()))
                .containsExactly(asList("home", "inverter/1", NOON, 10.0));
    }

    @Test
    void theStatusThatOldFirmwareSendsAsTextIsANumber() {
        assertThat(rows(realtime.inverters(withData("{\"DeviceStatus\":{\"StatusCode\":\"7\",\"InverterState\":\"Running\"}}"), readingOfDevice("2025-06-01T12:00:01Z", "1"),
                columns("DeviceStatus.StatusCode", "DeviceStatus.InverterState:text")).rows())).containsExactly(asList("home", "inverter/1", NOON, 7.0, "Running"));
    }

    @Test
    void theInverterThatWasAskedForIsTheOneThatAnswered() {
        JsonNode answer = read("{\"Head\":{\"RequestArguments\":{\"DeviceId\":\"9\"},\"Status\":{\"Code\":0},\"Timestamp\":\"2025-06-01T12:00:00Z\"},"
                + "\"Body\":{\"Data\":{\"PAC\":{\"Value\":5}}}}");

        assertThat(rows(realtime.inverters(answer, readingOfDevice("2025-06-01T12:00:01Z", "2"), columns("PAC")).rows()).get(0)).contains("inverter/2");
        assertThat(rows(realtime.inverters(answer, READING, columns("PAC")).rows()).get(0)).contains("inverter/9");
    }

    @Test
    void oneDeviceThatNobodyNamesIsRefused() {
        assertThatThrownBy(() -> realtime.inverters(withData("{\"PAC\":{\"Value\":5}}"), READING, columns("PAC"))).isInstanceOf(SolarApiException.class)
                .hasMessage("answered the values of one inverter without telling which one it is; ask for all of them, or name the one that is asked for");
        assertThat(failure(withData(meter("\"Visible\":1"))).reason()).startsWith("answered the values of one meter without telling which one it is");
    }

    @Test
    void oneMeterWithASerialNeedsNoNumber() {
        assertThat(meters(meter("\"Details\":{\"Serial\":\"17\"}"))).containsExactly(asList("home", "meter:17", NOON, 1.0));
    }

    @Test
    void oneStorageThatWasAskedForIsReadLikeAllOfThem() {
        String controller = "{\"Controller\":{\"StateOfCharge_Relative\":56,\"Details\":{\"Serial\":\" 1706179036 \"},\"TimeStamp\":" + NOON_IN_SECONDS + "},\"Modules\":[]}";

        for (String data : new String[] {controller, "{\"0\":" + controller + "}"}) {
            assertThat(rows(realtime.storages(withData(data), READING, columns("StateOfCharge_Relative")).rows()))
                    .containsExactly(asList("home", "storage:1706179036", NOON, 56.0));
        }
    }

    @Test
    void aDeviceThatIsToldTwiceHasOneRowTheFirst() {
        assertThat(meters("{\"0\":{\"PowerReal_P_Sum\":1,\"Details\":{\"Serial\":\"17\"}},\"1\":{\"PowerReal_P_Sum\":2,\"Details\":{\"Serial\":\"17 \"}}}"))
                .containsExactly(asList("home", "meter:17", NOON, 1.0));
    }

    @Test
    void aMeterThatIsStaleHasNoRowAndDoesNotHideTheOneThatIsNot() {
        String serial = "\"Details\":{\"Serial\":\"17\"},";

        assertThat(meters("{\"0\":{\"PowerReal_P_Sum\":1," + serial + "\"Visible\":0},\"3\":{\"PowerReal_P_Sum\":3," + serial + "\"Visible\":1}}"))
                .containsExactly(asList("home", "meter:17", NOON, 3.0));
        assertThat(meters("{\"0\":" + meter("\"Visible\":0") + ",\"1\":" + meter("\"Visible\":\"0\"") + ",\"2\":" + meter("\"Visible\":false") + "}")).isEmpty();
        assertThat(meters("{\"0\":" + meter("\"Visible\":null") + "}")).hasSize(1);
    }

    // the battery in the power flow

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", value = {
        "{\"1\":{\"SOC\":40,\"Battery_Mode\":\"normal\"},\"2\":{\"SOC\":60,\"Battery_Mode\":\"service\"}} | 50 | normal",
        "{\"1\":{\"P\":5},\"2\":{\"SOC\":\"60.5\",\"Battery_Mode\":\"battery full\"}} | 60.5 | battery full",
        "{\"1\":{\"SOC\":null,\"Battery_Mode\":null},\"2\":{\"SOC\":0,\"Battery_Mode\":\"nearly depleted\"}} | 0 | nearly depleted",
        "{\"1\":{\"SOC\":0.0,\"Battery_Mode\":\"disabled\"}} | - | disabled",
        "{\"1\":7,\"2\":[]} | - | -", "{} | - | -", "[] | - | -", "null | - | -"})
    void theChargeIsTheMeanOfTheInvertersThatHaveABattery(String inverters, Double charge, String mode) {
        RealtimeBatch batch = realtime.powerFlow(withData("{\"Inverters\":" + inverters + ",\"Site\":{\"P_PV\":1}}"), READING,
                columns("SOC", "Battery_Mode:text", "P_PV"));

        Map<String, Object> row = new HashMap<>();
        for (int c = 0; c < batch.columns().size(); c++) {
            row.put(batch.columns().get(c), rows(batch.rows()).get(0).get(c));
        }
        assertThat(row.get("soc")).isEqualTo(charge);
        assertThat(row.get("battery_mode")).isEqualTo(mode);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"Site\":{}}", "{\"Site\":null,\"Inverters\":{}}", "{\"Site\":{\"P_PV\":null}}"})
    void aPowerFlowWithoutValuesIsARowAllTheSameAsTheLoggerWasHeard(String data) {
        RealtimeBatch batch = realtime.powerFlow(withData(data), READING, columns("P_PV", "SOC"));

        assertThat(batch.columns()).containsExactly("site", "ts");
        assertThat(rows(batch.rows())).containsExactly(asList("home", NOON));
        assertThat(batch.newest()).isEqualTo(NOON);
    }

    @Test
    void noDevicesAreNoRows() {
        for (RealtimeBatch batch : new RealtimeBatch[] {realtime.meters(withData("{}"), READING, POWER), realtime.storages(withData("{}"), READING, POWER),
            realtime.ohmpilots(withData("null"), READING, POWER), realtime.inverters(withData("{}"), READING, POWER)}) {
            assertThat(batch.count()).isZero();
            assertThat(rows(batch.rows())).isEmpty();
            assertThat(batch.columns()).containsExactly("site", "device", "ts");
            assertThat(batch.newest()).isNull();
        }
    }

    // stamps

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"1748779200.25 | 2025-06-01T12:00:00.250Z", "1748779200.1234567 | 2025-06-01T12:00:00.123456Z",
        "1748779200.0 | 2025-06-01T12:00:00Z", "\"1748779199\" | 2025-06-01T11:59:59Z",
        "null | 2025-06-01T12:00:00Z", "\"n.a.\" | 2025-06-01T12:00:00Z", "NaN | 2025-06-01T12:00:00Z", "{} | 2025-06-01T12:00:00Z"})
    void theStampOfAMeterIsItsOwnToTheMicrosecondAndElseThatOfTheAnswer(String stamp, Instant stored) {
        assertThat(meters("{\"0\":" + meter("\"TimeStamp\":" + stamp) + "}")).containsExactly(asList("home", "meter/0", stored, 1.0));
    }

    @Test
    void theStampsThatAreBelievedAreThoseOfTheDatabase() {
        long oldest = Instant.parse("2025-05-31T11:00:01Z").getEpochSecond();
        long newest = Instant.parse("2025-06-01T12:05:01Z").getEpochSecond();

        assertThat(meters("{\"0\":" + meter("\"TimeStamp\":" + (oldest - 1)) + ",\"1\":" + meter("\"TimeStamp\":" + oldest)
                + ",\"2\":" + meter("\"TimeStamp\":" + newest) + ",\"3\":" + meter("\"TimeStamp\":" + (newest + 1)) + "}"))
                .extracting(row -> row.get(1)).containsExactly("meter/1", "meter/2");
    }

    @Test
    void aMeterWithAWrongClockAmongOthersIsLeftOutAndToldOnce() {
        try (LogLines lines = new LogLines()) {
            for (int i = 0; i < 2; i++) {
                assertThat(meters("{\"0\":" + meter("\"TimeStamp\":4102444812,\"Details\":{\"Serial\":\"a\\nb\"}") + ",\"1\":" + meter("\"Visible\":1") + "}"))
                        .containsExactly(asList("home", "meter/1", NOON, 1.0));
            }

            assertThat(lines.with("is stamped")).containsExactly("WARN home: the logger's clock is wrong: 'meter:a b' is stamped 2100-01-01T00:00:12Z,"
                    + " but by the database it is 2025-06-01T12:00:01Z; its values are left out, the others are kept. Set the logger's date and"
                    + " time, best by a time server (NTP). More of that device is not told here");
        }
    }

    @Test
    void aMeterThatItsLoggerDoesNotHearAnyMoreIsStaleAndNoFailure() {
        try (LogLines lines = new LogLines()) {
            for (int i = 0; i < 2; i++) {
                assertThat(meters("{\"0\":" + meter("\"TimeStamp\":1748347200") + "}")).isEmpty();
            }

            assertThat(lines.with("meter/0")).containsExactly("WARN home: 'meter/0' has not been heard by its logger since 2025-05-27T12:00:00Z, and has"
                    + " no rows until it is. More of that device is not told here");
        }
    }

    @Test
    void anOldStampOfALoggerThatHasLostItsClockIsNoStaleMeter() {
        String lost = "{\"Head\":{\"Status\":{\"Code\":0},\"Timestamp\":\"2000-01-01T01:00:12+01:00\"},\"Body\":{\"Data\":{\"0\":" + meter("\"TimeStamp\":946684811") + "}}}";

        assertThat(failure(read(lost))).satisfies(failure -> {
            assertThat(failure.fault()).isEqualTo(Fault.CLOCK);
            assertThat(failure.reason()).startsWith("the logger's clock is wrong: 'meter/0' is stamped 2000-01-01T00:00:11Z, but by the database");
        });
    }

    @Test
    void aLoggerThatHasLostItsClockIsToldWithItsTimeAndWhatToDo() {
        String lost = "{\"Head\":{\"Status\":{\"Code\":0},\"Timestamp\":\"2000-01-01T01:00:12+01:00\"},\"Body\":{\"Data\":{\"Site\":{\"P_PV\":1}}}}";

        assertThat(catchThrowableOfType(SolarApiException.class, () -> realtime.powerFlow(read(lost), READING, columns("P_PV"))).failure())
                .isEqualTo(new Failure(Fault.CLOCK, "the logger's clock is wrong: its answer is stamped 2000-01-01T00:00:12Z, but by the database it is"
                        + " 2025-06-01T12:00:01Z; nothing of this answer is stored. Set the logger's date and time, best by a time server (NTP)"));
        assertThat(failure(withData("{\"0\":" + meter("\"TimeStamp\":4102444800") + "}")).reason())
                .startsWith("the logger's clock is wrong: 'meter/0' is stamped 2100-01-01T00:00:00Z, but by the database it is 2025-06-01T12:00:01Z; nothing");
    }

    @Test
    void withoutTheTimeOfTheDatabaseTheBoundsAreTold() {
        Map<String, Object> reading = reading("2025-06-01T12:00:01Z");
        reading.remove("asked_at");

        assertThatThrownBy(() -> realtime.meters(withData("{\"0\":" + meter("\"TimeStamp\":4102444800") + "}"), reading, POWER))
                .hasMessageContaining("is stamped 2100-01-01T00:00:00Z, but only what is of 2025-05-31T11:00:01Z to 2025-06-01T12:05:01Z can be true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"Timestamp\":null,", "\"Timestamp\":\"2025-06-01T12:00:00\",", "\"Timestamp\":\"now\",", "\"Timestamp\":{},"})
    void anAnswerWithoutItsTimeIsRefused(String timestamp) {
        assertThat(failure(read("{\"Head\":{" + timestamp + "\"Status\":{\"Code\":0}},\"Body\":{\"Data\":{\"0\":" + meter("\"Visible\":1") + "}}}")))
                .isEqualTo(new Failure(Fault.WINDOW, "the time of the values cannot be told: Head.Timestamp is missing, or no time with an offset;"
                        + " nothing of this answer is stored"));
    }

    // what is no answer, or no good one

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "11 | false | answered status 11 (not supported), 'why': another try does not help; this logger or its firmware does not have this request: update the"
                + " firmware, or leave the request out",
        "1 | false | answered status 1 (not implemented), 'why': another try does not help; this logger or its firmware does not have this request: update the"
                + " firmware, or leave the request out",
        "6 | false | answered status 6 (argument error), 'why': another try does not help; this logger or its firmware may not know the device or what is asked of it",
        "12 | true | answered status 12 (device not available), 'why': the device is off, asleep or not there; worth another try",
        "255 | true | answered status 255 (unknown error), 'why': worth another try",
        "8 | true | answered status 8 (LN request timeout), 'why': worth another try",
        "99 | true | answered status 99 (unknown error), 'why': worth another try"})
    void aStatusIsToldWithWhetherAnotherTryHelps(int code, boolean heals, String reason) {
        assertThat(failure(read("{\"Head\":{\"Status\":{\"Code\":" + code + ",\"Reason\":\"why\"}},\"Body\":{}}"))).isEqualTo(new Failure(Fault.WINDOW, reason, heals));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{} | Head.Status is missing", "[] | Head.Status is missing", "null | Head.Status is missing", "7 | Head.Status is missing", "{\"Head\":[]} | Head.Status is missing",
        "{\"Head\":{\"Status\":{\"Code\":null}}} | Head.Status is missing", "{\"Head\":{\"Status\":{\"Code\":1e9}}} | Head.Status is missing",
        "{\"Head\":{\"Status\":{\"Code\":0}}} | Body is no object", "{\"Head\":{\"Status\":{\"Code\":0}},\"Body\":[]} | Body is no object",
        "{\"Head\":{\"Status\":{\"Code\":0}},\"Body\":{\"Data\":[]}} | Body.Data is no object",
        "{\"Head\":{\"Status\":{\"Code\":0}},\"Body\":{\"Data\":\"x\"}} | Body.Data is no object"})
    void whatIsNoAnswerOfTheSolarApiIsToldAsThat(String answer, String what) {
        assertThat(failure(read(answer))).isEqualTo(new Failure(Fault.SITE,
                "answered JSON, but no answer of the Solar API: " + what + "; check that the address is that of a Fronius logger"));
    }

    @Test
    void noBodyAtAllIsNoAnswer() {
        assertThat(failure(null).reason()).contains("Head.Status is missing");
    }

    // what a route hands over

    @Test
    void anOperatorAddsAColumnForAnyValue() {
        List<Map<String, Object>> columns = List.of(Map.of("column_name", "model", "value", "Details.Model", "is_text", true),
                Map.of("column_name", "note"), Map.of("column_name", "odd", "value", ".."), Map.of("column_name", "model", "value", "TimeStamp"),
                Map.of("column_name", "details", "value", "Details", "is_text", true), Map.of("column_name", "power", "value", " PowerReal_P_Sum "));

        RealtimeBatch batch = realtime.meters(withData("{\"0\":" + meter("\"Details\":{\"Model\":\"Smart Meter 63A\"}") + "}"), READING, columns);

        assertThat(batch.columns()).containsExactly("site", "device", "ts", "model", "power");
        assertThat(rows(batch.rows())).containsExactly(asList("home", "meter/0", NOON, "Smart Meter 63A", 1.0));
    }

    @Test
    void momentsAreTakenAsADatabaseOrATestGivesThem() {
        for (Object now : new Object[] {NOON, Timestamp.from(NOON), OffsetDateTime.parse("2025-06-01T14:00:00+02:00"), Date.from(NOON)}) {
            Map<String, Object> reading = new HashMap<>(Map.of("site", "home", "oldest_at", now, "newest_at", now));

            assertThat(realtime.meters(withData("{\"0\":" + meter("\"Visible\":1") + "}"), reading, POWER).newest()).isEqualTo(NOON);
        }
    }

    @Test
    void whatARouteForgetsToHandOverIsToldByName() {
        JsonNode answer = withData("{}");

        assertThatThrownBy(() -> realtime.meters(answer, null, POWER)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'reading' has no entry 'site'");
        assertThatThrownBy(() -> realtime.meters(answer, Map.of("site", "home", "oldest_at", NOON), POWER)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'reading' has no entry 'newest_at'");
        assertThatThrownBy(() -> realtime.meters(answer, Map.of("site", "home", "oldest_at", "noon", "newest_at", NOON), POWER))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'oldest_at' of the variable 'reading' is a java.lang.String");
        assertThatThrownBy(() -> realtime.meters(answer, READING, null)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'values' is missing");
        assertThatThrownBy(() -> realtime.meters(answer, READING, List.of(Map.of("value", "SOC")))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no 'column_name'");
    }
}
