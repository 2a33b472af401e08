package io.pvroute.copyupsert;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A batch as binary COPY takes it, with what was learnt from its keys on the way. */
final class EncodedBatch {

    private static final int SHOWN = 60;

    private final Target target;
    private final Batch batch;
    private final CopyBuffer buffer;
    private final EncodedRows rows;
    private boolean increasing = true;
    private boolean sparse;

    /**
     * @param buffer empty; it is this batch's own until the batch is done
     * @throws UpsertDataException for the first value that does not fit its column, and for NULL in a key
     */
    EncodedBatch(Target target, Batch batch, CopyBuffer buffer) {
        this.target = target;
        this.batch = batch;
        this.buffer = buffer;
        rows = new EncodedRows(buffer, target.key(), batch.size());
        int[] positions = target.positions().stream().mapToInt(Integer::intValue).toArray();
        Column[] columns = target.columns().toArray(Column[]::new);
        Encoder[] encoders = target.columns().stream().map(column -> column.encoding().encoder()).toArray(Encoder[]::new);
        for (int row = 0; row < batch.size(); row++) {
            int start = buffer.size();
            buffer.startRow(columns.length);
            for (int i = 0; i < columns.length; i++) {
                encode(row, i, positions[i], encoders[i]);
            }
            rows.add(start, buffer.size(), row);
            increasing = increasing && (row == 0 || rows.compareKeys(row - 1, row) < 0);
        }
    }

    /** A part of the batch, whose rows all have the same columns. */
    record Group(Target target, EncodedRows rows) {
    }

    Target target() {
        return target;
    }

    /** All rows as they were given, duplicates too; not to be written where they are {@link #sparse}. */
    EncodedRows rows() {
        return rows;
    }

    /** Whether there are rows without some of the columns. */
    boolean sparse() {
        return sparse;
    }

    /** Whether equal keys are so by their bytes, and each key is greater than the one before: there are no duplicates. */
    boolean increasing() {
        return increasing && target.faithful();
    }

    /**
     * The rows in the order of their keys' bytes, those with the same key as one.
     *
     * @param nulls whether a NULL replaces the value of an earlier row with the same key
     */
    EncodedRows settled(Nulls nulls) {
        Integer[] order = new Integer[rows.size()];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, rows::compareKeys); // stable: of duplicates, the last given stays the last
        var settled = new EncodedRows(buffer, target.key(), rows.size());
        for (int first = 0; first < order.length;) {
            int next = first + 1;
            while (next < order.length && rows.compareKeys(order[first], order[next]) == 0) {
                next++;
            }
            settle(Arrays.asList(order).subList(first, next), nulls, settled);
            first = next;
        }
        return settled;
    }

    /**
     * The rows in their order, those with the same key as one.
     *
     * @param duplicates the rows of which there are several, those of one key together, each in the order given
     */
    EncodedRows settled(List<List<Integer>> duplicates, Nulls nulls) {
        var settled = new EncodedRows(buffer, target.key(), rows.size());
        var several = new BitSet();
        duplicates.forEach(same -> same.forEach(several::set));
        for (int row = several.nextClearBit(0); row < rows.size(); row = several.nextClearBit(row + 1)) {
            settle(List.of(row), nulls, settled);
        }
        duplicates.forEach(same -> settle(same, nulls, settled));
        return settled;
    }

    /** The rows by the columns that they have; columns that a row does not have are not written, not even as NULL. */
    List<Group> groups(EncodedRows settled) {
        if (!sparse) {
            return List.of(new Group(target, settled));
        }
        Map<BitSet, EncodedRows> groups = new LinkedHashMap<>();
        for (int row = 0; row < settled.size(); row++) {
            var given = new BitSet();
            int field = settled.firstField(row);
            for (int i = 0; i < target.columns().size(); i++) {
                given.set(i, buffer.intAt(field) != EncodedRows.ABSENT_FIELD);
                field = settled.nextField(field);
            }
            EncodedRows group = groups.computeIfAbsent(given, columns -> new EncodedRows(buffer, target.key(), 16));
            int start = buffer.size();
            buffer.startRow(given.cardinality());
            for (int i = given.nextSetBit(0); i >= 0; i = given.nextSetBit(i + 1)) {
                copyField(settled.field(row, i));
            }
            group.add(start, buffer.size(), settled.number(row));
        }
        return groups.entrySet().stream().map(group -> new Group(target.only(group.getKey()), group.getValue())).toList();
    }

    /**
     * @param row    in the batch, from 0
     * @param column its position among the target's columns
     * @param reason ends the sentence
     */
    UpsertDataException misfit(int row, Column column, String reason) {
        Object value = batch.value(row, target.positions().get(target.columns().indexOf(column)));
        return new UpsertDataException(place(row, column) + ": " + shown(value) + " does not fit the type " + column.typeName() + "; "
                + reason + '.');
    }

    private void encode(int row, int column, int position, Encoder encoder) {
        if (!batch.isGiven(row, position)) {
            if (column < target.key().size()) {
                throw new UpsertDataException(place(row, target.columns().get(column))
                        + " is not given, but belongs to the key. Give every row its whole key.");
            }
            sparse = true;
            buffer.putInt(EncodedRows.ABSENT_FIELD);
            return;
        }
        int field = buffer.size();
        try {
            batch.encode(row, position, encoder, buffer);
        } catch (Misfit misfit) {
            throw misfit(row, target.columns().get(column), "expected " + misfit.expected());
        }
        if (column < target.key().size() && buffer.intAt(field) == CopyBuffer.NULL_FIELD) {
            throw new UpsertDataException(place(row, target.columns().get(column))
                    + " is NULL, but belongs to the key: such a row would be inserted again with every run.");
        }
    }

    /** Of rows with the same key the last, with each column that it lacks from the last of them that has it. */
    private void settle(List<Integer> same, Nulls nulls, EncodedRows settled) {
        int last = same.get(same.size() - 1);
        int start = buffer.size();
        if (same.size() == 1 || !sparse && nulls == Nulls.OVERWRITE) {
            settled.add(rows.firstField(last) - Short.BYTES, rows.end(last), rows.number(last));
            return;
        }
        buffer.startRow(target.columns().size());
        for (int column = 0; column < target.columns().size(); column++) {
            int chosen = rows.field(last, column);
            for (int i = same.size() - 2; i >= 0 && buffer.intAt(chosen) < 0; i--) {
                int earlier = rows.field(same.get(i), column);
                boolean better = buffer.intAt(chosen) == EncodedRows.ABSENT_FIELD
                        || nulls == Nulls.KEEP && buffer.intAt(earlier) >= 0;
                chosen = better ? earlier : chosen;
            }
            copyField(chosen);
        }
        settled.add(start, buffer.size(), rows.number(last));
    }

    private void copyField(int field) {
        int length = buffer.intAt(field);
        buffer.putInt(length);
        if (length > 0) {
            buffer.putCopy(field + Integer.BYTES, length);
        }
    }

    private String place(int row, Column column) {
        return "Row " + (batch.firstRow() + row) + ", column " + column.name() + " of " + target.name();
    }

    /** A value for a message: what it is and of which class, cut where it is long. */
    private static String shown(Object value) {
        String text = value.getClass().isArray() ? Array.getLength(value) + " elements" : text(value);
        String cut = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
        return '\'' + cut.replace("\0", "\\0") + "' (" + value.getClass().getSimpleName() + ')';
    }

    private static String text(Object value) {
        try {
            return String.valueOf(value);
        } catch (RuntimeException | StackOverflowError e) {
            return "…"; // what contains itself, for one, has no text
        }
    }
}
