package io.pvroute.runner;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The statements of the commands, one a file, beside this class. */
final class SqlFile {

    private SqlFile() {}

    /** @param name with its ending, {@code status.sql} */
    static String read(String name) {
        try (InputStream in = SqlFile.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The program's own statement " + name + " could not be read.", e);
        }
    }
}
