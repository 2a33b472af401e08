package io.pvroute.copyupsert;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;

import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.postgresql.copy.CopyIn;

/**
 * Writes one batch within a transaction that someone else begins and ends: COPY into the stage, settle duplicates, update what differs,
 * insert what is not there.
 *
 * <p>Not MERGE: before PostgreSQL 17 it does not tell what it inserted from what it updated, it has to be repeated after a 23505 just the
 * same, and 12 to 14 do not have it. Not INSERT … ON CONFLICT DO UPDATE: it locks every row that it meets, which writes WAL for rows that
 * are the same, and it costs twice as much on a first load.
 *
 * <p>What is promised is promised per row, at READ COMMITTED: where another transaction writes the same key at the same time, the row ends
 * with one of the two values, whole. A row that it inserts between our update and our insert keeps its value and is counted as unchanged,
 * as if it had come right after us.
 */
final class BatchWriter {

    /** Rounds of update and insert when giving way; a trigger that refuses rows silently would otherwise never let it end. */
    private static final int ROUNDS = 3;

    /** Stages that a session keeps: more than the tables and sets of columns that one program is likely to have. */
    private static final int MOST_STAGES = 32;

    /** As many stored rows for each row of the batch are read sooner than the batch's rows are looked up one by one. */
    private static final int WORTH_READING = 2;

    /**
     * Every statement must see what others have committed by then, or the last one would not see that the table was altered. A bitmap
     * reads the whole of a range, however few rows are asked for. And a way to join that is off is so dear on paper, before PostgreSQL
     * 18, that jit would set in.
     */
    private static final String SETTINGS = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL enable_bitmapscan = off; "
            + "SET LOCAL jit = off";

    private final Connection connection;
    private final Target target;
    private final Nulls nulls;
    private final EncodedBatch batch;
    private Statements statements;

    BatchWriter(Connection connection, Target target, Nulls nulls, EncodedBatch batch) {
        this.connection = connection;
        this.target = target;
        this.nulls = nulls;
        this.batch = batch;
        statements = new Statements(target, nulls, batch.range());
    }

    /**
     * @param givingWay someone else has inserted some of the keys while the batch was tried before; slower, but does not fail again
     * @return whether the target was still as the catalog had told: where not, roll back and read the catalog again
     */
    Outcome write(boolean givingWay) throws SQLException {
        stage();
        long duplicates = batch.increasing() ? 0 : settleDuplicates();
        if (!reach()) {
            statements = new Statements(target, nulls, Range.ALL);
        }
        long updated = 0;
        long inserted = 0;
        if (givingWay) {
            long left = batch.rows() - duplicates;
            for (int round = 0; round < ROUNDS && left > 0; round++) {
                updated += update();
                left -= execute(statements.deleteSettled());
                long written = execute(statements.insertGivingWay());
                inserted += written;
                left -= written;
            }
            if (left > 0 && !isStale()) {
                // Someone else was in the way each time, which must not pass for unchanged and fails here; or a trigger keeps them out.
                execute(statements.deleteSettled());
                inserted += execute(statements.insert());
                updated += update();
            }
        } else {
            updated = update();
            inserted = execute(statements.insert());
        }
        // Asked last: the statements before hold a lock until the end of the transaction that keeps the table from being altered.
        return new Outcome(Counts.ofUpsert(batch.rows(), duplicates, inserted, updated), isStale());
    }

    private boolean isStale() throws SQLException {
        return !target.fingerprint().equals(Catalog.fingerprint(connection, target.candidates()));
    }

    /** @param stale the table was altered since its catalog was read: nothing of this may be committed */
    record Outcome(Counts counts, boolean stale) {
    }

    /**
     * After a failure, in a new transaction: finds the value that its type does not take, where only the server can read the type.
     *
     * @throws UpsertDataException if there is one
     * @throws SQLException        before PostgreSQL 16, which cannot be asked
     */
    void refuseMisfit() throws SQLException {
        stage();
        try (PreparedStatement statement = prepare(statements.firstMisfit()); ResultSet row = statement.executeQuery()) {
            if (row.next()) {
                throw batch.misfit(row.getInt("number"), row.getInt("position"), row.getString("message"));
            }
        }
    }

    private void stage() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(SETTINGS);
            // It is of the server's session, and behind a pooler another session may serve each transaction.
            boolean absent;
            String isAbsent = "SELECT pg_catalog.to_regclass('pg_temp." + statements.stageName() + "') IS NULL";
            try (ResultSet row = statement.executeQuery(isAbsent)) {
                row.next();
                absent = row.getBoolean(1);
            }
            if (absent) {
                dropStages(statement);
                statement.execute(statements.createStage());
            }
        }
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(statements.copyToStage());
        try {
            batch.sendTo(copy);
            copy.endCopy();
        } finally {
            // Left active, it would block the connection for whoever gets it from the pool next.
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    /** Every commit empties all stages of the session, those too that no table has any more: 400 made a batch of one row take 240 ms. */
    private static void dropStages(Statement statement) throws SQLException {
        String drop;
        try (ResultSet row = statement.executeQuery(Statements.dropStages(MOST_STAGES))) {
            row.next();
            drop = row.getString(1);
        }
        if (drop != null) {
            statement.execute(drop);
        }
    }

    private long settleDuplicates() throws SQLException {
        if (nulls == Nulls.KEEP && !target.values().isEmpty()) {
            execute(statements.collectLastValues());
        }
        return execute(statements.deleteDuplicates());
    }

    /** Whether the range is worth reading as a whole. */
    private boolean reach() throws SQLException {
        Sql sql = statements.reach(WORTH_READING * batch.rows());
        try (PreparedStatement statement = prepare(sql); ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private long update() throws SQLException {
        return target.values().isEmpty() ? 0 : execute(statements.update());
    }

    private long execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeLargeUpdate(sql);
        }
    }

    private long execute(Sql sql) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            return statement.executeLargeUpdate();
        }
    }

    private PreparedStatement prepare(Sql sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql.text());
        // Never a named one: its plan would in time forget the range, and a pooler might not know it.
        statement.unwrap(PGStatement.class).setPrepareThreshold(0);
        int index = 0;
        for (String parameter : sql.parameters()) {
            statement.setObject(++index, parameter, Types.OTHER);
        }
        return statement;
    }
}
