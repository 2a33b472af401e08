package io.pvroute.copyupsert;

import java.sql.Connection;
import java.sql.SQLException;

import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transaction on a connection that may be of a pool. Until it is begun, each statement is a transaction of its own. Closed without a
 * commit it is rolled back, and autoCommit is as it was before. Where the rollback fails, the connection is dead (the driver has closed it)
 * and is left as it is for the pool to find.
 *
 * <p>Within it the driver gives no statement a name: after their fifth use even BEGIN and COMMIT would have one, and behind a pooler the
 * next transaction may be of another session, which does not know it, or of a session where a stranger has taken it.
 */
final class Transaction implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Transaction.class);

    private final Connection connection;
    private final PGConnection session;
    private final boolean autoCommit;
    private final int prepareThreshold;
    private boolean begun;
    private boolean committed;

    Transaction(Connection connection) throws SQLException {
        this.connection = connection;
        session = connection.unwrap(PGConnection.class);
        autoCommit = connection.getAutoCommit();
        prepareThreshold = session.getPrepareThreshold();
        session.setPrepareThreshold(0);
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
        try {
            if (begun && !committed) {
                connection.rollback();
            }
            connection.setAutoCommit(autoCommit);
        } catch (SQLException e) {
            if (!committed) {
                throw e;
            }
            // The rows are stored; that the connection died right after must not look as if they were not.
            LOG.warn("The connection failed after its commit; what was committed is stored.", e);
        } finally {
            session.setPrepareThreshold(prepareThreshold);
        }
    }
}
