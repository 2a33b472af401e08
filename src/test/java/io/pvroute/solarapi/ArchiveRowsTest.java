package io.pvroute.solarapi;

import static io.pvroute.solarapi.Answers.columnsFor;
import static io.pvroute.solarapi.Answers.newYear2020;
import static io.pvroute.solarapi.Answers.power;
import static io.pvroute.solarapi.Answers.read;
import static io.pvroute.solarapi.Answers.values;
import static io.pvroute.solarapi.Answers.window;
import static io.pvroute.solarapi.Answers.withChannels;
import static io.pvroute.solarapi.Answers.withNodes;
import static io.pvroute.solarapi.Answers.withValues;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pvroute.solarapi.ArchiveBatch.UnknownChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.dataformat.JsonDataFormat;
import org.apache.camel.model.dataformat.JsonLibrary;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** Samples are joined by their times, kept to the window, and given as rows that can be read again. */
class ArchiveRowsTest {

    private final ArchiveRows rows = new ArchiveRows();

    @Test
    void channelsAreJoinedByKeyAndNeverByPosition() throws IOException {
        String answer = withChannels("""
                {"A":{"Values":{"0":1,"600":3}}, "B":{"Values":{"900":40,"300":20,"600":30}}, "Late":{"Values":{"1200":500}}}""");

        ArchiveBatch batch = rows.rows(read(answer), newYear2020(), columnsFor("Late", "None", "B", "A"));

        assertThat(batch.columns()).containsExactly("site", "device", "ts", "late", "b", "a");
        assertThat(batch.samples()).containsExactly(
                row("inverter/1", "2020-01-01T00:00:00Z", null, null, 1.0),
                row("inverter/1", "2020-01-01T00:05:00Z", null, 20.0, null),
                row("inverter/1", "2020-01-01T00:10:00Z", null, 30.0, 3.0),
                row("inverter/1", "2020-01-01T00:15:00Z", null, 40.0, null),
                row("inverter/1", "2020-01-01T00:20:00Z", 500.0, null, null));
        assertThat(batch.sampleRows()).isEqualTo(5);
        assertThat(batch.newest()).isEqualTo("2020-01-01T00:20:00Z");
    }

    @Test
    void anySetOfSamplesComesOutAsASimplerProgramJoinsIt() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            SortedMap<String, Double> expected = new TreeMap<>();
            StringBuilder nodes = new StringBuilder();
            for (int node = 0; node < 1 + random.nextInt(4); node++) {
                String device = "device " + random.nextInt(3);
                int start = 60 * random.nextInt(5);
                StringBuilder channels = new StringBuilder();
                for (int channel = 0; channel < random.nextInt(5); channel++) {
                    String name = "C" + random.nextInt(4);
                    StringBuilder values = new StringBuilder();
                    for (int sample = 0; sample < random.nextInt(30); sample++) {
                        int key = 60 * random.nextInt(20);
                        double value = random.nextInt(1000) / 8.0;
                        values.append(values.isEmpty() ? "" : ",").append("\"" + key + "\":" + value);
                        expected.put(device + "|" + Instant.parse("2020-01-01T00:00:00Z").plusSeconds(start + key) + "|c"
                                + name.substring(1), value);
                    }
                    channels.append(channels.isEmpty() ? "" : ",").append("\"" + name + "\":{\"Values\":{" + values + "}}");
                }
                nodes.append(nodes.isEmpty() ? "" : ",").append("\"" + device + "\":{\"Data\":{" + channels + "},\"Start\":\""
                        + Instant.parse("2020-01-01T00:00:00Z").plusSeconds(start) + "\"}");
            }

            ArchiveBatch batch = rows.rows(read(withNodes("{" + nodes + "}")), newYear2020(), columnsFor("C0", "C1", "C2", "C3"));

