package io.pvroute.copyupsert;

/** What becomes of a row whose key is there, and of one whose key is not. */
enum Mode {
    /** New rows are inserted, stored ones updated. */
    UPSERT,
    /** New rows are inserted, stored ones win. */
    INSERT,
    /** Stored rows are updated, new ones are only counted. */
    UPDATE;

    boolean creates() {
        return this != UPDATE;
    }

    boolean changes() {
        return this != INSERT;
    }
}
