package io.pvroute.copyupsert;

import java.util.List;

/**
 * A batch of rows that came one by one.
 *
 * @param rows values in the order of the columns; {@link #ABSENT} where a row does not have the column
 */
record RowBatch(long firstRow, List<String> columns, List<Object[]> rows) implements Batch {

    static final Object ABSENT = new Object();

    @Override
    public int size() {
        return rows.size();
    }

    @Override
    public boolean isGiven(int row, int column) {
        return rows.get(row)[column] != ABSENT;
    }

    @Override
    public Object value(int row, int column) {
        return rows.get(row)[column];
    }

    @Override
    public void encode(int row, int column, Encoder encoder, CopyBuffer out) throws Misfit {
        Object value = rows.get(row)[column];
        if (value == null) {
            out.putNull();
        } else if (value == ABSENT) {
            throw new IllegalStateException("Row " + (firstRow + row) + " has no column " + columns.get(column));
        } else {
            encoder.encode(value, out);
        }
    }
}
