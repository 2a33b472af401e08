package io.pvroute.copyupsert;

import java.util.List;

/** The rows of one transaction, as given. Rows and columns are counted from 0; {@link #firstRow} alone counts from 1, as people do. */
interface Batch {

    /** Number of the first of its rows in the body, from 1. */
    long firstRow();

    int size();

    /** Names of the columns as given: those configured, else all that any of its rows has. */
    List<String> columns();

    /** Whether the row has the column at all. What a row does not have is left as it is stored; null is a value. */
    boolean isGiven(int row, int column);

    /** The value as given, for messages; null is NULL. Only for what {@link #isGiven}. */
    Object value(int row, int column);

    /** Writes the value as one field, NULL included. Only for what {@link #isGiven}. */
    void encode(int row, int column, Encoder encoder, CopyBuffer out) throws Misfit;

    /** The rows by their numbers in the body, for messages. */
    default String description() {
        long last = firstRow() + size() - 1;
        return firstRow() == last ? "row " + firstRow() : "rows " + firstRow() + " to " + last;
    }
}
