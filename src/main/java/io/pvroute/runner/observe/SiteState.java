package io.pvroute.runner.observe;

import java.util.OptionalDouble;

/**
 * A site that is read, as the database has it.
 *
 * @param newest           its newest sample as text in UTC, or null where there is none
 * @param newestAgeSeconds how old that is, by the database's clock; empty where there is none
 * @param down             its logger did not answer when it was asked last
 * @param late             it is silent, though by its own rhythm it should not be
 * @param error            what is wrong with it in a sentence, or null
 * @param deadLetters      windows whose last read failed
 */
record SiteState(String site, String newest, OptionalDouble newestAgeSeconds, boolean down, boolean late, String error, long deadLetters) {

    /** What a person reads about a site that is late. */
    String lateness() {
        String silence = newest == null ? site + " has not sent a sample yet" : site + " sends nothing since " + newest
                + ", though it did at these hours on the days before";
        return silence + (error == null ? "." : ": " + error.replaceFirst("\\.$", "") + ".");
    }
}
