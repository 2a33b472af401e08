package io.pvroute.solarapi;

import static io.pvroute.solarapi.Answers.OKAY;
import static io.pvroute.solarapi.Answers.newYear2020;
import static io.pvroute.solarapi.Answers.power;
import static io.pvroute.solarapi.Answers.read;
import static io.pvroute.solarapi.Answers.values;
import static io.pvroute.solarapi.Answers.withChannels;
import static io.pvroute.solarapi.Answers.withNodes;
import static io.pvroute.solarapi.Answers.withValues;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.pvroute.solarapi.Failure.Fault;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shapes that an answer can have, and what is no answer. */
class ArchiveAnswerTest {

    private static final String NODE = "{\"inverter/1\":{\"Data\":{\"PowerReal_PAC_Sum\":{\"Values\":{\"300\":12.5},\"_comment\":\"id\","
            + "\"Unit\":\"W\"}},\"NodeType\":97,\"Start\":\"2020-01-01T00:00:00Z\",\"End\":\"never\"}}";
    private static final Map<String, Double> ITS_VALUE = Map.of("inverter/1|2020-01-01T00:05:00Z|powerreal_pac_sum", 12.5);

    private static ArchiveBatch rows(String answer) throws IOException {
        return new ArchiveRows().rows(read(answer), newYear2020(), power());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{%s,\"Body\":{\"Data\":%s}}",
        "{\"Body\":{\"Data\":%2$s},%1$s}",
        "{%s,\"Body\":%s}",
        "{\"x\":[1,{\"y\":[]}],%s,\"Body\":{\"_comment\":\"z\",\"Data\":%s,\"more\":[[]]}}",
        "{%s,\"Body\":{\"Data\":{}},\"Body\":{\"Data\":null},\"Body\":{\"Data\":%s}}"})
    void fieldsComeInAnyOrderAndUnknownOnesAreSkipped(String shape) throws IOException {
        assertThat(values(rows(String.format(shape, OKAY, NODE)))).isEqualTo(ITS_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"Data\":{}}", "{\"Data\":null}", "{\"Data\":[]}", "{\"Data\":\"none\"}", "{}", "[]", "null", "0",
        "{\"Data\":{\"inverter/1\":null}}", "{\"Data\":{\"inverter/1\":[]}}", "{\"Data\":{\"inverter/1\":{}}}",
        "{\"Data\":{\"inverter/1\":{\"Data\":null}}}", "{\"Data\":{\"inverter/1\":{\"Start\":7,\"Data\":{\"PowerReal_PAC_Sum\":[]}}}}",
        "{\"Data\":{\"inverter/1\":{\"Data\":{\"PowerReal_PAC_Sum\":{\"Values\":null}}}}}",
        "{\"Data\":{\"inverter/1\":{\"Data\":{\"PowerReal_PAC_Sum\":{\"Values\":{}}}}}}",
        "{\"Data\":{\"inverter/1\":{\"Data\":{\"PowerReal_PAC_Sum\":{\"Values\":{\"0\":null}}}}}}"})
    void anAnswerWithoutValuesHasNoRows(String body) throws IOException {
        ArchiveBatch batch = rows("{" + OKAY + ",\"Body\":" + body + "}");

        assertThat(batch.samples()).isEmpty();
        assertThat(batch.events()).isEmpty();
        assertThat(batch.newest()).isNull();
        assertThat(batch.columns()).containsExactly("site", "device", "ts");
        assertThat(batch.rejected()).isZero();
    }

