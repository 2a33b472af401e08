package io.pvroute.copyupsert;

import java.util.List;

/**
 * Where in the target's key the rows of a batch lie. Without it, the planner reads the whole of a big table that was never analyzed, to
 * find 4,608 rows of it. The leading columns of the key that have one value are bound by equality, and the first that varies by its least
 * and greatest value; a bound on a later column alone makes it worse.
 */
record Range(List<Bound> bounds) {

    /**
     * @param atLeast text of the least value, in the form that the type's input function takes; null where only the server can tell
     * @param atMost  the same for the greatest value
     * @param one     both are the same
     */
    record Bound(KeyPart part, String atLeast, String atMost, boolean one) {
    }
}
