package io.pvroute.copyupsert;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides how a batch is written, from what is known of its table, its rows and the batches before. Each way stores the same; what differs
 * is the cost, and which of them a table allows.
 *
 * <p>Comparing on the wire is for keys whose bytes tell whether they are equal, and for columns that come back in the bytes that they were
 * sent in. Whether the rows of a batch lie close together in the table is known only when its range was read, and
 * whether they differ from what is stored only when they were compared: the next few batches are taken to be like the last.
 */
final class Plan {

    /** Stored rows that are read for each row of a batch, at most, to find those that it has: more are dearer than to look up its keys. */
    static final int WORTH_READING = 2;

    private static final Logger LOG = LoggerFactory.getLogger(Plan.class);

    /** Keys that are looked up at once: for more the server would compile its plan first, which takes longer than the stage. */
    private static final int MOST_KEYS = 10_000;
    /** Rows that go as arrays: more of them are cheaper by COPY into a table, even if that has to be made first. */
    private static final int MOST_ARRAYS = 1_000;
    private final Target target;
    private final Way forced;
    private final Habit habit;

    Plan(Target target, Way forced, Habit habit) {
        this.target = target;
        this.forced = forced;
        this.habit = habit;
    }

    /** How a batch is told apart at first: RANGE, KEYS, or STAGE for leaving it to the server. */
    Way comparison(int rows) {
        if (!target.comparable()) {
            return because(Way.STAGE, rows, whyNotComparable());
        }
        if (forced != Way.AUTO) {
            return because(forced == Way.ARRAYS ? Way.STAGE : forced, rows, "it is set");
        }
        if (habit.isChanging()) {
            return because(Way.STAGE, rows, "most rows of the batch before had to be updated");
        }
        if (rows <= MOST_KEYS && habit.isScattered()) {
            return because(Way.KEYS, rows, "a batch before lay scattered over the table");
        }
        return because(Way.RANGE, rows, "nothing is known yet of what is stored between its keys");
    }

    private String whyNotComparable() {
        if (!target.unique()) {
            return "no unique index keeps others from inserting the same key";
        }
        if (target.rules()) {
            return "COPY does not follow the table's rules";
        }
        return target.faithful() ? "a column travels as text" : "equal keys may have different bytes";
    }

    /** What became of a batch. */
    void learn(long rows, long updated) {
        habit.changed((double) updated / rows);
    }

    /** How a batch is told apart after more rows than are worth reading turned out to be stored in its range. */
    Way comparisonOfScattered(int rows) {
        if (rows <= MOST_KEYS) {
            habit.scattered();
            return because(Way.KEYS, rows, "more than " + WORTH_READING + " rows for each of its own are stored in its range");
        }
        return because(Way.STAGE, rows, "it is scattered, and too long for its keys to be looked up");
    }

    /** How rows travel that the server compares: STAGE or ARRAYS. */
    Way carrier(int rows) {
        if (!target.temporary()) {
            return because(Way.ARRAYS, rows, "this user may not create temporary tables");
        }
        if (forced == Way.STAGE || forced == Way.ARRAYS) {
            return because(forced, rows, "it is set");
        }
        return rows <= MOST_ARRAYS ? because(Way.ARRAYS, rows, "they are few") : because(Way.STAGE, rows, "they are many");
    }

    private Way because(Way way, int rows, String reason) {
        LOG.debug("{} rows for {}: {}, as {}.", rows, target.name(), way, reason);
        return way;
    }
}
