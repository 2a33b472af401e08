package io.pvroute.solarapi;

import static io.pvroute.solarapi.Realtime.OKAY;
import static io.pvroute.solarapi.Realtime.columns;
import static io.pvroute.solarapi.Realtime.reading;
import static io.pvroute.solarapi.Realtime.readingOfDevice;
import static io.pvroute.solarapi.Realtime.withData;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pvroute.LogLines;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever is answered, there are rows that can be stored, or a sentence for a person. */
class HostileRealtimeTest {

    private static final List<Map<String, Object>> COLUMNS = columns("P_PV", "P_Grid", "SOC", "E_Total", "Mode:text", "Battery_Mode:text", "PAC", "TOTAL_ENERGY",
            "DeviceStatus.StatusCode", "DeviceStatus.InverterState:text", "PowerReal_P_Sum", "EnergyReal_WAC_Plus_Absolute", "Details.Model:text",
            "StateOfCharge_Relative", "Voltage_DC", "PowerReal_PAC_Sum", "Temperature_Channel_1", "Visible", "TimeStamp:text");
    private static final Map<String, Object> READING = readingOfDevice("2025-06-01T12:00:01Z", "1");

    /** What makes rows of an answer. */
    private interface Maker {
        Iterable<Object[]> rows(JsonNode answer);
    }

    private static final List<Maker> MAKERS = makers();

    private static List<Maker> makers() {
        RealtimeRows realtime = new RealtimeRows();
        DiscoveryRows discovery = new DiscoveryRows();
        return List.of(
                answer -> checked(realtime.powerFlow(answer, READING, COLUMNS)), answer -> checked(realtime.inverters(answer, READING, COLUMNS)),
                answer -> checked(realtime.meters(answer, READING, COLUMNS)), answer -> checked(realtime.storages(answer, READING, COLUMNS)),
                answer -> checked(realtime.ohmpilots(answer, READING, COLUMNS)), answer -> checked(discovery.apiVersion(answer, READING)),
                answer -> checked(discovery.loggerInfo(answer, READING)), answer -> checked(discovery.devices(answer, READING)),
                answer -> checked(discovery.inverterInfo(answer, READING)));
    }

    private static Iterable<Object[]> checked(RealtimeBatch batch) {
        assertStorable(batch.columns(), batch.rows(), batch.count());
        return batch.rows();
    }

    private static Iterable<Object[]> checked(DiscoveryBatch batch) {
        assertStorable(batch.columns(), batch.rows(), batch.count());
        return batch.rows();
    }

