package io.pvroute.runner;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.camel.spi.Resource;

/**
 * The text of a file of routes, to tell a person where something stands.
 *
 * @param name as a person names it
 */
record RouteFile(String name, List<String> lines) {

    private static final Pattern ROUTE = Pattern.compile("^- (?:route|from):.*");
    private static final Pattern ID = Pattern.compile("^ {4}id: *\"?([\\w.-]+)\"?.*");
    private static final Pattern BEAN = Pattern.compile("bean: ([\\w.-]+)");

    static RouteFile read(String name, Resource resource) throws IOException {
        try (InputStream in = resource.getInputStream()) {
            return new RouteFile(name, new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
        }
    }

    /** Whether its first entry is one of a list: Camel passes over what is none without a word. */
    boolean isList() {
        return lines.stream().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.equals("---")).findFirst()
                .map(line -> line.startsWith("-")).orElse(false);
    }

    /** @param line from 1 */
    boolean has(int line, String text) {
        return line >= 1 && line <= lines.size() && lines.get(line - 1).contains(text);
    }

    /** Where each route begins, by its id. */
    Map<String, List<Integer>> routes() {
        return IntStream.rangeClosed(1, lines.size()).filter(line -> ID.matcher(lines.get(line - 1)).matches() && routeAt(line) != null).boxed()
                .collect(Collectors.groupingBy(this::routeAt));
    }

    /** The id of the route that a line belongs to, or null. */
    String routeAt(int line) {
        String route = null;
        boolean inRoute = false;
        for (String text : lines.subList(0, Math.min(line, lines.size()))) {
            if (text.startsWith("-")) {
                inRoute = ROUTE.matcher(text).matches();
                route = null;
            }
            Matcher id = ID.matcher(text);
            if (inRoute && route == null && id.matches()) {
                route = id.group(1);
            }
        }
        return route;
    }

    /** Where the bean is defined that a message names, or 0. */
    int lineOfBean(String message) {
        Matcher bean = BEAN.matcher(message);
        if (bean.find()) {
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).strip().matches("(- )?name: *\"?" + Pattern.quote(bean.group(1)) + "\"?")) {
                    return i + 1;
                }
            }
        }
        return 0;
    }
}
