package io.pvroute.runner;

import java.util.concurrent.atomic.AtomicReference;

/**
 * So that an outage of the database is told once when it begins and once when it ends, whichever of the threads of the routes sees it first.
 *
 * <p>What is out is told by the fault that {@link FailureReason} gives: {@code NONE} ends as soon as any statement works, {@code DATABASE}
 * only when something was stored. A database that does not store and besides is away now and then is out until it stores.
 */
public final class DatabaseOutage {

    private static final String WORKS = "";
    private static final String AWAY = "NONE";

    private final AtomicReference<String> now = new AtomicReference<>(WORKS);

    /** @return whether this is new, and worth a line */
    public boolean begins(String fault) {
        String before = now.getAndUpdate(told -> told.equals(WORKS) || told.equals(AWAY) ? fault : told);
        return before.equals(WORKS) || before.equals(AWAY) && !fault.equals(AWAY);
    }

    /** A statement has worked. @return whether that ends an outage, and is worth a line */
    public boolean answers() {
        return now.compareAndSet(AWAY, WORKS);
    }

    /** Rows have been stored and booked. @return whether that ends an outage, and is worth a line */
    public boolean stores() {
        return !now.getAndSet(WORKS).equals(WORKS);
    }
}
