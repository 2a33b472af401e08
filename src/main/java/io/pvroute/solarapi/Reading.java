package io.pvroute.solarapi;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * One realtime request to a site: what the rows of its answer need to know of it. All instants are of the clock that all runners share.
 *
 * @param site     the site's name
 * @param deviceId the number of the one device that was asked for; null where all of them were
 * @param oldest   the oldest stamp that is believed, inclusive
 * @param newest   the newest stamp that is believed, inclusive
 * @param asked    when it was asked for, for a sentence; null where the route does not tell
 */
record Reading(String site, String deviceId, Instant oldest, Instant newest, Instant asked) {

    /** @throws IllegalArgumentException if an entry that is needed is missing or of another type */
    static Reading of(Map<String, Object> variable) {
        RouteVariable reading = new RouteVariable("reading", variable);
        return new Reading(reading.site(), reading.text("device_id"), reading.required("oldest_at"), reading.required("newest_at"),
                reading.instant("asked_at"));
    }

    boolean believes(Instant stamp) {
        return !stamp.isBefore(oldest) && !stamp.isAfter(newest);
    }

    /** Why a stamp is refused. */
    String refusal(String what, Instant stamp) {
        return what + " is stamped " + inSeconds(stamp) + ", but "
                + (asked == null ? "only what is of " + inSeconds(oldest) + " to " + inSeconds(newest) + " can be true"
                : "by the database it is " + inSeconds(asked));
    }

    /** For a sentence. */
    static Instant inSeconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS);
    }
}
