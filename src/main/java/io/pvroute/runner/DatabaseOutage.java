package io.pvroute.runner;

import java.util.concurrent.atomic.AtomicReference;

/**
 * So that an outage of the database is told once when it begins and once when it ends, whichever of the threads of the routes sees it first.
 *
 * <p>What is out is told by the fault that {@link FailureReason} gives: {@code NONE} ends as soon as any statement works, {@code DATABASE}
 * only when something was stored. A database that does not store and besides is away now and then is out until it stores. A reading of the
 * present that is stored proves little for the archive, which may wait for a lock on its own table: it ends what a reading began.
 */
public final class DatabaseOutage {

    /** @param ofReadings whether nothing but readings has seen it */
    private record State(String fault, boolean ofReadings) {

        boolean isAway() {
            return fault.equals("NONE");
        }
    }

    private static final State WORKS = new State("", false);

    private final AtomicReference<State> now = new AtomicReference<>(WORKS);

    /** @return whether this is new, and worth a line */
    public boolean begins(String fault) {
        return begins(fault, false);
    }

    /** A reading of the present could not be stored. @return whether this is new, and worth a line */
    public boolean beginsForReading(String fault) {
        return begins(fault, true);
    }

    private boolean begins(String fault, boolean ofReading) {
        State before = now.getAndUpdate(told -> told.equals(WORKS) || told.isAway() ? new State(fault, ofReading)
                : new State(told.fault(), told.ofReadings() && ofReading));
        return before.equals(WORKS) || before.isAway() && !fault.equals(before.fault());
    }

    /** A statement has worked. @return whether that ends an outage, and is worth a line */
    public boolean answers() {
        return now.getAndUpdate(told -> told.isAway() ? WORKS : told).isAway();
    }

    /** Rows have been stored and booked. @return whether that ends an outage, and is worth a line */
    public boolean stores() {
        return !now.getAndSet(WORKS).equals(WORKS);
    }

    /** A reading of the present has been stored. @return whether that ends an outage, and is worth a line */
    public boolean storesReading() {
        State before = now.getAndUpdate(told -> told.isAway() || told.ofReadings() ? WORKS : told);
        return before.isAway() || before.ofReadings();
    }
}
