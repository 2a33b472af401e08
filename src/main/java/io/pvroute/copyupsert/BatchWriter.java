package io.pvroute.copyupsert;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Writes one batch: settles duplicates, tells apart what is new, changed and the same, and only then begins a transaction, which updates
 * what is changed and inserts what is new. A batch that is stored already costs one query.
 *
 * <p>Not MERGE: before PostgreSQL 17 it does not tell what it inserted from what it updated, it has to be repeated after a 23505 just the
 * same, and 13 and 14 do not have it. Not INSERT … ON CONFLICT DO UPDATE: it locks every row that it meets, which writes WAL for rows that
 * are the same, and it costs twice as much on a first load.
 *
 * <p>What is promised is promised per row, at READ COMMITTED: where another transaction writes the same key at the same time, the row ends
 * with one of the two values, whole. A row that it inserts while this one gives way keeps its value and is counted as unchanged, as if it
 * had come right after us.
 *
 * <p>All transactions update first and insert then, each in the order of the key, so that they wait for each other without a deadlock.
 */
final class BatchWriter {

    /** Rounds of insert and update when giving way; a trigger that refuses rows silently would otherwise never let it end. */
    private static final int ROUNDS = 3;

    /** Every statement must see what others have committed by then, or the last one would not see that the table was altered. */
    private static final String ISOLATION = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";

    private final Session session;
    private final Settings settings;
    private final EncodedBatch batch;
    private final Plan plan;
    private Counts counts = Counts.NONE;

    BatchWriter(Session session, Settings settings, EncodedBatch batch, Plan plan) {
        this.session = session;
        this.settings = settings;
        this.batch = batch;
        this.plan = plan;
    }

    /** @param stale the table was altered since its catalog was read: nothing of this may be committed */
    record Outcome(Counts counts, boolean stale) {
    }

    /**
     * What is to be written of a group.
     *
     * @param fresh  rows whose keys are not there
     * @param others those that differ from what is stored; or all, if the server is to compare
     */
    private record Work(EncodedBatch.Group group, EncodedRows fresh, EncodedRows others) {

        boolean nothing() {
            return fresh.size() == 0 && others.size() == 0;
        }
    }

    /**
     * @param transaction is begun and committed only if there is something to write
     * @param givingWay   someone else has inserted some of the keys while the batch was tried before; slower, but does not fail again
     */
    Outcome write(Transaction transaction, boolean givingWay) throws SQLException {
        EncodedRows settled = settled();
        counts = new Counts(0, 0, 0, 0, batch.rows().size() - settled.size());
        var works = new ArrayList<Work>();
        for (EncodedBatch.Group group : batch.groups(settled)) {
            Work work = givingWay ? undecided(group) : compared(group);
            if (!work.nothing()) {
                works.add(work);
            }
        }
        if (works.isEmpty() && counts.missing() == 0) {
            plan.learn(batch.rows().size(), 0);
            return new Outcome(counts, false); // each row was found as it was given: that is so, whatever became of the table
        }
        transaction.begin();
        session.execute(beginning(works));
        for (Work work : works) {
            write(work, givingWay);
        }
        // Asked last: the statements before hold a lock until the end of the transaction that keeps the table from being altered.
        boolean stale = isStale();
        if (!stale) {
            transaction.commit();
            plan.learn(batch.rows().size(), counts.updated());
        }
        return new Outcome(counts, stale);
    }

