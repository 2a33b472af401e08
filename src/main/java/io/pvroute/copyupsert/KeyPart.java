package io.pvroute.copyupsert;

/**
 * A column of the key, with the operators by which its index compares it: what is equal is for the index to say, and what {@code =} means
 * otherwise depends on the session's search_path.
 *
 * @param equal        the operator as SQL text, as are the next two
 * @param collate      the COLLATE clause of the index's collation with a blank before it; empty where the type has none
 * @param direction    the direction of the index, as ORDER BY takes it, with a blank before it; empty for the usual one
 * @param faithful     equal bytes of two values mean equal values and the reverse
 * @param byteOrdered  and the order of the bytes, see {@link Encoding.KeyBytes}, is that of the index
 * @param defaultOrder the index has the operators that ORDER BY has without more words
 */
record KeyPart(Column column, String equal, String atMost, String atLeast, String collate, String direction, boolean faithful,
               boolean byteOrdered, boolean defaultOrder) {

    /** The bytes of a value are text, whose order in its index may be another. */
    boolean textual() {
        return !collate.isEmpty() || column.encoding().keyBytes() == Encoding.KeyBytes.UNORDERED;
    }

    boolean signed() {
        return column.encoding().keyBytes() == Encoding.KeyBytes.SIGNED;
    }
}
