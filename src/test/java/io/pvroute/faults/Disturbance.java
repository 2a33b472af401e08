package io.pvroute.faults;

import java.time.Duration;

/**
 * Something that is done to the database, to a runner or to the book.
 *
 * @param at      since the beginning
 * @param what    what is done
 * @param target  which runner, or which site's book, from 0; 0 for the database
 * @param lasting until it is undone; zero where there is nothing to undo
 */
record Disturbance(Duration at, What what, int target, Duration lasting) {

    /** Who is disturbed: whatever happens to one happens one after the other. */
    enum Track { DATABASE, RUNNER, BOOK }

    enum What {
        STOPPED_FAST(Track.DATABASE, "PostgreSQL stopped fast, and started later"),
        STOPPED_IMMEDIATE(Track.DATABASE, "PostgreSQL stopped immediate, a crash, and started later"),
        RESTARTED(Track.DATABASE, "PostgreSQL restarted"),
        TERMINATED(Track.DATABASE, "all connections of runners terminated"),
        BLOCKED(Track.DATABASE, "COPY and UPDATE blocked by a lock on the table"),
        KILLED(Track.RUNNER, "runner killed (-9), and started later"),
        FROZEN(Track.RUNNER, "runner frozen past its lease, and continued"),
        STOPPED(Track.RUNNER, "runner asked to stop, and started later"),
        OWED_AGAIN(Track.BOOK, "all windows of a site owed once more");

        private final Track track;
        private final String words;

        What(Track track, String words) {
            this.track = track;
            this.words = words;
        }

        Track track() {
            return track;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    Duration ends() {
        return at.plus(lasting);
    }
}
