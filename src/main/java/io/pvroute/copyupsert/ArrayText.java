package io.pvroute.copyupsert;

import java.util.ArrayList;
import java.util.List;

/**
 * Arrays as text, {@code {"a",NULL}}. Written, every element is quoted, so that no text of one is taken for NULL, nothing, or two of them.
 *
 * <p>Source of the form: PostgreSQL documentation, "Array Input and Output Syntax".
 */
final class ArrayText {

    private static final String EXPECTED = "an array as text, such as {a,\"b c\",NULL}, whose indexes begin at 1";
    private static final String BLANKS = " \t\n\r\u000b\f";

    private final String text;
    private int at;

    private ArrayText(String text) {
        this.text = text;
    }

    /** @param elements as the input function of their type reads them, null for NULL */
    static String of(List<String> elements) {
        var text = new StringBuilder("{");
        for (String element : elements) {
            append(text, element);
        }
        return text.append('}').toString();
    }

    /** Adds an element to a text that began with an opening brace; the closing one is for the caller to add. */
    static void append(StringBuilder text, String element) {
        separate(text);
        if (element == null) {
            text.append("NULL");
            return;
        }
        text.append('"');
        for (int i = 0; i < element.length(); i++) {
            char c = element.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\');
            }
            text.append(c);
        }
        text.append('"');
    }

    /** Before an element, or an array in an array: a comma, where it is not the first. */
    static void separate(StringBuilder text) {
        if (text.length() > 0 && text.charAt(text.length() - 1) != '{') {
            text.append(',');
        }
    }

    /** Reads what a person or the server wrote: Strings, null for NULL, and Object[] for an array in the array. */
    static Object[] elements(String text) throws Misfit {
        var reader = new ArrayText(text);
        reader.skipBlanks();
        Object[] elements = reader.array();
        reader.skipBlanks();
        if (reader.at < text.length()) {
            throw new Misfit(EXPECTED);
        }
        return elements;
    }

    private Object[] array() throws Misfit {
        var elements = new ArrayList<>();
        expect('{');
        skipBlanks();
        if (peek() == '}') {
            at++;
            return elements.toArray();
        }
        do {
            skipBlanks();
            elements.add(peek() == '{' ? array() : peek() == '"' ? quoted() : unquoted());
            skipBlanks();
        } while (next() == ',');
        at--;
        expect('}');
        return elements.toArray();
    }

    private String quoted() throws Misfit {
        at++;
        var element = new StringBuilder();
        for (char c = next(); c != '"'; c = next()) {
            element.append(c == '\\' ? next() : c);
        }
        return element.toString();
    }

    private String unquoted() throws Misfit {
        var element = new StringBuilder();
        boolean escaped = false;
        int end = 0; // of what is no trailing blank
        for (char c = peek(); c != ',' && c != '}'; c = peek()) {
            at++;
            if (c == '{' || c == '"') {
                throw new Misfit(EXPECTED);
            }
            boolean escape = c == '\\';
            element.append(escape ? next() : c);
            if (escape || BLANKS.indexOf(c) < 0) {
                end = element.length();
            }
            escaped |= escape;
        }
        if (end == 0) {
            throw new Misfit(EXPECTED);
        }
        element.setLength(end);
        return !escaped && element.toString().equalsIgnoreCase("null") ? null : element.toString();
    }

    private void expect(char wanted) throws Misfit {
        if (next() != wanted) {
            throw new Misfit(EXPECTED);
        }
    }

    private void skipBlanks() {
        while (at < text.length() && BLANKS.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char next() throws Misfit {
        char c = peek();
        at++;
        return c;
    }

    private char peek() throws Misfit {
        if (at >= text.length()) {
            throw new Misfit(EXPECTED);
        }
        return text.charAt(at);
    }
}
