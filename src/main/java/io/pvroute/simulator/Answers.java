package io.pvroute.simulator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The frame of every answer: {@code Body} before {@code Head}, names in the order of their letters, arguments echoed, slashes escaped,
 * times with the offset that the model gives them, as in recorded answers.
 */
final class Answers {

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx");

    private final JsonFactory factory = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            // who answers closes: an answer that broke off must not look complete
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .build();
    private final ZoneId zone;
    private final boolean wholeNumbers;

    Answers(Plant plant) {
        boolean gen24 = plant.equipment().model() == Model.GEN24;
        zone = gen24 ? ZoneOffset.UTC : plant.zone();
        wholeNumbers = !gen24;
        factory.setCharacterEscapes(new EscapedSlash());
    }

    /** Closing it flushes, but does not close {@code out}. */
    JsonGenerator json(OutputStream out, boolean humanReadable) throws IOException {
        JsonGenerator json = factory.createGenerator(out);
        return humanReadable ? json.useDefaultPrettyPrinter() : json;
    }

    /** Epoch seconds as the logger writes them, {@code 2021-07-29T00:00:00+02:00}. */
    String stamp(long instant) {
        return STAMP.format(Instant.ofEpochSecond(instant).atZone(zone));
    }

    /**
     * An answer of this body.
     *
     * @param body      of text, numbers, booleans, nulls, lists and maps
     * @param arguments echoed, each with one value
     * @param now       epoch seconds
     */
    byte[] of(Map<String, ?> body, SortedMap<String, String> arguments, long now) {
        return of(body, arguments, 0, "", now);
    }

    /** An answer without data: it still comes with HTTP 200. */
    byte[] of(Refusal refusal, SortedMap<String, String> arguments, long now) {
        return of(Map.of("Data", Map.of()), arguments, refusal.code(), refusal.getMessage(), now);
    }

    private byte[] of(Map<String, ?> body, SortedMap<String, String> arguments, int code, String reason, long now) {
        Map<String, Object> status = new TreeMap<>(Map.of("Code", code, "Reason", reason, "UserMessage", ""));
        return flat(new TreeMap<>(Map.of("Body", body,
                "Head", new TreeMap<>(Map.of("RequestArguments", arguments, "Status", status, "Timestamp", stamp(now))))));
    }

    /** An answer without a head. */
    byte[] flat(SortedMap<String, ?> body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(2048);
        try (JsonGenerator json = json(out, true)) {
            write(json, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);      // not in memory
        }
        return out.toByteArray();
    }

    private void write(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.writeFieldName((String) entry.getKey());
                write(json, entry.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof Double number) {
            json.writeNumber(text(number));
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object element : list) {
                write(json, element);
            }
            json.writeEndArray();
        } else {
            json.writePOJO(value);
        }
    }

    /** Never with an exponent: 1638105056.0 as a GEN24 writes it, and 1638105056 of a Datamanager. */
    private String text(double number) {
        String plain = new BigDecimal(Double.toString(number)).toPlainString();
        boolean whole = number == (long) number;
        return whole ? (long) number + (wholeNumbers ? "" : ".0") : plain;
    }

    /**
     * The head of an archive answer.
     *
     * @param arguments with one value as text, with several as an array
     */
    void head(JsonGenerator json, Map<String, List<String>> arguments, int code, String reason, long now) throws IOException {
        json.writeObjectFieldStart("Head");
        json.writeObjectFieldStart("RequestArguments");
        for (Map.Entry<String, List<String>> argument : arguments.entrySet()) {
            json.writeFieldName(argument.getKey());
            if (argument.getValue().size() == 1) {
                json.writeString(argument.getValue().get(0));
            } else {
                json.writeArray(argument.getValue().toArray(String[]::new), 0, argument.getValue().size());
            }
        }
        json.writeEndObject();
        json.writeObjectFieldStart("Status");
        json.writeNumberField("Code", code);
        json.writeObjectFieldStart("ErrorDetail");
        json.writeArrayFieldStart("Nodes");
        json.writeEndArray();
        json.writeEndObject();
        json.writeStringField("Reason", reason);
        json.writeStringField("UserMessage", "");
        json.writeEndObject();
        json.writeStringField("Timestamp", stamp(now));
        json.writeEndObject();
    }

    /** JSON allows {@code \/} for a slash, and the firmware writes it. */
    private static final class EscapedSlash extends CharacterEscapes {

        private final int[] ascii = standardAsciiEscapesForJSON();
        private final SerializedString slash = new SerializedString("\\/");

        EscapedSlash() {
            ascii['/'] = ESCAPE_CUSTOM;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii;
        }

        @Override
        public SerializableString getEscapeSequence(int character) {
            return slash;
        }
    }
}
