package io.pvroute.runner;

import java.time.Duration;

/** A duration as a person says it, rounded down to what still matters. */
final class Age {

    private Age() {}

    /** {@code 40 s}, {@code 3 min}, {@code 5 h 10 min}, {@code 12 d}; what is negative is said to be ahead: {@code -40 s}. */
    static String of(Duration duration) {
        if (duration.isNegative()) {
            return "-" + of(duration.negated());
        }
        if (duration.toSeconds() < 90) {
            return duration.toSeconds() + " s";
        }
        if (duration.toMinutes() < 90) {
            return duration.toMinutes() + " min";
        }
        if (duration.toHours() < 48) {
            return duration.toHours() + " h" + (duration.toMinutesPart() == 0 ? "" : " " + duration.toMinutesPart() + " min");
        }
        return duration.toDays() + " d";
    }
}
