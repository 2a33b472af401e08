package io.pvroute.copyupsert;

/**
 * How the last batches into a table were, by which {@link Plan} guesses how the next is. A wrong guess costs time and nothing else, so that
 * threads need not wait for each other here.
 */
final class Habit {

    /** Batches after a scattered one that are taken to be like it: looking up their keys does not tell when they no longer are. */
    private static final int REMEMBERED = 16;

    private static final double MOST = 0.75;

    private volatile int scattered;
    private volatile boolean changing;

    /** A batch whose range holds far more stored rows than it has itself. */
    void scattered() {
        scattered = REMEMBERED;
    }

    /** @param share of the rows of a batch that differed from what was stored, 0 to 1 */
    void changed(double share) {
        changing = share > MOST;
    }

    /** Whether the next batch is taken to be scattered. */
    boolean isScattered() {
        int left = scattered;
        scattered = Math.max(0, left - 1);
        return left > 0;
    }

    /** Whether most of the next batch's rows are taken to differ from what is stored. */
    boolean isChanging() {
        return changing;
    }
}
