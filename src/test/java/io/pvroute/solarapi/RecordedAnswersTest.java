package io.pvroute.solarapi;

import static io.pvroute.solarapi.Answers.columnsFor;
import static io.pvroute.solarapi.Answers.read;
import static io.pvroute.solarapi.Answers.recorded;
import static io.pvroute.solarapi.Answers.recordedText;
import static io.pvroute.solarapi.Answers.values;
import static io.pvroute.solarapi.Answers.window;
import static io.pvroute.solarapi.Answers.withNodes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What real loggers answered becomes rows without a loss. */
class RecordedAnswersTest {

    private static final List<Map<String, Object>> CHANNELS = columnsFor("EnergyReal_WAC_Sum_Produced", "Current_DC_String_1",
            "Current_DC_String_2", "Voltage_DC_String_1", "Voltage_DC_String_2", "EnergyReal_WAC_Minus_Absolute",
            "EnergyReal_WAC_Plus_Absolute", "Meter_Location_Current");

    /** The logger's own time when it pushed its day. */
    private static final String PUSHED_AT = "2017-03-04T22:50:23Z";

    private final ArchiveRows rows = new ArchiveRows();

    @Test
    void everyValueOfAFullDayIsFoundByDeviceInstantAndColumn() throws IOException {
        byte[] answer = recorded("push-full-day-2017-03-04");

        ArchiveBatch batch = rows.rows(read(answer), window("2017-03-03T23:00:00Z", "2017-03-04T23:00:00Z", PUSHED_AT), CHANNELS);

        assertThat(values(batch)).hasSize(5 * 286 + 3 * 287).containsExactlyInAnyOrderEntriesOf(Answers.truth(answer));
        assertThat(batch.sampleRows()).isEqualTo(286 + 287);
        assertThat(batch.newest()).isEqualTo("2017-03-04T22:50:00Z");
        assertThat(batch.rejected() + batch.outside() + batch.eventRows()).isZero();
        assertThat(batch.columns()).hasSize(3 + 8);
    }

    @Test
    void keysSortedAsTextComeInTheOrderOfTime() throws IOException {
        byte[] answer = recorded("detail-meter-2017-08-30");

        ArchiveBatch batch = rows.rows(read(answer),
                window("2017-08-29T22:00:00Z", "2017-08-30T22:00:00Z", "2017-11-22T10:28:00Z"), CHANNELS);

        assertThat(values(batch)).hasSize(2 * 288).containsExactlyInAnyOrderEntriesOf(Answers.truth(answer));
        assertThat(StreamSupport.stream(batch.samples().spliterator(), false).map(row -> (Instant) row[2]))
                .containsExactlyElementsOf(IntStream.range(0, 288)
                        .mapToObj(i -> Instant.parse("2017-08-29T22:00:00Z").plusSeconds(300L * i)).toList());
        assertThat(batch.columns())
                .containsExactly("site", "device", "ts", "energyreal_wac_minus_absolute", "energyreal_wac_plus_absolute");
    }

    @Test
    void numbersOfSeventeenDigitsKeepEveryBit() throws IOException {
        byte[] answer = recorded("detail-symo-dc-strings-2021-07-29");

        ArchiveBatch batch = rows.rows(read(answer),
                window("2021-07-29T10:00:00Z", "2021-07-29T11:00:00Z", "2021-08-05T13:38:58Z"), CHANNELS);

        assertThat(batch.columns()).containsExactly("site", "device", "ts", "current_dc_string_1", "current_dc_string_2",
                "voltage_dc_string_1", "voltage_dc_string_2");
        assertThat(batch.samples()).containsExactly(new Object[] {"home", "inverter/1", Instant.parse("2021-07-29T10:05:00Z"),
            13.0, 15.92, 425.60000000000002, 408.90000000000003});
        assertThat(read(answer).timestamp()).isEqualTo(OffsetDateTime.parse("2021-08-05T15:39:00+02:00"));
    }

