package io.pvroute.copyupsert;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One upsert of all rows of a body: a transaction for each batch, repeated as a whole where {@link Failure} says that this helps. That
 * holds for a COMMIT in doubt too: if it had landed, the repetition finds every row unchanged, and counts it so.
 */
final class Upsert {

    private static final Logger LOG = LoggerFactory.getLogger(Upsert.class);

    private static final int ATTEMPTS = 5;
    private static final long FIRST_PAUSE_MILLIS = 50;
    /** No attempt begins later than this after the first: a pool without connections has made everybody wait long enough. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Settings settings;
    private final Targets targets;
    private final Buffers buffers;
    private final Rows rows;
    private Counts counts = Counts.NONE;
    private long stored;
    private Session.Copying copying;

    Upsert(Settings settings, Targets targets, Buffers buffers, Rows rows) {
        this.settings = settings;
        this.targets = targets;
        this.buffers = buffers;
        this.rows = rows;
    }

    /**
     * @throws UpsertDataException      if the rows, the settings or the table do not allow it
     * @throws TransientUpsertException if the database does not, for now
     */
    Counts run() {
        for (Batch batch = next(); batch != null; batch = next()) {
            CopyBuffer buffer = buffers.take();
            Counts written = write(batch, buffer);
            buffers.giveBack(buffer);
            LOG.debug("Upserted {} into {}: {}", batch.description(), settings.table(), written);
            counts = counts.plus(written);
            stored += batch.size();
        }
        return counts;
    }

    private Batch next() {
        try {
            return rows.next();
        } catch (UpsertDataException e) {
            throw new UpsertDataException(e.getMessage() + " Its batch was not written; " + storedBefore(), e);
        }
    }

    private Counts write(Batch batch, CopyBuffer buffer) {
        long started = System.nanoTime();
        boolean givingWay = false;
        EncodedBatch encoded = null;
        for (int attempt = 1; ; attempt++) {
            Target target = null;
            try {
                target = targets.get(settings, batch.columns());
                if (encoded == null || encoded.target() != target) {
                    buffer.clear();
                    encoded = new EncodedBatch(target, batch, buffer);
                }
                BatchWriter.Outcome outcome = attempt(encoded, givingWay);
                if (!outcome.stale()) {
                    return outcome.counts();
                }
                targets.read(settings, batch.columns());
                if (attempt >= ATTEMPTS) {
                    throw new TransientUpsertException(target.name() + " was altered again and again while rows were written into it. "
                            + rolledBack(batch), null);
                }
            } catch (UpsertDataException e) {
                if (attempt >= ATTEMPTS || !altered(target, batch, e)) {
                    throw new UpsertDataException(e.getMessage() + ' ' + rolledBack(batch), e);
                }
            } catch (SQLException e) {
                // Pools give no connection to a thread that is to stop.
                Failure failure = Thread.currentThread().isInterrupted() ? Failure.LATER : Failure.of(e);
                boolean again = switch (failure) {
                    case AGAIN -> attempt < ATTEMPTS && System.nanoTime() - started < PATIENCE_NANOS;
                    case RACE -> !givingWay || attempt < ATTEMPTS && altered(target, batch, e);
                    case SCHEMA, NEVER -> attempt < ATTEMPTS && altered(target, batch, e);
                    case LATER -> false;
                };
                if (!again) {
                    throw failed(e, failure, batch, attempt);
                }
                if (failure == Failure.RACE) {
                    givingWay = true;
                    LOG.debug("Someone else has inserted a key of {} into {} meanwhile; it is tried again, giving way: {}",
                            batch.description(), settings.table(), ServerMessage.of(e, batch, null));
                }
                if (failure == Failure.AGAIN) {
                    LOG.warn("Writing {} into {} failed (attempt {} of {}); it is tried again: {}", batch.description(), settings.table(),
                            attempt, ATTEMPTS, ServerMessage.of(e, batch, null));
                    pause(attempt, e, batch);
                }
            }
        }
    }

    private BatchWriter.Outcome attempt(EncodedBatch encoded, boolean givingWay) throws SQLException {
        copying = null;
        Target target = encoded.target();
        try (Connection connection = settings.dataSource().getConnection()) {
            var session = new Session(connection);
            var writer = new BatchWriter(session, settings, encoded, new Plan(target, settings.way(), targets.habit(target)));
            try (var transaction = new Transaction(connection)) {
                return writer.write(transaction, givingWay);
            } catch (SQLException e) {
                copying = session.copying();
                if (Failure.isConnection(e)) {
                    discard(connection, e);
                }
                if (Failure.of(e) == Failure.NEVER && target.columns().stream().anyMatch(column -> column.encoding().unchecked())) {
                    refuseMisfit(writer, connection, e);
                }
                throw e;
            }
        }
    }

    /**
     * A COPY goes past the objects by which a pool learns that a connection died; any other statement on it tells the pool, which then keeps
     * it from the next one.
     */
    private static void discard(Connection connection, SQLException failure) {
        try {
            connection.abort(Runnable::run);
            connection.createStatement().close();
        } catch (SQLException dead) {
            failure.addSuppressed(dead);
        }
    }

    /** The server's message about a cast names neither row nor column; this one does. */
    private static void refuseMisfit(BatchWriter writer, Connection connection, SQLException failure) {
        try (var transaction = new Transaction(connection)) {
            transaction.begin();
            writer.refuseMisfit();
        } catch (SQLException e) {
            failure.addSuppressed(e); // then the server's message has to do
        } catch (UpsertDataException e) {
            e.initCause(failure);
            throw e;
        }
    }

    /** Whether the table is another than the one that was failed on: then that failure says nothing. */
    private boolean altered(Target target, Batch batch, Exception failure) {
        if (target == null) {
            return false;
        }
        try {
            Target now = targets.read(settings, batch.columns());
            return !now.fingerprint().equals(target.fingerprint()) || now.temporary() != target.temporary();
        } catch (SQLException e) {
            failure.addSuppressed(e);
            return false;
        } catch (UpsertDataException e) {
            return true; // dropped, for one: the next attempt ends with that sentence
        }
    }

    private RuntimeException failed(SQLException e, Failure failure, Batch batch, int attempts) {
        boolean transientFailure = failure == Failure.AGAIN || failure == Failure.LATER;
        String told = ServerMessage.of(e, batch, transientFailure ? null : copying);
        if (transientFailure) {
            return new TransientUpsertException("The database did not take " + batch.description() + " for " + settings.table() + ", tried "
                    + (attempts == 1 ? "once: " : attempts + " times: ") + told + ' ' + rolledBack(batch) + " Try again later.", e);
        }
        return new UpsertDataException(settings.table() + " does not take " + batch.description() + ": " + told + ' ' + rolledBack(batch),
                e);
    }

    private void pause(int attempt, SQLException failure, Batch batch) {
        long doubled = FIRST_PAUSE_MILLIS << attempt - 1;
        try {
            // With jitter: those that met in a deadlock would meet again.
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(doubled / 2, doubled * 3 / 2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientUpsertException("Interrupted before " + batch.description() + " were tried again. " + rolledBack(batch),
                    failure);
        }
    }

    private String rolledBack(Batch batch) {
        return "The batch (" + batch.description() + ") was rolled back; " + storedBefore();
    }

    private String storedBefore() {
        return stored == 0 ? "nothing was stored." : "rows 1 to " + stored + " are stored.";
    }
}
