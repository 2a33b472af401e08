package io.pvroute.copyupsert;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Names as people write them, and as SQL takes them. A name that was given never enters a statement; those of the catalog do, quoted. */
final class Name {

    private Name() {
    }

    /** The identifier as SQL text that means exactly this name. */
    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String quoted(String schema, String name) {
        return quoted(schema) + '.' + quoted(name);
    }

    /**
     * What a table's name as given may mean, each as text for {@code to_regclass}, the likeliest first: as SQL reads it (without quotes in
     * lower case), with its capitals as written, and as one name with dots and quotes in it.
     */
    static List<String> tableCandidates(String given) {
        var candidates = new ArrayList<String>();
        List<String> parts = parts(given.strip());
        if (parts.size() <= 2) {
            candidates.add(parts.stream().map(Name::folded).map(Name::quoted).collect(Collectors.joining(".")));
            candidates.add(parts.stream().map(Name::unquoted).map(Name::quoted).collect(Collectors.joining(".")));
        }
        candidates.add(quoted(given.strip()));
        return candidates.stream().distinct().toList();
    }

    /** What a column's name as given may mean, the likeliest first. */
    static List<String> columnCandidates(String given) {
        return List.of(given, unquoted(given.strip()), folded(given.strip()));
    }

    /** Splits at the separators that are not inside quotes; the parts are stripped and keep their quotes. */
    static List<String> list(String given, char separator) {
        var parts = new ArrayList<String>();
        boolean inQuotes = false;
        int start = 0;
        for (int i = 0; i < given.length(); i++) {
            if (given.charAt(i) == '"') {
                inQuotes = !inQuotes;
            } else if (given.charAt(i) == separator && !inQuotes) {
                parts.add(given.substring(start, i).strip());
                start = i + 1;
            }
        }
        parts.add(given.substring(start).strip());
        return parts;
    }

    private static List<String> parts(String given) {
        return list(given, '.');
    }

    private static String folded(String part) {
        return isQuoted(part) ? unquoted(part) : part.toLowerCase(Locale.ROOT);
    }

    private static String unquoted(String part) {
        return isQuoted(part) ? part.substring(1, part.length() - 1).replace("\"\"", "\"") : part;
    }

    private static boolean isQuoted(String part) {
        return part.length() > 2 && part.startsWith("\"") && part.endsWith("\"");
    }
}
