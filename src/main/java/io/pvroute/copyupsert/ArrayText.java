package io.pvroute.copyupsert;

import java.util.List;

/** Arrays as text, {@code {"a",NULL}}: every element is quoted, so that no text of one is taken for NULL, nothing, or two of them. */
final class ArrayText {

    private ArrayText() {
    }

    /** @param elements as the input function of their type reads them, null for NULL */
    static String of(List<String> elements) {
        var text = new StringBuilder("{");
        for (String element : elements) {
            append(text, element);
        }
        return text.append('}').toString();
    }

    /** Adds an element to a text that began with the opening brace; the closing one is for the caller to add. */
    static void append(StringBuilder text, String element) {
        if (text.length() > 1) {
            text.append(',');
        }
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
}
