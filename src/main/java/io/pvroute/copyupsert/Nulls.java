package io.pvroute.copyupsert;

/** What a NULL that was given does to the value that is stored. */
enum Nulls {
    /** It replaces it. */
    OVERWRITE,
    /** Nothing: what is stored stays. A new row has the NULL. */
    KEEP
}
