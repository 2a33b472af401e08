package io.pvroute.bench;

import java.sql.SQLException;
import java.util.List;

/** Someone who writes batches of rows into one table over one connection, each batch in one transaction. */
interface Contestant extends AutoCloseable {

    /** The batch in the form that it takes, made before the clock runs; where the rows are that, the rows themselves. */
    default Object ready(List<Object[]> rows) {
        return rows;
    }

    /** Writes a batch that {@link #ready} has made, and commits it. This is what is measured. */
    void write(Object batch) throws Exception;

    /** Makes its connection tell the server's statistics at once what it has written. */
    void tellStatistics() throws SQLException;

    @Override
    void close() throws SQLException;
}
