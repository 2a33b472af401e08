package io.pvroute.faults;

import java.io.PrintStream;
import java.time.Duration;

/** What a person sees while it runs: what is done, when it is done, and every ten seconds where it stands. */
final class Progress {

    private static final Duration EVERY = Duration.ofSeconds(10);

    private final PrintStream out;
    private final long began = System.nanoTime();
    private long told;

    Progress(PrintStream out) {
        this.out = out;
    }

    synchronized void say(String line) {
        long seconds = (System.nanoTime() - began) / 1_000_000_000;
        out.printf("  %2d:%02d  %s%n", seconds / 60, seconds % 60, line);
    }

    /** Where it stands; told now and then. */
    synchronized void now(String line) {
        if (told == 0 || System.nanoTime() - told > EVERY.toNanos()) {
            told = System.nanoTime();
            say(line);
        }
    }
}
