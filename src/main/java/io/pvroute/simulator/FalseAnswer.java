package io.pvroute.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A true answer with a fault in what it says; it is still JSON.
 *
 * @param body      the answer as it goes over the wire
 * @param falseRows rows that it tells otherwise, see {@link FaultyRequest}
 * @param isFalse   whether it differs at all: of an answer without samples, for one, no channel can be left out
 */
record FalseAnswer(byte[] body, int falseRows, boolean isFalse) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TOO_EARLY = Duration.ofDays(17);
    private static final Duration HELD_BACK = Duration.ofHours(2);
    private static final Duration TOLD_OTHERWISE = Duration.ofHours(6);
    private static final long DAY = 86_400;
    /** A name that no channel has; it becomes that of the channel before the answer leaves, as a tree has each name once. */
    private static final String ONCE_MORE = "\u241fonce-more";

    /** @param now the logger's */
    static FalseAnswer of(byte[] truth, Fault fault, Instant now) throws IOException {
        ObjectNode answer = (ObjectNode) JSON.readTree(truth);
        List<Node> nodes = nodes(answer);
        int falseRows = 0;
        boolean isFalse = true;
        switch (fault) {
            case EMPTY_ANSWER -> ((ObjectNode) answer.at("/Body/Data")).removeAll();
            case START_OUTSIDE -> {
                nodes.stream().limit(1).forEach(Node::moveOutside);
                isFalse = !nodes.isEmpty();
            }
            case ALL_OUTSIDE -> {
                nodes.forEach(Node::moveOutside);
                isFalse = !nodes.isEmpty();
            }
            case NEGATIVE_KEYS -> isFalse = nodes.stream().filter(Node::shiftKeys).count() > 0;
            case YEAR_2000 -> {
                nodes.forEach(Node::startIn2000);
                stamp(answer, "2000-01-01T00:03:00+01:00");
            }
            case CLOCK_OFF -> stamp(answer, now.plus(Duration.ofDays(2)).toString());
            case DOUBLED_CHANNEL -> isFalse = !nodes.isEmpty() && nodes.get(0).doubleChannel();
            case MISSING_CHANNEL -> {
                falseRows = nodes.isEmpty() ? 0 : nodes.get(0).leaveChannelOut();
                isFalse = falseRows > 0;
            }
            case BAD_SAMPLES -> isFalse = !nodes.isEmpty() && nodes.get(0).addBadSamples(now);
            case LATE -> isFalse = nodes.stream().filter(node -> node.holdBack(now.minus(HELD_BACK))).count() > 0;
            case CORRECTED -> {
                falseRows = nodes.stream().mapToInt(node -> node.tellOtherwise(now.minus(TOLD_OTHERWISE))).sum();
                isFalse = falseRows > 0;
            }
            default -> {
                ((ObjectNode) answer.at("/Body/Data")).removeAll();
                ObjectNode status = (ObjectNode) answer.at("/Head/Status");
                status.put("Code", fault.statusCode());
                status.put("Reason", "Simulated " + fault.description().replaceFirst("^.*, ", ""));
            }
        }
        byte[] body = isFalse ? text(answer) : truth;
        return new FalseAnswer(body, falseRows, isFalse);
    }

    private static byte[] text(ObjectNode answer) throws IOException {
        String text = JSON.writeValueAsString(answer);
        return text.replace(ONCE_MORE, "").getBytes(StandardCharsets.UTF_8);
    }

    private static void stamp(ObjectNode answer, String time) {
        ((ObjectNode) answer.get("Head")).put("Timestamp", time);
    }

    /** Those that have a channel with samples. */
    private static List<Node> nodes(ObjectNode answer) {
        List<Node> nodes = new ArrayList<>();
        answer.at("/Body/Data").forEach(json -> {
            // what tells the present has neither a start nor channels
            if (json.path("Start").isTextual() && json.path("Data").isObject()) {
                Node node = new Node((ObjectNode) json);
                if (!node.names().isEmpty()) {
                    nodes.add(node);
                }
            }
        });
        return nodes;
    }

    /** A node of the answer; what it does wrong tells whether it could. */
    private record Node(ObjectNode json) {

        private Instant start() {
            return OffsetDateTime.parse(json.get("Start").textValue()).toInstant();
        }

        private ObjectNode channels() {
            return (ObjectNode) json.get("Data");
        }

        /** Of the channels that have samples. */
        private List<String> names() {
            return channels().properties().stream()
                    .filter(channel -> !channel.getValue().path("Values").isEmpty()).map(Map.Entry::getKey).toList();
        }

        private ObjectNode values(String channel) {
            return (ObjectNode) channels().get(channel).get("Values");
        }

        void moveOutside() {
            json.put("Start", start().minus(TOO_EARLY).toString());
            json.put("End", OffsetDateTime.parse(json.get("End").textValue()).toInstant().minus(TOO_EARLY).toString());
        }

        void startIn2000() {
            json.put("Start", "2000-01-01T00:00:00+01:00");
            json.put("End", "2000-01-01T23:59:59+01:00");
        }

        /** Whether one is negative now. */
        boolean shiftKeys() {
            boolean negative = false;
            for (String channel : names()) {
                ObjectNode shifted = JSON.createObjectNode();
                for (Map.Entry<String, JsonNode> value : values(channel).properties()) {
                    long key = Long.parseLong(value.getKey()) - DAY;
                    negative |= key < 0;
                    shifted.set(Long.toString(key), value.getValue());
                }
                ((ObjectNode) channels().get(channel)).set("Values", shifted);
            }
            return negative;
        }

        boolean doubleChannel() {
            String channel = names().get(0);
            ObjectNode whole = channels().get(channel).deepCopy();
            ObjectNode values = values(channel);
            List<String> keys = new ArrayList<>();
            values.fieldNames().forEachRemaining(keys::add);
            values.remove(keys.subList(0, keys.size() / 2));
            channels().set(channel + ONCE_MORE, whole);
            return true;
        }

        /** How many rows lack a value now. */
        int leaveChannelOut() {
            String channel = names().get(0);
            int samples = values(channel).size();
            channels().remove(channel);
            return samples;
        }

        boolean addBadSamples(Instant now) {
            String channel = names().get(0);
            values(channel).putIfAbsent("7", TextNode.valueOf("no number"));
            values(channel).put(Long.toString(Duration.between(start(), now).toSeconds() + 2 * DAY), 1);
            return true;
        }

        /** Whether there was anything to hold back. */
        boolean holdBack(Instant from) {
            boolean held = false;
            for (String channel : names()) {
                List<String> keys = keysFrom(channel, from);
                values(channel).remove(keys);
                held |= !keys.isEmpty();
            }
            return held;
        }

        /** How many rows have another value now. */
        int tellOtherwise(Instant from) {
            for (String channel : names()) {
                List<String> keys = keysFrom(channel, from);
                ObjectNode values = values(channel);
                if (!keys.isEmpty() && values.get(keys.get(0)).isNumber()) {
                    keys.forEach(key -> values.put(key, values.get(key).doubleValue() + 1));
                    return keys.size();
                }
            }
            return 0;
        }

        private List<String> keysFrom(String channel, Instant from) {
            long first = Duration.between(start(), from).toSeconds();
            List<String> keys = new ArrayList<>();
            values(channel).fieldNames().forEachRemaining(key -> {
                if (Long.parseLong(key) >= first) {
                    keys.add(key);
                }
            });
            return keys;
        }
    }
}
