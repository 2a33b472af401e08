package io.pvroute.copyupsert;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

import org.postgresql.copy.CopyIn;

/**
 * Rows as binary COPY takes them, each in its place in a buffer that is shared: the number of fields (two bytes), then the fields, those of
 * the key first.
 *
 * <p>A field is its length (four bytes) and its value; {@link CopyBuffer#NULL_FIELD} and {@link #ABSENT_FIELD} stand for a length where
 * there is no value.
 */
final class EncodedRows {

    /** The row does not have this column. Never sent: rows are parted by their columns before. */
    static final int ABSENT_FIELD = -2;

    private static final int COUNT_BYTES = 2;
    private static final int LENGTH_BYTES = 4;

    private final CopyBuffer buffer;
    private final boolean[] signedKey;
    private int[] starts;
    private int[] ends;
    private int[] numbers;
    private int size;

    /** @param expected so many rows are going to be added, more or less */
    EncodedRows(CopyBuffer buffer, List<KeyPart> key, int expected) {
        this(buffer, new boolean[key.size()], expected);
        for (int part = 0; part < signedKey.length; part++) {
            signedKey[part] = key.get(part).signed();
        }
    }

    private EncodedRows(CopyBuffer buffer, boolean[] signedKey, int expected) {
        this.buffer = buffer;
        this.signedKey = signedKey;
        starts = new int[expected];
        ends = new int[expected];
        numbers = new int[expected];
    }

    /** @param number of the row in its batch, from 0 */
    void add(int start, int end, int number) {
        if (size == starts.length) {
            int longer = Math.max(16, 2 * size);
            starts = Arrays.copyOf(starts, longer);
            ends = Arrays.copyOf(ends, longer);
            numbers = Arrays.copyOf(numbers, longer);
        }
        starts[size] = start;
        ends[size] = end;
        numbers[size++] = number;
    }

    int size() {
        return size;
    }

    CopyBuffer buffer() {
        return buffer;
    }

    /** Number of the row in its batch, from 0. */
    int number(int row) {
        return numbers[row];
    }

    /** Where a row ends. */
    int end(int row) {
        return ends[row];
    }

    EncodedRows pick(int[] rows, int count) {
        var picked = new EncodedRows(buffer, signedKey, count);
        for (int i = 0; i < count; i++) {
            picked.add(starts[rows[i]], ends[rows[i]], numbers[rows[i]]);
        }
        return picked;
    }

    EncodedRows none() {
        return new EncodedRows(buffer, signedKey, 0);
    }

    EncodedRows without(BitSet rows) {
        int[] left = IntStream.range(0, size).filter(row -> !rows.get(row)).toArray();
        return pick(left, left.length);
    }

    /** Where the first field of a row begins. */
    int firstField(int row) {
        return starts[row] + COUNT_BYTES;
    }

    /** Where the field after one begins. */
    int nextField(int field) {
        return field + LENGTH_BYTES + Math.max(0, buffer.intAt(field));
    }

    int field(int row, int column) {
        int field = firstField(row);
        for (int i = 0; i < column; i++) {
            field = nextField(field);
        }
        return field;
    }

    /** The value of a field as text that PostgreSQL reads; null for NULL. */
    String text(int field, Encoding encoding) {
        int length = buffer.intAt(field);
        return length < 0 ? null : buffer.text(encoding, field + LENGTH_BYTES, length);
    }

    /** All values of a column as the text of an array of text. */
    String array(int column, Encoding encoding) {
        var values = new ArrayList<String>(size);
        for (int row = 0; row < size; row++) {
            values.add(text(field(row, column), encoding));
        }
        return ArrayText.of(values);
    }

    /** {@link #array} for each of the columns that the rows begin with. */
    List<String> arrays(List<Column> columns) {
        return IntStream.range(0, columns.size()).mapToObj(i -> array(i, columns.get(i).encoding())).toList();
    }

    boolean isNull(int field) {
        return buffer.intAt(field) < 0;
    }

    int compareKeys(int row, int other) {
        int one = firstField(row);
        int two = firstField(other);
        for (boolean signed : signedKey) {
            int order = compareFields(one, two, signed);
            if (order != 0) {
                return order;
            }
            one = nextField(one);
            two = nextField(two);
        }
        return 0;
    }

    int compareFields(int one, int two, boolean signed) {
        return buffer.compare(one + LENGTH_BYTES, buffer.intAt(one), two + LENGTH_BYTES, buffer.intAt(two), signed);
    }

    /** Length of the key's fields. */
    int keyLength(int row) {
        int field = firstField(row);
        for (int part = 0; part < signedKey.length; part++) {
            field = nextField(field);
        }
        return field - firstField(row);
    }

    int keyHash(int row) {
        return buffer.hash(firstField(row), keyLength(row));
    }

    /** Whether a row's fields begin with these bytes: the length of each field is in front of it, so that no other key begins so. */
    boolean hasKey(int row, byte[] bytes, int from, int length) {
        int start = firstField(row);
        return start + length <= ends[row] && buffer.equal(start, length, bytes, from);
    }

    boolean equals(int row, byte[] bytes, int from, int length) {
        return ends[row] - starts[row] == length && buffer.equal(starts[row], length, bytes, from);
    }

    boolean fieldEquals(int field, byte[] bytes, int from, int length) {
        return nextField(field) - field == length && buffer.equal(field, length, bytes, from);
    }

    void sendTo(CopyIn copy) throws SQLException {
        var message = new CopyMessage(copy);
        for (int row = 0; row < size;) {
            // Rows that stand one after the other, which is the usual case, go together.
            int first = row++;
            while (row < size && starts[row] == ends[row - 1]) {
                row++;
            }
            message.add(buffer, starts[first], ends[row - 1]);
        }
        message.end();
    }
}
