package io.pvroute.solarapi;

import static com.fasterxml.jackson.core.JsonToken.START_OBJECT;
import static com.fasterxml.jackson.core.JsonToken.VALUE_NULL;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.pvroute.solarapi.Failure.Fault;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one answer token by token, so that what is kept is its samples and never its text. The order of the fields, unknown fields and
 * parts that are missing, null or of another type do not matter, but for three things that make an answer useless: no status, samples
 * without a start, and a negative key.
 */
final class AnswerReader {

    private static final int LONGEST_QUOTE = 60;

    private final JsonParser parser;
    private final ObjectFields fields;
    private final List<Node> nodes = new ArrayList<>();
    private final Rejections unreadable = new Rejections();
    private OffsetDateTime timestamp;
    private Long statusCode;
    private String reason = "";
    private String userMessage = "";

    AnswerReader(JsonParser parser) {
        this.parser = parser;
        this.fields = new ObjectFields(parser);
        // also where another mapper than SolarApiMapper reads it: NaN costs one sample, not the answer
        parser.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature());
    }

    ArchiveResponse read() throws IOException {
        fields.forEach(name -> {
            switch (name) {
                case "Head" -> fields.forEach(this::head);
                case "Body" -> fields.forEach(this::body);
                default -> parser.skipChildren();
            }
        });
        if (statusCode == null) {
            throw noArchiveAnswer();
        }
        return new ArchiveResponse(new ArchiveResponse.Status(statusCode.intValue(), reason, userMessage), timestamp, nodes, unreadable);
    }

    static SolarApiException noArchiveAnswer() {
        return new SolarApiException(Fault.SITE, "answered JSON, but no archive answer: Head.Status is missing;"
                + " check that the address is that of a Fronius logger");
    }

    private void head(String name) throws IOException {
        switch (name) {
            case "Timestamp" -> timestamp = time(fields.text());
            case "Status" -> fields.forEach(this::status);
            default -> parser.skipChildren();
        }
    }

    private void status(String name) throws IOException {
        switch (name) {
            case "Code" -> {
                Long code = WholeNumber.of(fields.text());
                statusCode = code != null && code >= Integer.MIN_VALUE && code <= Integer.MAX_VALUE ? code : null;
            }
            case "Reason" -> reason = orEmpty(fields.text());
            case "UserMessage" -> userMessage = orEmpty(fields.text());
            default -> parser.skipChildren();
        }
    }

    /** Push files have their nodes here, archive answers one level below. */
    private void body(String name) throws IOException {
        if (name.equals("Data")) {
            fields.forEach(this::node);
        } else {
            node(name);
        }
    }

    private void node(String rawName) throws IOException {
        if (parser.currentToken() != START_OBJECT) {
            parser.skipChildren();
            return;
        }
        String name = StorableText.of(rawName);
        List<Channel> channels = new ArrayList<>();
        String[] start = new String[1];
        int unreadableBefore = unreadable.count();
        fields.forEach(field -> {
            switch (field) {
                case "Start" -> start[0] = fields.text();
                case "Data" -> fields.forEach(channel -> {
                    int expected = channels.isEmpty() ? 0 : channels.get(channels.size() - 1).numbers();
                    Channel read = channel(name, new ChannelBuilder(StorableText.of(channel), expected));
                    if (read.numbers() + read.objects() > 0) {
                        channels.add(read);
                    }
                });
                default -> parser.skipChildren();
            }
        });
        OffsetDateTime time = time(start[0]);
        if (time == null && (!channels.isEmpty() || unreadable.count() > unreadableBefore)) {
            throw new SolarApiException(Fault.WINDOW, "answered samples of node " + quoted(name)
                    + " whose times cannot be told: its Start is "
                    + (start[0] == null ? "missing" : quoted(start[0]) + ", which is no time with an offset"));
        }
        if (!channels.isEmpty()) {
            nodes.add(new Node(name, time, channels));
        }
    }

    private Channel channel(String node, ChannelBuilder channel) throws IOException {
        fields.forEach(field -> {
            switch (field) {
                case "Unit" -> channel.unit(storable(fields.text()));
                case "Values" -> {
                    if (parser.currentToken() == START_OBJECT) {
                        fields.forEach(key -> {
                            value(node, channel, key);
                            if (parser instanceof AnswerParser answer) {
                                answer.takeNumbers(channel);
                            }
                        });
                    } else if (parser.currentToken() != VALUE_NULL) {
                        refuse(node, channel.name(), "of any text", "has Values that are no object");
                    }
                }
                default -> parser.skipChildren();
            }
        });
        return channel.build();
    }

    private void value(String node, ChannelBuilder channel, String keyText) throws IOException {
        Long key = WholeNumber.of(keyText);
        if (key != null && key < 0) {
            throw new SolarApiException(Fault.CLOCK, "answered times that cannot be trusted: the key " + quoted(keyText)
                    + " of node " + quoted(node) + " lies before the node's Start, so the other keys are shifted too;"
                    + " nothing of this answer is stored. Check the logger's clock and zone, and update its firmware");
        }
        JsonToken token = parser.currentToken();
        if (token == VALUE_NULL) {
            return;
        }
        if (key == null || key > Integer.MAX_VALUE) {
            refuse(node, channel.name(), keyText, "has a key that is no number of seconds");
        } else if (token.isNumeric()) {
            double value = parser.getDoubleValue();
            if (Double.isFinite(value)) {
                channel.number(key.intValue(), value);
            } else {
                refuse(node, channel.name(), keyText, "is no finite number");
            }
        } else if (token == START_OBJECT) {
            channel.object(key.intValue(), StorableText.ofObject(parser));
        } else {
            refuse(node, channel.name(), keyText, "is no number");
        }
    }

    private void refuse(String node, String channel, String key, String why) throws IOException {
        String value = switch (parser.currentToken()) {
            case START_OBJECT -> "{…}";
            case START_ARRAY -> "[…]";
            default -> StorableText.of(parser.getText());
        };
        unreadable.add(() -> new RejectedSample(node, channel, "key " + StorableText.of(key), value, why));
        parser.skipChildren();
    }

    /** For a sentence, cut so that what follows is still read. */
    private static String quoted(String text) {
        return "'" + (text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…") + "'";
    }

    private static String storable(String text) {
        return text == null ? null : StorableText.of(text);
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private static OffsetDateTime time(String text) {
        if (text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).truncatedTo(ChronoUnit.SECONDS);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
