package io.pvroute.copyupsert;

/**
 * What became of the rows given. Every row is counted once: as one of the first four, or as a duplicate that a later row of the same batch
 * replaced.
 *
 * @param missing rows that were not created because the mode does not create any; 0 for an upsert
 */
record Counts(long inserted, long updated, long unchanged, long missing, long duplicates) {

    static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    /**
     * The counts of an upsert: each row that is neither written nor a duplicate was found as it should be, or is kept out by a trigger of
     * the table, which PostgreSQL does not tell apart.
     */
    static Counts ofUpsert(int rows, long duplicates, long inserted, long updated) {
        return new Counts(inserted, updated, rows - duplicates - inserted - updated, 0, duplicates);
    }

    Counts plus(Counts other) {
        return new Counts(inserted + other.inserted, updated + other.updated, unchanged + other.unchanged, missing + other.missing,
                duplicates + other.duplicates);
    }
}
