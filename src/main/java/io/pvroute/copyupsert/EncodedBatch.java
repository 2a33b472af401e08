package io.pvroute.copyupsert;

import java.lang.reflect.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.postgresql.copy.CopyIn;

/**
 * A batch as binary COPY takes it, with what was learnt from its keys on the way: whether they increase strictly, which proves without
 * asking the server that none is there twice, and the {@link Range} that they are in.
 *
 * <p>A row has a field more than the target has columns: its number in the batch, from 1, by which the last of duplicates is told.
 */
final class EncodedBatch {

    private static final int SHOWN = 60;
    private static final int INT_BYTES = 4;

    private final Target target;
    private final Batch batch;
    private final CopyBuffer buffer = new CopyBuffer();
    private final int[][] least; // position and length in the buffer, for each part of the key
    private final int[][] greatest;
    private final boolean[] one; // all values so far have the same bytes
    private boolean increasing;

    /** @throws UpsertDataException for the first value that does not fit its column, and for NULL in a key */
    EncodedBatch(Target target, Batch batch) {
        this.target = target;
        this.batch = batch;
        int parts = target.key().size();
        least = new int[parts][];
        greatest = new int[parts][];
        one = new boolean[parts];
        increasing = target.key().stream().allMatch(KeyPart::faithful);
        encode();
    }

    int rows() {
        return batch.size();
    }

    /** Every key is greater than the one before it: there are no duplicates. Where this is false, there may be some. */
    boolean increasing() {
        return increasing;
    }

    void sendTo(CopyIn copy) throws SQLException {
        buffer.sendTo(copy);
    }

    Range range() {
        var bounds = new ArrayList<Range.Bound>();
        for (int i = 0; i < one.length; i++) {
            KeyPart part = target.key().get(i);
            boolean told = one[i] ? part.faithful() : part.byteOrdered();
            if (told || one[i] || part.defaultOrder()) {
                bounds.add(new Range.Bound(part, told ? text(part, least[i]) : null, told ? text(part, greatest[i]) : null, one[i]));
            }
            if (!one[i]) {
                break;
            }
        }
        return new Range(bounds);
    }

    private void encode() {
        int parts = target.key().size();
        int[] starts = new int[target.columns().size()];
        int[][] before = null;
        for (int number = 1; number <= batch.size(); number++) {
            encodeRow(number, batch.rows().get(number - 1), starts);
            int[][] key = new int[parts][];
            for (int i = 0; i < parts; i++) {
                KeyPart part = target.key().get(i);
                int start = starts[part.position()];
                key[i] = new int[] {start + INT_BYTES, buffer.intAt(start)};
            }
            learn(key, before);
            before = key;
        }
        buffer.end();
    }

    private void encodeRow(int number, Object[] row, int[] starts) {
        buffer.startRow(row.length + 1);
        for (int i = 0; i < row.length; i++) {
            starts[i] = buffer.size();
            if (row[i] == null) {
                buffer.putNull();
            } else {
                Column column = target.columns().get(i);
                try {
                    column.encoding().encoder().encode(row[i], buffer);
                } catch (Misfit misfit) {
                    throw new UpsertDataException(place(number, column) + ": " + shown(row[i]) + " does not fit the type "
                            + column.typeName() + "; expected " + misfit.expected() + '.');
                }
            }
        }
        for (KeyPart part : target.key()) {
            if (row[part.position()] == null) {
                throw new UpsertDataException(place(number, part.column())
                        + " is NULL, but belongs to the key: such a row would be inserted again with every run.");
            }
        }
        buffer.putInt(INT_BYTES);
        buffer.putInt(number);
    }

    private void learn(int[][] key, int[][] before) {
        boolean decided = before == null || !increasing;
        for (int i = 0; i < key.length; i++) {
            KeyPart part = target.key().get(i);
            if (before == null) {
                least[i] = key[i];
                greatest[i] = key[i];
                one[i] = true;
                continue;
            }
            one[i] = one[i] && buffer.same(least[i][0], least[i][1], key[i][0], key[i][1]);
            if (!decided) {
                int order = compare(part, key[i], before[i]);
                increasing = order > 0 || order == 0 && i + 1 < key.length;
                decided = order != 0;
            }
            if (part.byteOrdered() && !one[i]) {
                least[i] = compare(part, key[i], least[i]) < 0 ? key[i] : least[i];
                greatest[i] = compare(part, key[i], greatest[i]) > 0 ? key[i] : greatest[i];
            }
        }
    }

    private int compare(KeyPart part, int[] one, int[] other) {
        return buffer.compare(one[0], one[1], other[0], other[1], part.signed());
    }

    private String text(KeyPart part, int[] field) {
        return KeyText.of(part.column().typeOid(), buffer.copyOf(field[0], field[1]));
    }

    private String place(int number, Column column) {
        return "Row " + (batch.firstRow() + number - 1) + ", column " + column.name() + " of " + target.name();
    }

    /** A value for a message: what it is and of which class, cut where it is long. */
    private static String shown(Object value) {
        String text = value.getClass().isArray() ? Array.getLength(value) + " elements" : String.valueOf(value);
        String cut = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
        return '\'' + cut.replace("\0", "\\0") + "' (" + value.getClass().getSimpleName() + ')';
    }
}