    private static void assertStorable(List<String> columns, Iterable<Object[]> rows, int count) {
        Set<Object> keys = new HashSet<>();
        int device = columns.indexOf("device");
        String before = null;
        int seen = 0;
        for (Object[] row : rows) {
            seen++;
            assertThat(row).hasSize(columns.size());
            for (Object value : row) {
                if (value instanceof Double number) {
                    assertThat(number).isBetween(-1e15, 1e15);
                } else if (value instanceof String text) {
                    assertThat(text).doesNotContain("\0").isEqualTo(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
                } else {
                    assertThat(value == null || value instanceof Instant || value instanceof Integer).as("%s", value).isTrue();
                }
            }
            if (device >= 0) {
                String name = (String) row[device];
                assertThat(keys.add(name)).as("one row of %s", name).isTrue();
                assertThat(before == null || new CodePointOrder().compare(before, name) < 0).isTrue();
                before = name;
            }
        }
        assertThat(seen).isEqualTo(count);
    }

    /** Rows, counted, or −1 for a sentence. */
    private static int outcome(Maker maker, JsonNode answer) {
        int[] rows = new int[1];
        Throwable thrown = catchThrowable(() -> maker.rows(answer).forEach(row -> rows[0]++));
        if (thrown == null) {
            return rows[0];
        }
        assertThat(thrown).as("%.2000s", answer).isInstanceOf(SolarApiException.class);
        assertThat(thrown.getMessage()).hasSizeBetween(10, 300).matches("[a-z][^\\p{Cntrl}]*").doesNotContain("Exception");
        return -1;
    }

    private static List<JsonNode> recorded() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/samples/realtime"))) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".json")).sorted()
                    .map(name -> Realtime.recorded(name.replace(".json", ""))).toList();
        }
    }

    @Test
    void anyValueInThePlaceOfAnyOtherGivesRowsOrASentence() throws IOException {
        Random random = new Random(6);
        int[] outcomes = new int[3];
        List<JsonNode> recorded = recorded();
        assertThat(recorded).hasSize(26);
        for (int round = 0; round < 6_000; round++) {
            JsonNode answer = recorded.get(round % recorded.size()).deepCopy();
            if (answer.path("Head").has("Timestamp") && random.nextInt(10) > 0) {
                ((ObjectNode) answer.path("Head")).put("Timestamp", "2025-06-01T14:00:00+02:00");
            }
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                answer = changed(answer, random);
            }
            for (Maker maker : MAKERS) {
                int rows = outcome(maker, answer);
                outcomes[Math.min(rows, 1) + 1]++;
            }
        }
        // sentences, no rows, rows: each is met often
        assertThat(outcomes[0]).isGreaterThan(2_000);
        assertThat(outcomes[1]).isGreaterThan(500);
        assertThat(outcomes[2]).isGreaterThan(2_000);
    }

    /** The same with another value, or another name, somewhere. */
    private static JsonNode changed(JsonNode node, Random random) {
        if (node.isEmpty() || random.nextInt(5) == 0) {
            return odd(random);
        }
        if (node instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            switch (random.nextInt(8)) {
                case 0 -> object.remove(name);
                case 1 -> object.set(List.of("", "0", "-1", "\0", "\ud83d", "Data", "1e9", "99999999999999999999").get(random.nextInt(8)), object.get(name).deepCopy());
                default -> object.set(name, changed(object.get(name), random));
            }
        } else if (node instanceof ArrayNode array) {
            array.set(random.nextInt(array.size()), odd(random));
        }
        return node;
    }

    private static JsonNode odd(Random random) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (random.nextInt(16)) {
            case 0 -> json.nullNode();
            case 1 -> json.arrayNode();
            case 2 -> json.objectNode();
            case 3 -> json.numberNode(Double.NaN);
            case 4 -> json.numberNode(Double.NEGATIVE_INFINITY);
            case 5 -> json.numberNode(new BigInteger("9".repeat(90)));
            case 6 -> json.numberNode(-1e300);
            case 7 -> json.numberNode(0);
            case 8 -> json.textNode("");
            case 9 -> json.textNode("a\0b\ud800 &#x110000; &#0; n.a.");
            case 10 -> json.textNode("2025-06-01T12:00:00");
            case 11 -> json.textNode("-1e15");
            case 12 -> json.booleanNode(true);
            case 13 -> json.objectNode().set("Values", json.objectNode().put("1", 1).put("\0", 2));
            case 14 -> json.objectNode().set("0", json.objectNode().put("TimeStamp", Long.MAX_VALUE).put("PowerReal_P_Sum", 1));
            default -> json.arrayNode().add(json.objectNode().put("1", 1)).add(7);
        };
    }

    @Test
    void anyDamageOfTheTextGivesRowsOrASentence() throws IOException {
        Random random = new Random(7);
        int sentences = 0;
        SolarApiMapper mapper = new SolarApiMapper();
        List<byte[]> recorded = new ArrayList<>();
        for (JsonNode answer : recorded()) {
            recorded.add(answer.toString().getBytes(StandardCharsets.UTF_8));
        }
        for (int round = 0; round < 3_000; round++) {
            byte[] damaged = recorded.get(round % recorded.size()).clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            byte[] sent = random.nextInt(4) == 0 ? Arrays.copyOf(damaged, random.nextInt(damaged.length)) : damaged;
            try {
                JsonNode answer = mapper.readValue((InputStream) new ByteArrayInputStream(sent), JsonNode.class);
                MAKERS.forEach(maker -> outcome(maker, answer));
            } catch (IOException e) {
                sentences++;
                assertThat(Failure.of(e)).as("round %d: %s", round, e).hasValueSatisfying(failure -> {
                    assertThat(failure.fault()).isEqualTo(Failure.Fault.SITE);
                    assertThat(failure.reason()).hasSizeBetween(10, 300).matches("[^\\p{Cntrl}]*");
                });
            }
        }
        assertThat(sentences).isBetween(500, 2_999);
    }

    @Test
    void tenThousandMetersAreTenThousandRows() {
        StringBuilder data = new StringBuilder("{");
        IntStream.range(0, 10_000).forEach(i -> data.append(i == 0 ? "" : ",").append('"').append(i)
                .append("\":{\"PowerReal_P_Sum\":").append(i).append(",\"Details\":{\"Serial\":\"S").append(i).append("\"}}"));
        JsonNode answer = withData(data.append('}').toString());

        RealtimeBatch batch = new RealtimeRows().meters(answer, READING, COLUMNS);

        checked(batch);
        assertThat(batch.count()).isEqualTo(10_000);
    }

    @Test
    void tenThousandMetersWithAWrongClockAreToldWithinBounds() {
        StringBuilder data = new StringBuilder("{\"x\":{\"PowerReal_P_Sum\":1}");
        IntStream.range(0, 10_000).forEach(i -> data.append(",\"").append(i).append("\":{\"PowerReal_P_Sum\":1,\"TimeStamp\":").append(i % 2 == 0 ? "0}" : "4102444800}"));

        try (LogLines lines = new LogLines()) {
            assertThat(new RealtimeRows().meters(withData(data.append('}').toString()), READING, COLUMNS).count()).isEqualTo(1);

            assertThat(lines.with("home: ")).hasSize(1_000);
        }
    }

    @Test
    void whatIsNestedTooDeepOrTooLongIsRefusedWhileItIsRead() {
        String deep = "{" + OKAY + ",\"Body\":{\"Data\":" + "{\"0\":".repeat(10_000) + "1" + "}".repeat(10_000) + "}}";
        String longNumber = "{" + OKAY + ",\"Body\":{\"Data\":{\"0\":{\"PowerReal_P_Sum\":" + "9".repeat(10_000) + "}}}}";
        String longName = "{" + OKAY + ",\"Body\":{\"Data\":{\"" + "9".repeat(10_000) + "\":{\"PowerReal_P_Sum\":1}}}}";

        for (String answer : new String[] {deep, longNumber, longName}) {
            Throwable thrown = catchThrowable(() -> Realtime.read(answer));
            assertThat(Failure.of(thrown)).hasValueSatisfying(failure -> assertThat(failure.reason())
                    .isEqualTo("answered with JSON that no logger sends: nested too deep, or with a name, text or number too long"));
        }
    }

    @Test
    void textThatIsMostlyBlanksOrEntitiesIsReadInNoTime() {
        String blanks = "a" + " ".repeat(60_000) + "b";
        String entities = "&#".repeat(30_000);
        String answer = "{\"Site\":{\"Mode\":\"" + blanks + "\",\"Battery_Mode\":\"" + entities + "\",\"P_PV\":\"" + "1".repeat(60_000) + "\"}}";

        assertThat(assertTimeout(Duration.ofSeconds(2), () -> new RealtimeRows().powerFlow(withData(answer), READING, COLUMNS)).columns())
                .containsExactly("site", "ts", "mode", "battery_mode");
    }

    @Test
    void theLongestNamesFitAKeyOfAnIndex() {
        String id = "\u20ac".repeat(80);
        JsonNode answer = withData("{\"1\":{\"PowerReal_P_Sum\":1,\"Details\":{\"Serial\":\"" + "\u20ac1".repeat(50) + "\"}},\"" + id + "\":{\"PowerReal_P_Sum\":1}}");

        for (Object[] row : new RealtimeRows().meters(answer, reading("2025-06-01T12:00:01Z"), COLUMNS).rows()) {
            // of the 2,704 bytes that an entry of an index of PostgreSQL may have
            assertThat(((String) row[1]).getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(1_000);
        }
    }
}
