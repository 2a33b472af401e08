package io.pvroute.copyupsert;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Rows as columns of primitive values: the body of a message to {@link CopyUpsertProcessor} that costs least where there are many rows, as
 * nothing is made for a row or for a value of it.
 *
 * <pre>{@code
 * long[] at = {1714564800000000L, 1714565100000000L};       // microseconds since 1970
 * double[] pac = {4711.5, 0};
 * BitSet unknown = new BitSet();
 * unknown.set(1);                                            // the second pac is NULL
 * message.setBody(ColumnBatch.of(2).constant("device", "inverter/1").instants("ts", at).doubles("pac", pac, unknown));
 * }</pre>
 *
 * <p>Row i has the values at the index i, from 0, of all the columns. Each array has just as many values as there are rows. Values need not
 * be of their column's type in the table: what a column takes as an object, such as a {@code double} for a numeric, it takes from here.
 * Fastest are instants into timestamptz, doubles into double precision, and longs and ints into bigint, integer and smallint.
 *
 * <p>The arrays and bit sets are not copied, and are read while the message is processed: leave them alone from when they are handed over
 * until the exchange, with its redeliveries, is done. It can be read any number of times, by any number of threads; columns must be added
 * by one, before. The names are those of columns as the setting {@code columns} has them. With that setting only the columns named there
 * are written.
 */
public final class ColumnBatch {

    private final int rows;
    private final Map<String, ColumnValues> columns = new LinkedHashMap<>();

    private ColumnBatch(int rows) {
        this.rows = rows;
    }