    /**
     * After a failure, in a new transaction: finds the value that its type does not take, where only the server can read the type.
     *
     * @throws UpsertDataException if there is one
     * @throws SQLException        before PostgreSQL 16, which cannot be asked
     */
    void refuseMisfit() throws SQLException {
        for (EncodedBatch.Group group : batch.groups(batch.rows())) {
            Statements statements = Statements.ofArrays(group.target(), settings.nulls(), group.rows().arrays(group.target().columns()));
            try (PreparedStatement statement = session.prepare(statements.firstMisfit()); ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    throw batch.misfit(group.rows().number(row.getInt("number") - 1),
                            group.target().columns().get(row.getInt("position")), row.getString("message"));
                }
            }
        }
    }

    private EncodedRows settled() throws SQLException {
        if (batch.increasing() || batch.rows().size() < 2) {
            return batch.rows();
        }
        if (batch.target().faithful()) {
            return batch.settled(settings.nulls());
        }
        // Only the server knows which of the keys are equal.
        Target keys = batch.target().onlyKey();
        var same = new ArrayList<List<Integer>>();
        Statements statements = Statements.ofArrays(keys, settings.nulls(), batch.rows().arrays(keys.columns()));
        try (PreparedStatement statement = session.prepare(statements.duplicates()); ResultSet group = statement.executeQuery()) {
            while (group.next()) {
                same.add(Arrays.stream((Long[]) group.getArray(1).getArray()).map(number -> number.intValue() - 1).toList());
            }
        }
        return same.isEmpty() ? batch.rows() : batch.settled(same, settings.nulls());
    }

    private Work compared(EncodedBatch.Group group) throws SQLException {
        EncodedRows rows = group.rows();
        var comparison = new Comparison(session.connection(), group.target(), settings.mode(), settings.nulls(), rows);
        Way way = plan.comparison(rows.size());
        Comparison.Parted parted = null;
        if (way == Way.RANGE) {
            parted = comparison.ofRange();
            way = parted == null ? plan.comparisonOfScattered(rows.size()) : way;
        }
        if (way == Way.KEYS) {
            parted = comparison.ofKeys();
        }
        if (parted == null) {
            return undecided(group);
        }
        boolean creates = settings.mode().creates();
        counts = counts.plus(new Counts(0, 0, parted.unchanged(), creates ? 0 : parted.fresh().size(), 0));
        return new Work(group, creates ? parted.fresh() : rows.none(), parted.changed());
    }

    /** All rows are left to the server to compare. */
    private static Work undecided(EncodedBatch.Group group) {
        return new Work(group, group.rows().none(), group.rows());
    }

    /** What a transaction begins with, all in one message. */
    private String beginning(List<Work> works) {
        if (!batch.target().unique()) {
            return ISOLATION + "; " + Statements.ofStage(batch.target(), settings.nulls()).lock();
        }
        return works.stream().allMatch(work -> work.others().size() == 0) ? ISOLATION : ISOLATION + "; " + Statements.lookUp();
    }

    private void write(Work work, boolean givingWay) throws SQLException {
        Target target = work.group().target();
        if (work.others().size() > 0 && givingWay && settings.mode() == Mode.UPSERT && target.unique()) {
            giveWay(target, work.others());
        } else if (work.others().size() > 0) {
            carry(work);
        }
        if (work.fresh().size() > 0) {
            long inserted = session.copy(Statements.ofStage(target, settings.nulls()).copyToTarget(), target.table(), work.fresh());
            count(work.fresh().size(), inserted, 0, 0);
        }
    }

    private void carry(Work work) throws SQLException {
        Target target = work.group().target();
        EncodedRows rows = work.others();
        Statements statements = plan.carrier(rows.size()) == Way.ARRAYS ? arrays(target, rows) : staged(target, rows);
        boolean creates = settings.mode().creates();
        long updated = 0;
        long inserted = 0;
        if (settings.mode().changes() && !target.values().isEmpty()) {
            updated = target.unique() ? session.execute(statements.update()) : session.number(statements.updateAll());
        }
        if (creates && updated < rows.size()) {
            inserted = session.execute(settings.mode() == Mode.INSERT ? statements.insertOrKeep() : statements.insert());
        }
        long missing = creates || updated == rows.size() ? 0 : rows.size() - session.number(statements.countThere());
        count(rows.size(), inserted, updated, missing);
    }

    private void giveWay(Target target, EncodedRows rows) throws SQLException {
        EncodedRows left = rows;
        long inserted = 0;
        long updated = 0;
        for (int round = 0; round < ROUNDS && left.size() > 0; round++) {
            Statements statements = arrays(target, left);
            updated += target.values().isEmpty() ? 0 : session.execute(statements.update());
            left = left.without(session.positions(statements.there()));
            if (left.size() > 0) {
                BitSet written = session.positions(arrays(target, left).insertGivingWay());
                inserted += written.cardinality();
                left = left.without(written);
            }
        }
        if (left.size() > 0 && !isStale()) {
            // Someone else was in the way each time, which must not pass for unchanged and fails here; or a trigger keeps them out.
            Statements statements = arrays(target, left);
            updated += target.values().isEmpty() ? 0 : session.execute(statements.update());
            inserted += session.execute(statements.insert());
        }
        count(rows.size(), inserted, updated, 0);
    }

    private void count(long rows, long inserted, long updated, long missing) {
        counts = counts.plus(new Counts(inserted, updated, rows - inserted - updated - missing, missing, 0));
    }

    private boolean isStale() throws SQLException {
        return !batch.target().fingerprint().equals(Catalog.fingerprint(session.connection(), batch.target().candidates()));
    }

    private Statements arrays(Target target, EncodedRows rows) {
        return Statements.ofArrays(target, settings.nulls(), rows.arrays(target.columns()));
    }

    private Statements staged(Target target, EncodedRows rows) throws SQLException {
        Statements statements = Statements.ofStage(target, settings.nulls());
        new Stage(session).fill(statements, rows);
        return statements;
    }
}
