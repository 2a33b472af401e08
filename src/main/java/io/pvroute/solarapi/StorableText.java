package io.pvroute.solarapi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;

/**
 * Text of an answer in a form that can be stored anywhere. JSON can spell what text columns and JSON columns do not take (the character 0,
 * half of a surrogate pair, numbers beyond any range); one such character in an answer must not make all of it unstorable for ever.
 */
final class StorableText {

    private static final char REPLACEMENT = '\uFFFD';
    private static final JsonFactory JSON = new JsonFactory();

    private StorableText() {
    }

    /** The text, with U+FFFD for every character 0 and every half of a surrogate pair. */
    static String of(String text) {
        StringBuilder repaired = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != 0 && !Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            if (repaired == null) {
                repaired = new StringBuilder(text);
            }
            repaired.setCharAt(i, REPLACEMENT);
        }
        return repaired == null ? text : repaired.toString();
    }

    /** The object that the parser stands at as JSON on one line; the parser then stands at its end. */
    static String ofObject(JsonParser parser) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            int depth = 0;
            JsonToken token = parser.currentToken();
            while (true) {
                copy(parser, token, json);
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (depth == 0) {
                    break;
                }
                token = parser.nextToken();
            }
        }
        return text.toString();
    }

    private static void copy(JsonParser parser, JsonToken token, JsonGenerator json) throws IOException {
        switch (token) {
            case FIELD_NAME -> json.writeFieldName(of(parser.currentName()));
            case VALUE_STRING -> json.writeString(of(parser.getText()));
            case VALUE_NUMBER_INT -> json.writeNumber(parser.getText());
            case VALUE_NUMBER_FLOAT -> {
                if (Double.isFinite(parser.getDoubleValue())) {
                    json.writeNumber(parser.getText());
                } else {
                    json.writeString(parser.getText());
                }
            }
            default -> json.copyCurrentEvent(parser);
        }
    }
}
