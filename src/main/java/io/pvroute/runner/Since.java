package io.pvroute.runner;

import java.time.Instant;
import java.util.Optional;

/**
 * Since when a site's archive is read.
 *
 * @param instant empty for {@code auto}: backwards until nothing more is found
 */
public record Since(Optional<Instant> instant) {

    public static final Since AUTO = new Since(Optional.empty());

    public static Since of(Instant instant) {
        return new Since(Optional.of(instant));
    }

    /** As PostgreSQL reads it as a timestamptz: {@code -infinity} for auto, else ISO-8601 with Z. */
    @Override
    public String toString() {
        return instant.map(Instant::toString).orElse("-infinity");
    }
}