    @Test
    void valuesThatAreNullAreNoValues() throws IOException {
        byte[] answer = recorded("dailysum-hybrid-2017-08-30");

        ArchiveBatch batch = rows.rows(read(answer),
                window("2017-08-29T22:00:00Z", "2017-08-30T22:00:00Z", "2017-11-22T10:28:00Z"), CHANNELS);

        assertThat(batch.samples()).containsExactly(
                new Object[] {"home", "inverter/1", Instant.parse("2017-08-29T22:00:00Z"), 15587.781111111111});
        assertThat(batch.eventRows() + batch.rejected()).isZero();
    }

    @Test
    void nodesWithBlanksColonsAndSlashesAndChannelsOfTheirOwnStayApart() throws IOException {
        String answer = withNodes(recordedText("body-hybrid-many-channels"));

        ArchiveBatch batch = rows.rows(read(answer), Answers.newYear2020(), CHANNELS);

        assertThat(StreamSupport.stream(batch.samples().spliterator(), false).map(row -> (String) row[1]).distinct())
                .containsExactly("inverter/1", "meter:IME - Smart Meter 63A - 1", "meter:IME - Smart Meter 63A - 2");
        assertThat(values(batch))
                .containsEntry("inverter/1|2020-01-01T00:00:00Z|energyreal_wac_sum_produced", 70.8)
                .containsEntry("meter:IME - Smart Meter 63A - 2|2020-01-01T00:05:00Z|meter_location_current", 256.0)
                .doesNotContainKey("inverter/1|2020-01-01T00:05:00Z|meter_location_current");
        assertThat(batch.events()).containsExactly(
                new Object[] {"home", "storage:1", "Hybrid_Operating_State", Instant.parse("2020-01-01T00:00:05Z"), "4"},
                new Object[] {"home", "storage:1", "Hybrid_Operating_State", Instant.parse("2020-01-01T00:03:20Z"), "5"});
        assertThat(batch.newest()).isEqualTo("2020-01-01T00:05:00Z");
        assertThat(batch.unknownChannels()).extracting(ArchiveBatch.UnknownChannel::channel).isSorted()
                .contains("StateOfCharge_Relative", "Current_DC", "Voltage_DC").doesNotContain("Hybrid_Operating_State", "InverterErrors");
    }

    @Test
    void timesCountFromTheNodesStartWhereverThatLies() throws IOException {
        String answer = withNodes(recordedText("body-start-off-midnight"));

        ArchiveBatch batch = rows.rows(read(answer), window("2021-08-21T00:00:00Z", "2021-08-22T00:00:00Z"), Answers.power());

        assertThat(batch.sampleRows()).isEqualTo(15);
        assertThat(values(batch)).containsEntry("inverter/1|2021-08-21T00:00:00Z|powerreal_pac_sum", 77.0)
                .containsEntry("inverter/1|2021-08-21T01:10:00Z|powerreal_pac_sum", 91.0);
    }

    @Test
    void negativeKeysOf2016RefuseTheWholeAnswerAndFlagTheSite() {
        String push = recordedText("push-negative-offsets-2016-09-13");
        String archiveAnswer = push.replace("\"Body\" : {", "\"Body\" : { \"Data\" : {") + "}";
        for (String answer : List.of(push, archiveAnswer)) {

            Throwable thrown = catchThrowable(() -> read(answer));

            assertThat(Failure.of(thrown)).hasValueSatisfying(failure -> {
                assertThat(failure.fault()).isEqualTo(Failure.Fault.CLOCK);
                assertThat(failure.reason()).contains("-7200", "meter:16220118", "nothing of this answer is stored");
            });
        }
    }

    @Test
    void whatLiesOutsideTheWindowIsDroppedAndCounted() throws IOException {
        byte[] answer = recorded("push-full-day-2017-03-04");

        ArchiveBatch batch = rows.rows(read(answer), window("2017-03-04T11:00:00Z", "2017-03-04T12:00:00Z", PUSHED_AT), CHANNELS);

        assertThat(batch.sampleRows()).isEqualTo(2 * 12);
        assertThat(batch.newest()).isEqualTo("2017-03-04T11:55:00Z");
        assertThat(values(batch)).hasSize(8 * 12);
        assertThat(batch.outside()).isEqualTo(5 * 286 + 3 * 287 - 8 * 12);
        assertThat(batch.rejected()).isZero();
    }
}
