package io.pvroute.solarapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Recorded answers and answers made up for a test, and what a route hands over with them. */
final class Answers {

    static final String OKAY = "\"Head\":{\"Status\":{\"Code\":0,\"Reason\":\"\",\"UserMessage\":\"\"}}";

    private Answers() {
    }

    static byte[] recorded(String name) {
        try (InputStream in = Answers.class.getResourceAsStream("/samples/archive/" + name + ".json")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static String recordedText(String name) {
        return new String(recorded(name), StandardCharsets.UTF_8);
    }

    /** An answer with these nodes, a JSON object. */
    static String withNodes(String nodes) {
        return "{" + OKAY + ",\"Body\":{\"Data\":" + nodes + "}}";
    }

    /** An answer with one node that starts at 2020-01-01T00:00:00Z and has these channels, a JSON object. */
    static String withChannels(String channels) {
        return withNodes("{\"inverter/1\":{\"Start\":\"2020-01-01T00:00:00Z\",\"Data\":" + channels + "}}");
    }

    /** An answer with one node that starts at 2020-01-01T00:00:00Z and has these values of PowerReal_PAC_Sum. */
    static String withValues(String values) {
        return withChannels("{\"PowerReal_PAC_Sum\":{\"Unit\":\"W\",\"Values\":" + values + "}}");
    }

    static ArchiveResponse read(byte[] answer) throws IOException {
        return new SolarApiMapper().readValue(new ByteArrayInputStream(answer), ArchiveResponse.class);
    }

    static ArchiveResponse read(String answer) throws IOException {
        return read(answer.getBytes(StandardCharsets.UTF_8));
    }

    /** A window of the site "home", claimed long after its end, for an answer that does not tell when it was given. */
    static Map<String, Object> window(String from, String to) {
        return window(from, to, "2025-06-01T12:00:00Z");
    }

    /** A window of the site "home", claimed then. */
    static Map<String, Object> window(String from, String to, String claimedAt) {
        Map<String, Object> window = new HashMap<>();
        window.put("site", "home");
        window.put("from_at", Instant.parse(from));
        window.put("to_at", Instant.parse(to));
        window.put("claimed_at", Instant.parse(claimedAt));
        return window;
    }

    static Map<String, Object> newYear2020() {
        return window("2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z");
    }

    /** Columns named like their channels, in lower case. */
    static List<Map<String, Object>> columnsFor(String... channels) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (String channel : channels) {
            rows.add(Map.of("channel", channel, "column_name", channel.toLowerCase()));
        }
        return rows;
    }

    static List<Map<String, Object>> power() {
        return columnsFor("PowerReal_PAC_Sum");
    }

    /** The batch's values as "device|instant|column", in the order of the rows. */
    static Map<String, Double> values(ArchiveBatch batch) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (Object[] row : batch.samples()) {
            for (int c = 3; c < row.length; c++) {
                if (row[c] != null) {
                    values.put(row[1] + "|" + row[2] + "|" + batch.columns().get(c), (Double) row[c]);
                }
            }
        }
        return values;
    }

    /** The numbers of an answer as "device|instant|column", found by another way: in the tree of its JSON. */
    static Map<String, Double> truth(byte[] answer) throws IOException {
        Map<String, Double> truth = new TreeMap<>();
        JsonNode body = new ObjectMapper().readTree(answer).get("Body");
        (body.has("Data") ? body.get("Data") : body).properties().forEach(node -> {
            Instant start = OffsetDateTime.parse(node.getValue().get("Start").asText()).toInstant();
            node.getValue().get("Data").properties().forEach(channel -> channel.getValue().get("Values").properties().forEach(value -> {
                Instant instant = start.plusSeconds(Integer.parseInt(value.getKey()));
                truth.put(node.getKey() + "|" + instant + "|" + channel.getKey().toLowerCase(),
                        Double.parseDouble(value.getValue().asText()));
            }));
        });
        return truth;
    }
}