    @Test
    void anAnswerWithoutABodyHasNoRows() throws IOException {
        assertThat(rows("{" + OKAY + "}").samples()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"A\"", "[\"A\",\"B\"]", "null", "7", "{\"A\":[{}]}"})
    void whatTheLoggerRepeatsOfTheRequestDoesNotMatter(String channel) throws IOException {
        String answer = withNodes(NODE).replace("{\"Status\"", "{\"RequestArguments\":{\"Channel\":" + channel + "},\"Status\"");

        assertThat(values(rows(answer))).isEqualTo(ITS_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "null", "7", "\"text\"", "true", "[{\"Head\":{}}]", "{\"Head\":null}", "{\"Head\":{\"Status\":{}}}",
        "{\"Head\":{\"Status\":{\"Code\":null}}}", "{\"Head\":{\"Status\":{\"Code\":99999999999}}}", "{\"Head\":{\"Status\":[0]}}",
        "{\"APIVersion\":1,\"BaseURL\":\"/solar_api/v1/\",\"CompatibilityRange\":\"1.5-4\"}"})
    void jsonThatIsNoArchiveAnswerIsAFaultOfTheSite(String json) {
        assertThat(Failure.of(catchThrowable(() -> read(json)))).hasValueSatisfying(failure -> {
            assertThat(failure.fault()).isEqualTo(Fault.SITE);
            assertThat(failure.reason()).startsWith("answered JSON, but no archive answer: Head.Status is missing");
        });
    }