            assertThat(values(batch)).as("round %d", round).isEqualTo(expected);
            assertThat(keys(batch)).isSorted().doesNotHaveDuplicates().hasSize(batch.sampleRows());
        }
    }

    private static List<String> keys(ArchiveBatch batch) {
        List<String> keys = new ArrayList<>();
        batch.samples().forEach(row -> keys.add(row[1] + " " + row[2]));
        return keys;
    }

    @Test
    void devicesAndEventChannelsComeInTheOrderOfTheirBytes() throws IOException {
        // U+1F31E is behind U+FF5E in UTF-8, but before it in Java's own order of text
        String[] names = {"\uD83C\uDF1E", "\uFF5E", "b", "a/1", "a", "\u00e4", "\uD83C\uDF1E2"};
        String nodes = Arrays.stream(names).map(name -> "\"" + name + "\":{\"Start\":\"2020-01-01T00:00:00Z\",\"Data\":"
                + "{\"PowerReal_PAC_Sum\":{\"Values\":{\"0\":1}},\"\uD83C\uDF1E\":{\"Values\":{\"9\":{},\"10\":{}}},"
                + "\"\uFF5E\":{\"Values\":{\"0\":{}}}}}").collect(Collectors.joining(","));

        ArchiveBatch batch = rows.rows(read(withNodes("{" + nodes + "}")), newYear2020(), power());

        List<byte[]> devices = new ArrayList<>();
        batch.samples().forEach(row -> devices.add(((String) row[1]).getBytes(StandardCharsets.UTF_8)));
        assertThat(devices).hasSize(names.length).isSortedAccordingTo(Arrays::compareUnsigned);
        List<byte[]> events = new ArrayList<>();
        batch.events().forEach(row -> events.add((row[1] + "\0" + row[2] + "\0" + row[3]).getBytes(StandardCharsets.UTF_8)));
        assertThat(events).hasSize(3 * names.length).isSortedAccordingTo(Arrays::compareUnsigned);
    }

    @Test
    void theWindowIsHalfOpen() throws IOException {
        String answer = withValues("{\"299\":1,\"300\":2,\"599\":3,\"600\":4}");

        ArchiveBatch batch = rows.rows(read(answer), window("2020-01-01T00:05:00Z", "2020-01-01T00:10:00Z"), power());

        assertThat(values(batch).values()).containsExactly(2.0, 3.0);
        assertThat(batch.outside()).isEqualTo(2);
        assertThat(batch.rejected()).isZero();
    }

    @Test
    void aColumnOrDeviceWithoutASampleInTheWindowDoesNotOccur() throws IOException {
        String answer = withNodes("""
                {"a":{"Start":"2020-01-01T00:00:00Z","Data":{"A":{"Values":{"0":1}},"B":{"Values":{"99999":2}}}},
                 "b":{"Start":"2020-01-05T00:00:00Z","Data":{"A":{"Values":{"0":1}},"E":{"Values":{"0":{}}}}}}""");

        ArchiveBatch batch = rows.rows(read(answer), newYear2020(), columnsFor("B", "A"));

        assertThat(batch.columns()).containsExactly("site", "device", "ts", "a");
        assertThat(batch.samples()).containsExactly(row("a", "2020-01-01T00:00:00Z", 1.0));
        assertThat(batch.events()).isEmpty();
        assertThat(batch.outside()).isEqualTo(3);
        assertThat(batch.newest()).isEqualTo("2020-01-01T00:00:00Z");
    }

    @Test
    void samplesInTheFutureByMoreThanFiveMinutesAreRefused() throws IOException {
        Map<String, Object> window = newYear2020();
        window.put("claimed_at", Timestamp.from(Instant.parse("2020-01-01T12:00:00.900Z")));
        String answer = withChannels("{\"PowerReal_PAC_Sum\":{\"Values\":{\"43200\":1,\"43500\":2,\"43501\":3,\"999999\":4}},"
                + "\"InverterEvents\":{\"Values\":{\"43500\":{},\"43501\":{\"late\":true}}}}");

        ArchiveBatch batch = rows.rows(read(answer), window, power());

        assertThat(values(batch).values()).containsExactly(1.0, 2.0);
        assertThat(batch.eventRows()).isEqualTo(1);
        assertThat(batch.outside()).isZero();
        assertThat(batch.rejected()).isEqualTo(3);
        assertThat(batch.firstRejected()).containsExactly(
                new RejectedSample("inverter/1", "PowerReal_PAC_Sum", "2020-01-01T12:05:01Z", "3.0", "lies in the future"),
                new RejectedSample("inverter/1", "PowerReal_PAC_Sum", "2020-01-12T13:46:39Z", "4.0", "lies in the future"),
                new RejectedSample("inverter/1", "InverterEvents", "2020-01-01T12:05:01Z", "{\"late\":true}", "lies in the future"));
    }

    @Test
    void samplesBeforeTheSitesFirstDayAreRefusedWhereverTheWindowLies() throws IOException {
        Map<String, Object> window = newYear2020();
        window.put("since", Date.from(Instant.parse("2020-01-01T01:00:00Z")));
        String answer = withNodes("""
                {"a":{"Start":"2000-01-01T00:00:00Z","Data":{"PowerReal_PAC_Sum":{"Values":{"0":1}}}},
                 "b":{"Start":"2020-01-01T00:00:00Z","Data":{"PowerReal_PAC_Sum":{"Values":{"3599":2,"3600":3}}}}}""");

        ArchiveBatch batch = rows.rows(read(answer), window, power());

        assertThat(values(batch).values()).containsExactly(3.0);
        assertThat(batch.rejected()).isEqualTo(2);
        assertThat(batch.firstRejected()).extracting(RejectedSample::at, RejectedSample::reason).containsExactly(
                tuple("2000-01-01T00:00:00Z", "lies before the site's first day"),
                tuple("2020-01-01T00:59:59Z", "lies before the site's first day"));
    }

    @Test
    void aSinceThatIsMissingNullOrInfinitelyLongAgoRefusesNothing() throws IOException {
        String answer = withNodes("""
                {"a":{"Start":"2000-01-01T00:00:00Z","Data":{"PowerReal_PAC_Sum":{"Values":{"0":1}}}},
                 "b":{"Start":"2020-01-01T00:00:00Z","Data":{"PowerReal_PAC_Sum":{"Values":{"0":2}}}}}""");
        // what the PostgreSQL driver makes of -infinity
        for (Object since : Arrays.asList(null, new Timestamp(-9223372036832400000L))) {
            Map<String, Object> window = newYear2020();
            window.put("since", since);

            ArchiveBatch batch = rows.rows(read(answer), window, power());

            assertThat(values(batch).values()).containsExactly(2.0);
            assertThat(batch.rejected()).isZero();
            assertThat(batch.outside()).isEqualTo(1);
        }
    }

    @Test
    void timesAtTheEndOfTimeAreRefusedLikeAnyOther() throws IOException {
        String answer = withNodes("""
                {"a":{"Start":"+999999999-12-31T23:59:59Z","Data":{"PowerReal_PAC_Sum":{"Values":{"2147483647":1}}}},
                 "b":{"Start":"-999999999-01-01T00:00:00Z","Data":{"PowerReal_PAC_Sum":{"Values":{"0":1}}}},
                 "c":{"Start":"2020-01-01T00:00:00Z","Data":{"PowerReal_PAC_Sum":{"Values":{"0":1}}}}}""");

        ArchiveBatch batch = rows.rows(read(answer), newYear2020(), power());

        assertThat(batch.rejected()).isEqualTo(1);
        assertThat(batch.firstRejected()).extracting(RejectedSample::at).containsExactly("+1000000000-12-31T23:59:59Z");
        assertThat(batch.outside()).isEqualTo(1);
        assertThat(values(batch)).containsOnlyKeys("c|2020-01-01T00:00:00Z|powerreal_pac_sum");
    }

    @Test
    void ofManyRefusedSamplesTheFirstHundredAreKeptAndAllCounted() throws IOException {
        StringBuilder values = new StringBuilder("\"0\":\"text\"");
        for (int i = 1; i < 250; i++) {
            values.append(",\"").append(300 * i).append("\":").append(i % 2 == 0 ? "\"" + "long".repeat(50) + "\"" : "1");
        }
        Map<String, Object> window = newYear2020();
        window.put("claimed_at", Instant.parse("2019-12-31T00:00:00Z"));

        ArchiveBatch batch = rows.rows(read(withValues("{" + values + "}")), window, power());

        assertThat(batch.rejected()).isEqualTo(250);
        assertThat(batch.firstRejected()).hasSize(100).allSatisfy(rejected -> assertThat(rejected.value()).hasSizeLessThanOrEqualTo(41));
    }

    @Test
    void refusedSamplesAreJsonThatADatabaseTakesWhateverTheLoggerCallsThem() throws IOException {
        String answer = withNodes("""
                {"a\\u0000\\"\\n\\ud83c\\udf1e":{"Start":"2020-01-01T00:00:00Z","Data":{"C\\ud800":{"Values":
                 {"0":"%s\\ud83c\\udf1e","k\\u0000":1,"600":2,"900000000":1.5}}}}}""".formatted("x".repeat(39)));

        ArchiveBatch batch = rows.rows(read(answer), newYear2020(), columnsFor("C\uFFFD"));

        String who = "[{\"device\":\"a\uFFFD\\\"\\n\uD83C\uDF1E\",\"channel\":\"C\uFFFD\",";
        assertThat(batch.rejectedJson()).isEqualTo(who
                + "\"instant\":\"key 0\",\"value\":\"" + "x".repeat(39) + "\uFFFD…\",\"reason\":\"is no number\"},"
                + who.substring(1) + "\"instant\":\"key k\uFFFD\",\"value\":\"1\",\"reason\":\"has a key that is no number of seconds\"},"
                + who.substring(1) + "\"instant\":\"2048-07-08T16:00:00Z\",\"value\":\"1.5\",\"reason\":\"lies in the future\"}]");
        assertThat(batch.rejected()).isEqualTo(3);
    }

    @Test
    void ofManyRefusedSamplesTheJsonHoldsTheFirstHundredAndOfNoneNone() throws IOException {
        String values = IntStream.range(1, 250).mapToObj(i -> ",\"" + 300 * i + "\":\"text\"").collect(Collectors.joining());

        ArchiveBatch many = rows.rows(read(withValues("{\"0\":1" + values + "}")), newYear2020(), power());

        assertThat(new ObjectMapper().readTree(many.rejectedJson())).hasSize(100);
        assertThat(rows.rows(read(withValues("{\"0\":1}")), newYear2020(), power()).rejectedJson()).isEqualTo("[]");
    }

    @Test
    void channelsAreCountedForEachDeviceWhereTheyHaveASampleInTheWindow() throws IOException {
        String answer = withNodes("""
                {"a":{"Start":"2020-01-01T00:00:00Z","Data":{"A":{"Values":{"0":1,"300":2}},"B":{"Values":{"0":1}},
                      "C":{"Values":{"99999":1}}}},
                 "b":{"Start":"2020-01-01T00:00:00Z","Data":{"A":{"Values":{"0":1}},"B":{"Values":{"99999":1}},"X":{"Values":{"0":1}},
                      "E":{"Values":{"0":{}}}}},
                 "a":{"Start":"2020-01-01T01:00:00Z","Data":{"A":{"Values":{"0":3}}}}}""");

        assertThat(rows.rows(read(answer), newYear2020(), columnsFor("A", "B", "C", "D")).channels()).isEqualTo(3);
        assertThat(rows.rows(read(withNodes("{}")), newYear2020(), power()).channels()).isZero();
    }

    @Test
    void numbersOfEventChannelsAreEventsUnlessTheyHaveAColumn() throws IOException {
        String answer = withChannels("""
                {"Hybrid_Operating_State":{"Values":{"7":14,"3":2.5}}, "Digital_PowerManagementRelay_Out_4":{"Values":{"3":1}},
                 "Digital_PowerManagementRelay_Out_1":{"Values":{"3":0}}}""");

        ArchiveBatch batch = rows.rows(read(answer), newYear2020(), columnsFor("Digital_PowerManagementRelay_Out_1"));

        assertThat(batch.events()).extracting(row -> row[2] + " " + row[3] + " " + row[4]).containsExactly(
                "Digital_PowerManagementRelay_Out_4 2020-01-01T00:00:03Z 1",
                "Hybrid_Operating_State 2020-01-01T00:00:03Z 2.5",
                "Hybrid_Operating_State 2020-01-01T00:00:07Z 14");
        assertThat(values(batch)).isEqualTo(Map.of("inverter/1|2020-01-01T00:00:03Z|digital_powermanagementrelay_out_1", 0.0));
    }

    @Test
    void anEventThatComesTwiceIsOneRowWithItsLastDetail() throws IOException {
        String answer = withChannels("""
                {"E":{"Values":{"5":{"a":1},"5":{"a":2}}},"E":{"Values":{"5":{"a":3},"4":{}}}}""");

        ArchiveBatch batch = rows.rows(read(answer), newYear2020(), power());

        assertThat(batch.events()).extracting(row -> row[4]).containsExactly("{}", "{\"a\":3}");
        assertThat(batch.eventRows()).isEqualTo(2);
    }

    @Test
    void channelsWithoutAColumnAreCountedByName() throws IOException {
        String answer = withNodes("""
                {"a":{"Start":"2020-01-01T00:00:00Z","Data":{"Z":{"Unit":"W","Values":{"0":1,"300":2}},"B":{"Values":{"0":1}}}},
                 "b":{"Start":"2020-01-01T00:00:00Z","Data":{"Z":{"Unit":"W","Values":{"0":1,"99999":2}}}}}""");

        ArchiveBatch batch = rows.rows(read(answer), newYear2020(), power());

        assertThat(batch.unknownChannels()).containsExactly(new UnknownChannel("B", null, 1), new UnknownChannel("Z", "W", 3));
        assertThat(batch.samples()).isEmpty();
        assertThat(batch.outside()).isEqualTo(1);
    }

    @Test
    void rowsCanBeReadAgainAndByTwoReadersAtOnce() throws IOException {
        ArchiveBatch batch = rows.rows(read(withValues("{\"0\":1,\"300\":2}")), newYear2020(), power());
        Iterator<Object[]> first = batch.samples().iterator();
        Iterator<Object[]> second = batch.samples().iterator();

        assertThat(first.next()).isEqualTo(second.next()).isNotSameAs(batch.samples().iterator().next());
        assertThat(first.next()).isEqualTo(second.next());
        assertThat(first.hasNext()).isFalse();
        assertThatThrownBy(first::next).isInstanceOf(NoSuchElementException.class);
        assertThat(batch.samples()).hasSize(2);
        assertThat(batch.samples()).hasSize(2);
    }

    @Test
    void aWindowOrColumnsThatAreNotAsDescribedAreAFaultOfTheProgram() throws IOException {
        ArchiveResponse answer = read(withValues("{}"));
        for (String entry : List.of("site", "from_at", "to_at", "claimed_at")) {
            Map<String, Object> window = newYear2020();
            window.remove(entry);
            assertThatThrownBy(() -> rows.rows(answer, window, power())).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + entry + "'").satisfies(thrown -> assertThat(Failure.of(thrown)).isEmpty());
        }
        Map<String, Object> textual = newYear2020();
        textual.put("since", "2020-01-01");
        assertThatThrownBy(() -> rows.rows(answer, textual, power())).hasMessageContaining("'since'");
        assertThatThrownBy(() -> rows.rows(answer, null, power())).hasMessageContaining("'window'");
        assertThatThrownBy(() -> rows.rows(answer, newYear2020(), null)).hasMessageContaining("'channels'");
        assertThatThrownBy(() -> rows.rows(answer, newYear2020(), List.of(Map.of("channel", "A")))).hasMessageContaining("'column_name'");
        assertThatThrownBy(() -> rows.rows(null, newYear2020(), power())).hasMessageContaining("body is empty");
    }

    @Test
    void camelHandsOverBodyAndVariablesAndReadsTheParts() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("solarApi", new SolarApiMapper());
            camel.getRegistry().bind("ArchiveRows", rows);
            JsonDataFormat json = new JsonDataFormat(JsonLibrary.Jackson);
            json.setObjectMapper("#solarApi");
            json.setUnmarshalTypeName(ArchiveResponse.class.getName());
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:answer").unmarshal(json).bean("ref:ArchiveRows")
                            .setHeader("columns", simple("${body.columns}")).setHeader("newest", simple("${body.newest}"))
                            .setHeader("rejected", simple("${body.rejected}")).setBody(simple("${body.samples}"));
                }
            });
            camel.start();
            ProducerTemplate producer = camel.createProducerTemplate();

            var answered = producer.send("direct:answer", exchange -> {
                exchange.getMessage().setBody(withValues("{\"0\":1,\"300\":\"x\"}").getBytes(StandardCharsets.UTF_8));
                exchange.setVariable("window", newYear2020());
                exchange.setVariable("channels", power());
            });

            assertThat(answered.getException()).isNull();
            assertThat(answered.getMessage().getHeader("columns")).isEqualTo(List.of("site", "device", "ts", "powerreal_pac_sum"));
            assertThat(answered.getMessage().getHeader("newest")).isEqualTo(Instant.parse("2020-01-01T00:00:00Z"));
            assertThat(answered.getMessage().getHeader("rejected")).isEqualTo(1);
            assertThat(answered.getMessage().getBody()).asInstanceOf(InstanceOfAssertFactories.ITERABLE)
                    .containsExactly((Object) new Object[] {"home", "inverter/1", Instant.parse("2020-01-01T00:00:00Z"), 1.0});
        }
    }

    private static Object[] row(String device, String instant, Double... values) {
        List<Object> row = new ArrayList<>(List.of("home", device, Instant.parse(instant)));
        row.addAll(Arrays.asList(values));
        return row.toArray();
    }
}
