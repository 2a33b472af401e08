package io.pvroute.copyupsert;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a value as JSON: Maps, Collections, arrays, nodes of Jackson, text, numbers, truth values and null, and as strings what else has a
 * plain text form. Text in them is a string; a String that is given alone never comes here, it is JSON already.
 *
 * <p>For jsonb it is spelled as the server prints what it stored (the order of names, numbers without exponent), so that a value that has
 * not changed has the same bytes. Source: PostgreSQL, {@code jsonb_util.c} and {@code escape_json}.
 */
final class JsonText {

    private static final String EXPECTED = "JSON as text, or a value with a form in JSON: a Map by text, a Collection, an array, a finite "
            + "number, true or false";
    private static final int DEEPEST = 1_000;
    private static final int LONGEST_NUMERAL = 140_000;
    private static final Comparator<String> JSONB_ORDER = Comparator.comparing(name -> name.getBytes(StandardCharsets.UTF_8),
            Comparator.<byte[]>comparingInt(bytes -> bytes.length).thenComparing(Arrays::compareUnsigned));

    private final StringBuilder text = new StringBuilder();
    private final boolean jsonb;

    private JsonText(boolean jsonb) {
        this.jsonb = jsonb;
    }

    /** @throws Misfit if it has no form in JSON, or is nested too deep, as is what contains itself */
    static String of(Object value, boolean jsonb) throws Misfit {
        var json = new JsonText(jsonb);
        json.append(value, 0);
        return json.text.toString();
    }

    private void append(Object given, int depth) throws Misfit {
        if (depth > DEEPEST) {
            throw new Misfit("JSON of at most " + DEEPEST + " levels");
        }
        Object value = JacksonNodes.plain(given);
        if (value == null || value instanceof Boolean) {
            text.append(value);
        } else if (value instanceof Number number) {
            appendNumber(number);
        } else if (value instanceof Map<?, ?> map) {
            appendObject(map, depth);
        } else if (JacksonNodes.isObject(value)) {
            appendObject(JacksonNodes.fields(value), depth);
        } else if (ArrayEncoder.isArray(value)) {
            appendArray(ArrayEncoder.given(value), depth);
        } else {
            appendString(string(value));
        }
    }

    private void appendObject(Map<?, ?> object, int depth) throws Misfit {
        Map<String, Object> fields = jsonb ? new TreeMap<>(JSONB_ORDER) : new LinkedHashMap<>();
        for (Map.Entry<?, ?> field : object.entrySet()) {
            if (field.getKey() == null) {
                throw new Misfit(EXPECTED);
            }
            fields.put(string(field.getKey()), field.getValue());
        }
        text.append('{');
        String separator = "";
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            text.append(separator);
            appendString(field.getKey());
            text.append(": ");
            append(field.getValue(), depth + 1);
            separator = ", ";
        }
        text.append('}');
    }

    private void appendArray(Object[] elements, int depth) throws Misfit {
        text.append('[');
        String separator = "";
        for (Object element : elements) {
            text.append(separator);
            append(element, depth + 1);
            separator = ", ";
        }
        text.append(']');
    }

    private void appendNumber(Number number) throws Misfit {
        try {
            BigDecimal decimal = number instanceof BigDecimal given ? given : new BigDecimal(number.toString());
            if (Math.abs((long) decimal.scale()) > LONGEST_NUMERAL) {
                throw new Misfit("numbers of at most " + LONGEST_NUMERAL + " digits");
            }
            text.append(jsonb ? decimal.toPlainString() : number.toString());
        } catch (NumberFormatException notFinite) {
            throw new Misfit(EXPECTED);
        }
    }

    private void appendString(String string) throws Misfit {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case 0 -> throw new Misfit("JSON without the NUL character, which PostgreSQL cannot store");
                default -> text.append(c < ' ' ? String.format("\\u%04x", (int) c) : c);
            }
        }
        text.append('"');
    }

    private static String string(Object value) throws Misfit {
        if (value instanceof java.sql.Date || value instanceof java.sql.Time) {
            return value.toString();
        }
        if (value instanceof Date date) {
            return date.toInstant().toString();
        }
        try {
            return PlainEncoders.plainText(value);
        } catch (Misfit noText) {
            throw new Misfit(EXPECTED);
        }
    }
}
