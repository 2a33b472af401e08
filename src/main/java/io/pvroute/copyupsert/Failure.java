package io.pvroute.copyupsert;

import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.Set;

/**
 * What a failure of the database means for the batch. This is the one place that decides what is tried again.
 *
 * <p>Source of the codes: PostgreSQL documentation, appendix A, "PostgreSQL Error Codes".
 */
enum Failure {

    /** Another try of the whole transaction, now, has a good chance. */
    AGAIN,
    /** Someone else has inserted the same key meanwhile: at once, and this time giving way to them. */
    RACE,
    /** Not the rows' fault, but not over in a second either. */
    LATER,
    /** The table is not what its catalog said when it was last read, or a name or right is missing. */
    SCHEMA,
    /** The rows' fault: the same rows fail again. */
    NEVER;

    private static final String UNIQUE_VIOLATION = "23505";
    private static final Set<String> AGAIN_STATES = Set.of(
            "40001", // serialization_failure
            "40P01", // deadlock_detected
            "55P03", // lock_not_available
            "57P01", "57P02", "57P03", // admin_shutdown, crash_shutdown, cannot_connect_now
            "53300"); // too_many_connections
    private static final Set<String> LATER_STATES = Set.of(
            "57014", // query_canceled: statement_timeout, or someone's hand
            "57P05", // idle_session_timeout
            "25006", // read_only_sql_transaction: a standby, as after a failover
            "25P03", "25P04"); // idle_in_transaction_session_timeout, transaction_timeout

    /** Whether the connection is lost. */
    static boolean isConnection(SQLException failure) {
        return failure.getSQLState() != null && failure.getSQLState().startsWith("08");
    }

    /** A null SQLSTATE is how pools report that they had no connection to give. */
    static Failure of(SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        if (state.equals(UNIQUE_VIOLATION)) {
            return RACE;
        }
        if (AGAIN_STATES.contains(state) || isConnection(failure) || state.isEmpty() && failure instanceof SQLTransientException) {
            return AGAIN;
        }
        // Class 53 is insufficient resources (disk, memory), class 58 the system's own errors.
        if (LATER_STATES.contains(state) || state.startsWith("53") || state.startsWith("58")) {
            return LATER;
        }
        if (state.startsWith("42") || state.equals("0A000") || state.equals("3F000")) {
            return SCHEMA;
        }
        return NEVER;
    }
}
