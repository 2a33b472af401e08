package io.pvroute.solarapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Realtime answers, recorded and made up for a test, and what a route hands over with them. */
final class Realtime {

    static final String OKAY = "\"Head\":{\"Status\":{\"Code\":0},\"Timestamp\":\"2025-06-01T12:00:00+00:00\"}";

    private Realtime() {
    }

    static JsonNode recorded(String name) {
        try (InputStream in = Realtime.class.getResourceAsStream("/samples/realtime/" + name + ".json")) {
            return new SolarApiMapper().readValue(in, JsonNode.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Read as a route reads it. */
    static JsonNode read(String answer) {
        try {
            return new SolarApiMapper().readValue(new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)), JsonNode.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An answer of 2025-06-01T12:00:00Z. */
    static JsonNode withData(String data) {
        return read("{" + OKAY + ",\"Body\":{\"Data\":" + data + "}}");
    }

    /** Of the site "home", asked for then: from 25 hours before to 5 minutes after. */
    static Map<String, Object> reading(String askedAt) {
        Instant asked = Instant.parse(askedAt);
        Map<String, Object> reading = new HashMap<>();
        reading.put("site", "home");
        reading.put("oldest_at", asked.minusSeconds(25 * 3600));
        reading.put("newest_at", asked.plusSeconds(5 * 60));
        reading.put("asked_at", asked);
        reading.put("device_id", "");
        return reading;
    }

    static Map<String, Object> readingOfDevice(String askedAt, String id) {
        Map<String, Object> reading = reading(askedAt);
        reading.put("device_id", id);
        return reading;
    }

    /** Columns for numbers, named like their values in lower case; a value that ends with {@code :text} is text. */
    static List<Map<String, Object>> columns(String... values) {
        List<Map<String, Object>> columns = new ArrayList<>();
        for (String value : values) {
            String name = value.replace(":text", "");
            columns.add(Map.of("column_name", name.toLowerCase(Locale.ROOT).replace('.', '_'), "value", name, "is_text", value.endsWith(":text")));
        }
        return columns;
    }

    /** The rows, each as a list. */
    static List<List<Object>> rows(Iterable<Object[]> rows) {
        List<List<Object>> lists = new ArrayList<>();
        rows.forEach(row -> lists.add(Arrays.asList(row)));
        return lists;
    }
}
