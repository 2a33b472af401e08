package io.pvroute.copyupsert;

/** How a batch is told apart into new, changed and unchanged rows, and how those travel that are to be written. */
enum Way {
    /** As {@link Plan} decides. */
    AUTO,
    /** The stored rows of the batch's range are read and compared here, on the wire. */
    RANGE,
    /** The stored rows with the batch's keys are read and compared here, on the wire. */
    KEYS,
    /** The server compares: everything goes through a temporary table. */
    STAGE,
    /** The server compares: everything goes as arrays, as parameters of the statements. */
    ARRAYS
}
