package io.pvroute.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names of properties that the files of a directory use: {@code {{name}}}, {@code {{name:default}}}, {@code {{?name}}},
 * {@code ${properties:name}}.
 */
record RouteProperties(Set<String> names) {

    private static final Pattern USE = Pattern.compile("(?:\\{\\{\\s*[?!]?|\\$\\{properties:|\\$\\{propertiesExist:!?)\\s*([\\w.-]+)");

    /** A directory that is not there uses none. */
    static RouteProperties in(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return new RouteProperties(Set.of());
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(directory)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        Set<String> names = new HashSet<>();
        for (Path file : files) {
            // Any byte is a letter here: a file that is no text has no names, rather than being an error
            USE.matcher(Files.readString(file, StandardCharsets.ISO_8859_1)).results().forEach(use -> names.add(use.group(1)));
        }
        return new RouteProperties(names);
    }
}
