package io.pvroute.solarapi;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What was asked for, in whole seconds since 1970 as samples have no finer times.
 *
 * @param site  the site's name
 * @param from  the first second of the window
 * @param to    the second after its last one
 * @param since the first second that the site can have samples of; {@link Long#MIN_VALUE} where that is not known
 * @param now   when it was asked for, by the clock that all runners share
 */
record Window(String site, long from, long to, long since, long now) {

    /** What a sample may lie after now, as clocks differ. */
    private static final Duration CLOCKS_DIFFER_BY = Duration.ofMinutes(5);

    Window {
        if (to - from > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("the window of " + site + " is longer than 68 years");
        }
    }

    /** @throws IllegalArgumentException if one of the entries that a window needs is missing or of another type */
    static Window of(Map<String, Object> variable) {
        RouteVariable window = new RouteVariable("window", variable);
        String site = window.site();
        Instant since = window.instant("since");
        Instant now = window.required("claimed_at");
        return new Window(site, notBefore(window.required("from_at")), notBefore(window.required("to_at")),
                since == null ? Long.MIN_VALUE : notBefore(since), now.getEpochSecond());
    }

    /** The first whole second that is not before the instant. */
    private static long notBefore(Instant instant) {
        return instant.getEpochSecond() + (instant.getNano() > 0 ? 1 : 0);
    }

    boolean contains(long second) {
        return from <= second && second < to;
    }

    /** How many seconds lie between a second outside of the window and the window. */
    long apart(long second) {
        return second < from ? from - second : second - (to - 1);
    }

    /** The instant of a second; the first or the last that there is for one beyond. */
    static Instant instant(long second) {
        return Instant.ofEpochSecond(Math.max(Instant.MIN.getEpochSecond(), Math.min(second, Instant.MAX.getEpochSecond())));
    }

    /** Why a sample of this second is refused, wherever the window lies; null where it is not. */
    String refusal(long second) {
        if (second > now + CLOCKS_DIFFER_BY.getSeconds()) {
            return "lies in the future";
        }
        return second < since ? "lies before the site's first day" : null;
    }
}
