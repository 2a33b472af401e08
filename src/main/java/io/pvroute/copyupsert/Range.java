package io.pvroute.copyupsert;

import java.util.List;

/**
 * Where in the target's key the rows of a batch lie. Without it, the planner reads the whole of a big table that was never analyzed, to
 * find 4,608 rows of it. The leading columns of the key are bound to the values that they have, as long as these are few, and the first
 * column of many values to what lies between its least and its greatest; a bound on a later column alone makes it worse.
 */
record Range(List<Bound> bounds) {

    static final Range ALL = new Range(List.of());

    /**
     * A column of the key and the values that the batch has of it, as text that the type's input function takes.
     *
     * @param among   all its values; empty where they are many, or where only the server knows them
     * @param atLeast the least of many; null where only the server knows
     * @param atMost  the greatest of many; null where only the server knows
     * @param one     there is one value only
     */
    record Bound(KeyPart part, List<String> among, String atLeast, String atMost, boolean one) {

        static Bound among(KeyPart part, List<String> values) {
            return new Bound(part, values, null, null, values.size() == 1);
        }

        static Bound between(KeyPart part, String atLeast, String atMost) {
            return new Bound(part, List.of(), atLeast, atMost, false);
        }

        /** One value, in a form that only the server knows: char(n) without its blanks, for one. */
        static Bound one(KeyPart part) {
            return new Bound(part, List.of(), null, null, true);
        }
    }
}
