package io.pvroute.copyupsert;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.stream.IntStream;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Compares rows with what is stored, on the wire: COPY sends the stored rows in the very encoding of {@link EncodedRows}, so that equal
 * bytes are equal rows, and no value has to be read. Different bytes are not always different values (jsonb of another spelling, an interval
 * whose column has a modifier): the statement that is to update such a row compares again.
 */
final class Comparison {

    private static final byte NEW = 0;
    private static final byte CHANGED = 1;
    private static final byte SAME = 2;

    private final Connection connection;
    private final Target target;
    private final Mode mode;
    private final Nulls nulls;
    private final EncodedRows rows;
    private final byte[] states;
    private KeyIndex index;
    private int expected;

    Comparison(Connection connection, Target target, Mode mode, Nulls nulls, EncodedRows rows) {
        this.connection = connection;
        this.target = target;
        this.mode = mode;
        this.nulls = nulls;
        this.rows = rows;
        states = new byte[rows.size()];
    }

    /** What a batch was parted into: rows whose keys are not stored, rows that are stored with other bytes, and how many are the same. */
    record Parted(EncodedRows fresh, EncodedRows changed, int unchanged) {
    }

    /** @return null where more is stored in the range than is worth reading */
    Parted ofRange() throws SQLException {
        int most = Plan.WORTH_READING * rows.size() + 1;
        String sql = Statements.ofStage(target, nulls).copyRange(columns(), Range.of(target.key(), rows), most, this::literal);
        return read(sql) == most ? null : parted();
    }

    Parted ofKeys() throws SQLException {
        var keys = IntStream.range(0, target.key().size())
                .mapToObj(part -> rows.array(part, target.key().get(part).column().encoding())).toList();
        read(Statements.ofStage(target, nulls).copyKeys(columns(), rows.size(), keys, this::literal));
        return parted();
    }

    /** Of rows that are not changed if they are there, only the key is read. */
    private int columns() {
        return mode.changes() ? target.columns().size() : target.key().size();
    }

    /** @return how many rows came */
    private int read(String sql) throws SQLException {
        CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
        int stored = 0;
        try {
            for (byte[] message = copy.readFromCopy(); message != null; message = copy.readFromCopy()) {
                int start = stored == 0 ? CopyMessage.headerLength(message) : 0;
                if (message.length > start + Short.BYTES) {
                    stored++;
                    compare(message, start);
                }
            }
        } finally {
            // Left active, it would block the connection for whoever gets it from the pool next.
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
        return stored;
    }

    private void compare(byte[] stored, int start) {
        int row = find(stored, start + Short.BYTES, keyLength(stored, start + Short.BYTES));
        if (row >= 0) {
            boolean same = !mode.changes() || rows.equals(row, stored, start, stored.length - start)
                    || nulls == Nulls.KEEP && keeps(row, stored, start + Short.BYTES);
            states[row] = same ? SAME : CHANGED;
            expected = row + 1;
        }
    }

    /** Usually the stored rows come in the order of the batch. */
    private int find(byte[] stored, int key, int length) {
        if (expected < rows.size() && rows.hasKey(expected, stored, key, length)) {
            return expected;
        }
        if (index == null) {
            index = new KeyIndex(rows);
        }
        return index.find(stored, key, length);
    }

    /** Others may have stored rows with NULL in a key that is no primary key; they are like no row of ours. */
    private int keyLength(byte[] stored, int key) {
        ByteBuffer fields = ByteBuffer.wrap(stored);
        int field = key;
        for (int part = 0; part < target.key().size(); part++) {
            field += Integer.BYTES + Math.max(0, fields.getInt(field));
        }
        return field - key;
    }

    /** Whether all that is given of a row is stored already; NULL gives nothing. */
    private boolean keeps(int row, byte[] stored, int start) {
        ByteBuffer fields = ByteBuffer.wrap(stored);
        int theirs = start;
        int ours = rows.firstField(row);
        for (int column = 0; column < target.columns().size(); column++) {
            int length = Math.max(0, fields.getInt(theirs));
            if (!rows.isNull(ours) && !rows.fieldEquals(ours, stored, theirs, Integer.BYTES + length)) {
                return false;
            }
            theirs += Integer.BYTES + length;
            ours = rows.nextField(ours);
        }
        return true;
    }

    private Parted parted() {
        int unchanged = 0;
        for (byte state : states) {
            unchanged += state == SAME ? 1 : 0;
        }
        return new Parted(pick(NEW), pick(CHANGED), unchanged);
    }

    private EncodedRows pick(byte state) {
        int[] picked = new int[states.length];
        int count = 0;
        for (int row = 0; row < states.length; row++) {
            if (states[row] == state) {
                picked[count++] = row;
            }
        }
        return rows.pick(picked, count);
    }

    private String literal(String text) {
        try {
            return '\'' + connection.unwrap(PGConnection.class).escapeLiteral(text) + '\'';
        } catch (SQLException e) {
            throw new UpsertDataException("A key cannot be written as a literal: " + e.getMessage(), e);
        }
    }
}
