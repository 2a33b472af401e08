package io.pvroute.copyupsert;

import java.util.List;

/**
 * The rows of one transaction, as given.
 *
 * @param firstRow number of the first of them in the body, from 1
 * @param rows     values in the order of the columns
 */
record Batch(long firstRow, List<Object[]> rows) {

    int size() {
        return rows.size();
    }

    /** The rows by their numbers in the body, for messages. */
    String description() {
        long last = firstRow + size() - 1;
        return firstRow == last ? "row " + firstRow : "rows " + firstRow + " to " + last;
    }
}
