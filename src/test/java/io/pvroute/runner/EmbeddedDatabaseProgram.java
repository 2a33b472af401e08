package io.pvroute.runner;

import java.io.IOException;
import java.nio.file.Path;

/** A program with an embedded database, to be killed by a test: prints its URL and runs until its standard input ends. */
final class EmbeddedDatabaseProgram {

    private EmbeddedDatabaseProgram() {}

    public static void main(String[] args) throws IOException {
        try (var database = EmbeddedDatabase.start(Path.of(args[0]), Path.of(args[1]))) {
            System.out.println(database.url());
            System.in.transferTo(System.out);
        }
    }
}