    @Test
    void singleNullsAreSkippedAndNotZero() throws IOException {
        assertThat(values(rows(withValues("{\"0\":null,\"300\":0,\"600\":null}"))))
                .isEqualTo(Map.of("inverter/1|2020-01-01T00:05:00Z|powerreal_pac_sum", 0.0));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
        "`\"300\":\"12.5\"`,is no number,12.5", "`\"300\":true`,is no number,true", "`\"300\":[1,[2]]`,is no number,[…]",
        "`\"300\":1e999`,is no finite number,1e999", "`\"300\":NaN`,is no finite number,NaN", "`\"300\":-INF`,is no finite number,-INF",
        "`\"noon\":1`,has a key that is no number of seconds,1", "`\"\":1`,has a key that is no number of seconds,1",
        "`\"-\":1`,has a key that is no number of seconds,1", "`\"300.0\":1`,has a key that is no number of seconds,1",
        "`\"99999999999\":{}`,has a key that is no number of seconds,{…}",
        "`\"300\":{}`,`is an object, but the channel's column takes numbers`,{}"})
    void aSampleThatIsNoNumberIsRefusedAloneAndCounted(String sample, String reason, String value) throws IOException {
        ArchiveBatch batch = rows(withValues("{\"0\":1," + sample + ",\"600\":2}"));

        assertThat(values(batch).values()).containsExactly(1.0, 2.0);
        assertThat(batch.rejected()).isEqualTo(1);
        assertThat(batch.firstRejected()).singleElement().satisfies(rejected -> {
            assertThat(rejected.device()).isEqualTo("inverter/1");
            assertThat(rejected.channel()).isEqualTo("PowerReal_PAC_Sum");
            assertThat(rejected.reason()).isEqualTo(reason);
            assertThat(rejected.value()).isEqualTo(value);
        });
    }

    @Test
    void valuesThatAreNoObjectAreOneRefusedSample() throws IOException {
        ArchiveBatch batch = rows(withChannels("{\"PowerReal_PAC_Sum\":{\"Values\":[1,2,3]},\"Other\":{\"Values\":7}}"));

        assertThat(batch.rejected()).isEqualTo(2);
        assertThat(batch.samples()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"-300\":5", "\"-1\":null", "\"-300\":{}", "\"-300\":\"x\"", "\"-99999999999999999999999\":1"})
    void aNegativeKeyAnywhereRefusesTheAnswer(String sample) {
        String answer = withChannels("{\"PowerReal_PAC_Sum\":{\"Values\":{\"0\":1}},\"Unknown\":{\"Values\":{" + sample + "}}}");

        assertThat(Failure.of(catchThrowable(() -> read(answer)))).get().extracting(Failure::fault).isEqualTo(Fault.CLOCK);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', nullValues = "-", value = {
        "`\"End\":\"2020-01-01T00:00:00Z\"`,its Start is missing", "`\"Start\":null`,its Start is missing",
        "`\"Start\":\"2020-01-01T00:00:00\"`,`its Start is '2020-01-01T00:00:00', which is no time with an offset`",
        "`\"Start\":\"soon\"`,`its Start is 'soon'`"})
    void samplesWithoutAStartRefuseTheWindow(String start, String reason) {
        String answer = withNodes("{\"meter:1\":{" + start + ",\"Data\":{\"X\":{\"Values\":{\"0\":1}}}}}");

        assertThat(Failure.of(catchThrowable(() -> read(answer)))).hasValueSatisfying(failure -> {
            assertThat(failure.fault()).isEqualTo(Fault.WINDOW);
            assertThat(failure.reason()).contains("'meter:1'", reason);
        });
    }

    @Test
    void aNodeOrChannelThatComesTwiceLosesAndDoublesNothing() throws IOException {
        String answer = withNodes("""
                {"a":{"Start":"2020-01-01T00:00:00Z","Data":{
                   "PowerReal_PAC_Sum":{"Values":{"0":1,"300":2,"300":3}},
                   "PowerReal_PAC_Sum":{"Values":{"600":4,"0":null}}}},
                 "b":{"Start":"2020-01-01T00:00:00Z","Data":{"PowerReal_PAC_Sum":{"Values":{"0":9}}}},
                 "a":{"Start":"2020-01-01T00:05:00Z","Data":{"PowerReal_PAC_Sum":{"Values":{"300":5,"600":6}}}}}""");

        ArchiveBatch batch = rows(answer);

        assertThat(values(batch)).containsExactly(
                Map.entry("a|2020-01-01T00:00:00Z|powerreal_pac_sum", 1.0),
                Map.entry("a|2020-01-01T00:05:00Z|powerreal_pac_sum", 3.0),
                Map.entry("a|2020-01-01T00:10:00Z|powerreal_pac_sum", 5.0),
                Map.entry("a|2020-01-01T00:15:00Z|powerreal_pac_sum", 6.0),
                Map.entry("b|2020-01-01T00:00:00Z|powerreal_pac_sum", 9.0));
        assertThat(batch.sampleRows()).isEqualTo(5);
    }

    @Test
    void nodeNamesKeepTheirSlashesAndLoseOnlyWhatNoTextColumnTakes() throws IOException {
        String values = ":{\"Start\":\"2020-01-01T00:00:00Z\",\"Data\":{\"PowerReal_PAC_Sum\":{\"Values\":{\"0\":1}}}}";
        String answer = withNodes("{\"inverter\\/1\"" + values + ",\"datamanager:/dc/f0056cc6/\"" + values
                + ",\"nul\\u0000 half \\ud83d whole \\ud83c\\udf1e\"" + values + "}");

        assertThat(values(rows(answer)).keySet()).containsExactly(
                "datamanager:/dc/f0056cc6/|2020-01-01T00:00:00Z|powerreal_pac_sum",
                "inverter/1|2020-01-01T00:00:00Z|powerreal_pac_sum",
                "nul\uFFFD half \uFFFD whole \uD83C\uDF1E|2020-01-01T00:00:00Z|powerreal_pac_sum");
    }

    @Test
    void objectsAreEventsOnOneLineThatAnyJsonColumnTakes() throws IOException {
        String answer = withChannels("""
                {"InverterEvents":{"Unit":"Object","Values":{
                   "4711":{"#":1, "text":"a\\u0000b \\ud800", "deep":{"list":[1.50,true,null,{}]}, "huge":1e99999},
                   "17":{ } }},
                 "InverterErrors":{"Unit":"Object","Values":null}}""");

        ArchiveBatch batch = rows(answer);

        assertThat(batch.eventColumns()).containsExactly("site", "device", "channel", "ts", "detail");
        assertThat(batch.events()).extracting(row -> row[2] + " " + row[3] + " " + row[4]).containsExactly(
                "InverterEvents 2020-01-01T00:00:17Z {}",
                "InverterEvents 2020-01-01T01:18:31Z "
                        + "{\"#\":1,\"text\":\"a\uFFFDb \uFFFD\",\"deep\":{\"list\":[1.50,true,null,{}]},\"huge\":\"1e99999\"}");
        assertThat(batch.eventRows()).isEqualTo(2);
        assertThat(batch.samples()).isEmpty();
        assertThat(batch.newest()).isNull();
        assertThat(batch.unknownChannels()).isEmpty();
    }
}
