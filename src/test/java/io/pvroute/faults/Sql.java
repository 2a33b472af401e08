package io.pvroute.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The statements of the harness, which stand in files beside its classes. */
final class Sql {

    private Sql() {
    }

    /** @param name of the file, without {@code .sql} */
    static String of(String name) {
        try (InputStream in = Sql.class.getResourceAsStream(name + ".sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
