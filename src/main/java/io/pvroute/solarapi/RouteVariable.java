package io.pvroute.solarapi;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Date;
import java.util.Map;

/**
 * What a route hands over in one of its variables: entries as a row of the database gives them.
 *
 * @param name    of the variable, for a sentence
 * @param entries null where the route did not set it
 */
record RouteVariable(String name, Map<String, Object> entries) {

    /** @throws IllegalArgumentException if it is missing or no text */
    String site() {
        if (entries == null || !(entries.get("site") instanceof String site)) {
            throw missing("site");
        }
        return site;
    }

    /** Null where there is none, or an empty one. */
    String text(String entry) {
        String text = entries.get(entry) == null ? "" : entries.get(entry).toString().strip();
        return text.isEmpty() ? null : text;
    }

    /**
     * Null where there is none.
     *
     * @throws IllegalArgumentException if the entry is no instant
     */
    Instant instant(String entry) {
        Object value = entries.get(entry);
        if (value instanceof Instant instant) {
            return instant;
        }
        if (value instanceof OffsetDateTime time) {
            return time.toInstant();
        }
        if (value instanceof Timestamp timestamp) {
            return timestamp.toInstant();
        }
        if (value instanceof Date date) {
            return Instant.ofEpochMilli(date.getTime());
        }
        if (value != null) {
            throw new IllegalArgumentException("the entry '" + entry + "' of the variable '" + name + "' is a " + value.getClass().getName()
                    + ", but a timestamp is expected");
        }
        return null;
    }

    /** @throws IllegalArgumentException if the entry is missing or no instant */
    Instant required(String entry) {
        Instant instant = instant(entry);
        if (instant == null) {
            throw missing(entry);
        }
        return instant;
    }

    private IllegalArgumentException missing(String entry) {
        return new IllegalArgumentException("rows are made for a site, but the variable '" + name + "' has no entry '" + entry + "'");
    }
}
