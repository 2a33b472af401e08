package io.pvroute.faults;

import java.util.List;

/**
 * One of the six promises, and what was found.
 *
 * @param number  1 to 6
 * @param words   what is promised
 * @param figures what was looked at, in a few words
 * @param broken  what is not as promised, a line each; empty where it was kept
 */
record Promise(int number, String words, String figures, List<String> broken) {

    private static final int SHOWN = 8;

    Promise {
        broken = List.copyOf(broken);
    }

    boolean kept() {
        return broken.isEmpty();
    }

    /** With the first of what is wrong. */
    String text() {
        StringBuilder text = new StringBuilder(String.format("%s  %d. %s (%s)%n", kept() ? "passed" : "FAILED", number, words, figures));
        broken.stream().limit(SHOWN).forEach(line -> text.append("          ").append(line).append(System.lineSeparator()));
        if (broken.size() > SHOWN) {
            text.append(String.format("          … and %,d more%n", broken.size() - SHOWN));
        }
        return text.toString();
    }
}
