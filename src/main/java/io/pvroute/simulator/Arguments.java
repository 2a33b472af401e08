package io.pvroute.simulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The arguments of a request, decoded, by name; a repeated one has several values. */
final class Arguments {

    private final SortedMap<String, List<String>> values = new TreeMap<>();

    /** @param query what stands behind the {@code ?}, still encoded; null and empty are no arguments; bad escapes stay as they came */
    Arguments(String query) {
        if (query == null) {
            return;
        }
        for (String argument : query.split("&")) {
            int equals = argument.indexOf('=');
            if (equals > 0) {
                String name = decode(argument.substring(0, equals));
                values.computeIfAbsent(name, first -> new ArrayList<>()).add(decode(argument.substring(equals + 1)));
            }
        }
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badEscape) {
            return text;
        }
    }

    SortedMap<String, List<String>> all() {
        return values;
    }

    List<String> list(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** The one value, or {@code otherwise} where there is none. */
    String one(String name, String otherwise) throws Refusal {
        List<String> given = list(name);
        if (given.size() > 1) {
            throw new Refusal(Refusal.ARGUMENT_ERROR, name + " is given " + given.size() + " times");
        }
        return given.isEmpty() ? otherwise : given.get(0);
    }

    String one(String name) throws Refusal {
        String value = one(name, "");
        if (value.isEmpty()) {
            throw new Refusal(Refusal.ARGUMENT_ERROR, name + " is missing");
        }
        return value;
    }

    /** The one value, which must be one of {@code allowed}. */
    String oneOf(String name, String otherwise, List<String> allowed) throws Refusal {
        String value = one(name, otherwise);
        if (!allowed.contains(value)) {
            throw new Refusal(Refusal.ARGUMENT_ERROR, name + " must be one of " + String.join(", ", allowed));
        }
        return value;
    }
}
