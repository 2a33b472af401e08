package io.pvroute.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A contestant with a JDBC connection to itself, on which it ends the transactions. */
abstract class JdbcContestant implements Contestant {

    final Connection connection;
    final Shape shape;
    final String table;

    JdbcContestant(Connection connection, Shape shape, String table) throws SQLException {
        this.connection = connection;
        this.shape = shape;
        this.table = table;
        connection.setAutoCommit(false);
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void tellStatistics() throws SQLException {
        execute("SELECT pg_stat_force_next_flush()");
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
