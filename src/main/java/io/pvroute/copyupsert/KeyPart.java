package io.pvroute.copyupsert;

/**
 * A column of the key, with the operators by which its index compares it: what is equal is for the index to say, and what {@code =} means
 * otherwise depends on the session's search_path.
 *
 * @param position     of the column among the target's columns, from 0
 * @param equal        the operator as SQL text, as are the next two
 * @param collate      the COLLATE clause of the index's collation with a blank before it; empty where the type has none
 * @param faithful     equal bytes of two values mean equal values and the reverse
 * @param byteOrdered  and the order of the bytes, see {@link Encoding.KeyBytes}, is that of the index
 * @param defaultOrder the index has the order that ORDER BY has without more words
 */
record KeyPart(Column column, int position, String equal, String atMost, String atLeast, String collate, boolean faithful,
               boolean byteOrdered, boolean defaultOrder) {

    boolean signed() {
        return column.encoding().keyBytes() == Encoding.KeyBytes.SIGNED;
    }
}
