package io.pvroute.bench;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A ratio, or another number, that was set as a goal.
 *
 * @param name    as in the last lines of the output
 * @param atLeast whether more is better
 * @param goal    what is to be reached
 */
record Target(String name, boolean atLeast, double goal) {

    /** One line for programs: {@code ratio NAME VALUE target GOAL ok|below|above}, or {@code ratio NAME skipped}. */
    String line(OptionalDouble value) {
        if (value.isEmpty()) {
            return "ratio " + name + " skipped";
        }
        // compared as it is printed
        double rounded = Math.round(value.getAsDouble() * 100) / 100.0;
        String verdict = atLeast ? rounded >= goal ? "ok" : "below" : rounded <= goal ? "ok" : "above";
        return String.format(Locale.ROOT, "ratio %s %.2f target %s %s", name, rounded,
                BigDecimal.valueOf(goal).stripTrailingZeros().toPlainString(), verdict);
    }
}
