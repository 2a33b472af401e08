package io.pvroute.copyupsert;

import java.sql.Connection;
import java.sql.SQLException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transaction on a connection that may be of a pool. Until it is begun, each statement is a transaction of its own. Closed without a
 * commit it is rolled back, and autoCommit is as it was before. Where the rollback fails, the connection is dead (the driver has closed it)
 * and is left as it is for the pool to find.
 */
final class Transaction implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Transaction.class);

    private final Connection connection;
    private final boolean autoCommit;
    private boolean begun;
    private boolean committed;

    Transaction(Connection connection) throws SQLException {
        this.connection = connection;
        autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(true);
    }

    void begin() throws SQLException {
        connection.setAutoCommit(false);
        begun = true;
    }

    void commit() throws SQLException {
        connection.commit();
        committed = true;
    }

    @Override
    public void close() throws SQLException {
        if (begun && !committed) {
            connection.rollback();
        }
        if (!committed) {
            connection.setAutoCommit(autoCommit);
            return;
        }
        try {
            connection.setAutoCommit(autoCommit);
        } catch (SQLException e) {
            // The rows are stored; that the connection died right after must not look as if they were not.
            LOG.warn("The connection failed after its commit; what was committed is stored.", e);
        }
    }
}
