package io.pvroute.copyupsert;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.BitSet;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Runs statements over a connection within a {@link Transaction}. */
final class Session {

    private final Connection connection;
    private Copying copying;

    Session(Connection connection) {
        this.connection = connection;
    }

    /** Rows on their way by COPY, and the name by which the server speaks of where they go. */
    record Copying(String table, EncodedRows rows) {
    }

    Connection connection() {
        return connection;
    }

    /** The rows that a COPY was sending when it failed; null if none did. */
    Copying copying() {
        return copying;
    }

    /** @return how many rows went */
    long copy(String sql, String table, EncodedRows rows) throws SQLException {
        copying = new Copying(table, rows);
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
        long copied;
        try {
            rows.sendTo(copy);
            copied = copy.endCopy();
        } finally {
            // Left active, it would block the connection for whoever gets it from the pool next.
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
        copying = null;
        return copied;
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** @return how many rows it wrote */
    long execute(Sql sql) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            return statement.executeLargeUpdate();
        }
    }

    long number(Sql sql) throws SQLException {
        try (PreparedStatement statement = prepare(sql); ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** The text in the only row and column, null for NULL. */
    String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Numbers from 1, as positions from 0. */
    BitSet positions(Sql sql) throws SQLException {
        var positions = new BitSet();
        try (PreparedStatement statement = prepare(sql); ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                positions.set(row.getInt(1) - 1);
            }
        }
        return positions;
    }

    PreparedStatement prepare(Sql sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql.text());
        int index = 0;
        for (String parameter : sql.parameters()) {
            statement.setObject(++index, parameter, Types.OTHER);
        }
        return statement;
    }
}