    /**
     * Rows without columns, as yet.
     *
     * @param rows their number; with none, nothing is written
     * @throws IllegalArgumentException if it is negative
     */
    public static ColumnBatch of(int rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("A ColumnBatch cannot have " + rows + " rows.");
        }
        return new ColumnBatch(rows);
    }

    /**
     * Adds a column of text.
     *
     * @param values null is NULL
     * @throws IllegalArgumentException if there are more or fewer values than rows, or the column is there already; as everywhere below
     */
    public ColumnBatch text(String column, String[] values) {
        return values(column, values);
    }

    /** Adds a column of instants, none of them NULL; see {@link #instants(String, long[], BitSet)}. */
    public ColumnBatch instants(String column, long[] microseconds) {
        return instants(column, microseconds, null);
    }

    /**
     * Adds a column of instants.
     *
     * @param microseconds since 1970-01-01T00:00:00Z, from 4714-11-24 BC to 294247-01-10, as far as a long reaches;
     *                     {@code Long.MIN_VALUE} and {@code Long.MAX_VALUE} are −infinity and infinity
     * @param nulls        a bit that is set makes NULL of its row's value; null: none is
     */
    public ColumnBatch instants(String column, long[] microseconds, BitSet nulls) {
        return add(column, microseconds, nulls, new ColumnValues.Instants(microseconds, nulls));
    }

    /** Adds a column of numbers, none of them NULL. NaN and the infinities are values. */
    public ColumnBatch doubles(String column, double[] values) {
        return doubles(column, values, null);
    }

    /**
     * Adds a column of numbers.
     *
     * @param values NaN and the infinities are values as any other
     * @param nulls  a bit that is set makes NULL of its row's value; null: none is
     */
    public ColumnBatch doubles(String column, double[] values, BitSet nulls) {
        return add(column, values, nulls, new ColumnValues.Doubles(values, nulls));
    }

    /** Adds a column of whole numbers, none of them NULL. */
    public ColumnBatch longs(String column, long[] values) {
        return longs(column, values, null);
    }

    /**
     * Adds a column of whole numbers.
     *
     * @param nulls a bit that is set makes NULL of its row's value; null: none is
     */
    public ColumnBatch longs(String column, long[] values, BitSet nulls) {
        return add(column, values, nulls, new ColumnValues.Longs(values, nulls));
    }

    /** Adds a column of whole numbers, none of them NULL. */
    public ColumnBatch ints(String column, int[] values) {
        return ints(column, values, null);
    }

    /**
     * Adds a column of whole numbers.
     *
     * @param nulls a bit that is set makes NULL of its row's value; null: none is
     */
    public ColumnBatch ints(String column, int[] values, BitSet nulls) {
        return add(column, values, nulls, new ColumnValues.Ints(values, nulls));
    }

    /** Adds a column of truth values, none of them NULL. */
    public ColumnBatch booleans(String column, boolean[] values) {
        return booleans(column, values, null);
    }

    /**
     * Adds a column of truth values.
     *
     * @param nulls a bit that is set makes NULL of its row's value; null: none is
     */
    public ColumnBatch booleans(String column, boolean[] values, BitSet nulls) {
        return add(column, values, nulls, new ColumnValues.Booleans(values, nulls));
    }

    /**
     * Adds a column that has the same value in every row.
     *
     * @param value anything that its column in the table takes; null is NULL
     */
    public ColumnBatch constant(String column, Object value) {
        return add(column, new ColumnValues.Constant(JacksonNodes.given(value)));
    }

    /**
     * Adds a column of any values.
     *
     * @param values anything that their column in the table takes; null is NULL
     */
    public ColumnBatch values(String column, Object[] values) {
        return add(column, values, null, new ColumnValues.Objects(values));
    }

    /** Number of rows. */
    public int rows() {
        return rows;
    }

    /** Names of the columns, in the order in which they were added. */
    public List<String> columns() {
        return List.copyOf(columns.keySet());
    }

    /** How many rows of which columns. */
    @Override
    public String toString() {
        return "ColumnBatch of " + rows + " rows " + columns.keySet();
    }

    /**
     * The rows in batches, which are views of these.
     *
     * @param configured names of the columns to write; empty: all
     * @throws UpsertDataException if there are rows but no columns, or others than those configured
     */
    Iterator<Batch> batches(List<String> configured, int batchSize) {
        List<String> names = new ArrayList<>(configured.isEmpty() ? columns.keySet() : configured);
        names.retainAll(columns.keySet());
        if (rows > 0 && columns.isEmpty()) {
            throw new UpsertDataException("The ColumnBatch in the body has " + rows + " rows without a column. Nothing was written. "
                    + "Add its columns before it is handed over.");
        }
        if (names.size() < configured.size() && names.size() < columns.size()) {
            throw new UpsertDataException(RowReader.otherColumns("The ColumnBatch in the body", configured, columns.keySet())
                    + " Nothing was written.");
        }
        ColumnValues[] values = names.stream().map(columns::get).toArray(ColumnValues[]::new);
        int batches = (int) (((long) rows + batchSize - 1) / batchSize);
        return IntStream.range(0, batches).<Batch>mapToObj(batch -> {
            int from = batch * batchSize;
            return new View(names, values, from, Math.min(batchSize, rows - from));
        }).iterator();
    }

    private ColumnBatch add(String column, Object array, BitSet nulls, ColumnValues values) {
        if (array == null) {
            throw new IllegalArgumentException("Column " + column + " of a ColumnBatch has no values, but null in place of their array.");
        }
        if (Array.getLength(array) != rows) {
            throw new IllegalArgumentException("Column " + column + " has " + Array.getLength(array) + " values for the " + rows
                    + " rows of its ColumnBatch.");
        }
        if (nulls != null && nulls.length() > rows) {
            throw new IllegalArgumentException("Column " + column + " is NULL at the index " + (nulls.length() - 1) + ", beyond the " + rows
                    + " rows of its ColumnBatch.");
        }
        return add(column, values);
    }

    private ColumnBatch add(String column, ColumnValues values) {
        if (column == null || column.isBlank()) {
            throw new IllegalArgumentException("A column of a ColumnBatch has no name.");
        }
        if (columns.putIfAbsent(column, values) != null) {
            throw new IllegalArgumentException("Column " + column + " is in its ColumnBatch already.");
        }
        return this;
    }

    /** Some of the rows, one after the other. */
    private record View(List<String> columns, ColumnValues[] values, int from, int size) implements Batch {

        @Override
        public long firstRow() {
            return from + 1L;
        }

        @Override
        public boolean isGiven(int row, int column) {
            return true;
        }

        @Override
        public Object value(int row, int column) {
            return values[column].at(from + row);
        }

        @Override
        public void encode(int row, int column, Encoder encoder, CopyBuffer out) throws Misfit {
            values[column].encode(from + row, encoder, out);
        }
    }
}
