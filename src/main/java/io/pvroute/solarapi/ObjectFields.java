package io.pvroute.solarapi;

import static com.fasterxml.jackson.core.JsonToken.END_OBJECT;
import static com.fasterxml.jackson.core.JsonToken.START_OBJECT;
import static com.fasterxml.jackson.core.JsonToken.VALUE_STRING;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Walks through objects field by field and keeps nothing of them. */
final class ObjectFields {

    /** What is done with a field, with the parser at its value; it leaves the parser at the value's end. */
    interface Field {
        void read(String name) throws IOException;
    }

    private final JsonParser parser;

    ObjectFields(JsonParser parser) {
        this.parser = parser;
    }

    /** Hands over every field of the object that the parser stands at; skips what is no object. */
    void forEach(Field field) throws IOException {
        if (parser.currentToken() != START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            field.read(name);
        }
    }

    /** The text or number that the parser stands at; null, with its children skipped, for anything else. */
    String text() throws IOException {
        JsonToken token = parser.currentToken();
        if (token.isNumeric() || token == VALUE_STRING) {
            return parser.getText();
        }
        parser.skipChildren();
        return null;
    }
}
