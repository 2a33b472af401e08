package io.pvroute.copyupsert;

import java.time.Instant;
import java.util.BitSet;

/** The values of one column of a {@link ColumnBatch}, of all its rows. Where there are {@code nulls}, a bit that is set is NULL. */
sealed interface ColumnValues {

    /** The value as an object; null is NULL. */
    Object at(int row);

    /** Writes the value as one field, NULL included. */
    void encode(int row, Encoder encoder, CopyBuffer out) throws Misfit;

    record Doubles(double[] values, BitSet nulls) implements ColumnValues {

        @Override
        public Object at(int row) {
            return isNull(nulls, row) ? null : values[row];
        }

        @Override
        public void encode(int row, Encoder encoder, CopyBuffer out) throws Misfit {
            if (isNull(nulls, row)) {
                out.putNull();
            } else {
                encoder.encodeDouble(values[row], out);
            }
        }
    }

    record Longs(long[] values, BitSet nulls) implements ColumnValues {

        @Override
        public Object at(int row) {
            return isNull(nulls, row) ? null : values[row];
        }

        @Override
        public void encode(int row, Encoder encoder, CopyBuffer out) throws Misfit {
            if (isNull(nulls, row)) {
                out.putNull();
            } else {
                encoder.encodeLong(values[row], out);
            }
        }
    }

    record Ints(int[] values, BitSet nulls) implements ColumnValues {

        @Override
        public Object at(int row) {
            return isNull(nulls, row) ? null : values[row];
        }

        @Override
        public void encode(int row, Encoder encoder, CopyBuffer out) throws Misfit {
            if (isNull(nulls, row)) {
                out.putNull();
            } else {
                encoder.encodeLong(values[row], out);
            }
        }
    }

    /** @param microseconds since 1970 */
    record Instants(long[] microseconds, BitSet nulls) implements ColumnValues {

        @Override
        public Object at(int row) {
            return isNull(nulls, row) ? null : instant(microseconds[row]);
        }

        @Override
        public void encode(int row, Encoder encoder, CopyBuffer out) throws Misfit {
            if (isNull(nulls, row)) {
                out.putNull();
            } else {
                encoder.encodeMicroseconds(microseconds[row], out);
            }
        }

        /** The infinities are those of {@link TimeEncoders}. */
        static Instant instant(long microseconds) {
            if (microseconds == Long.MAX_VALUE) {
                return Instant.MAX;
            }
            if (microseconds == Long.MIN_VALUE) {
                return Instant.MIN;
            }
            return Instant.ofEpochSecond(Math.floorDiv(microseconds, 1_000_000L), Math.floorMod(microseconds, 1_000_000L) * 1000);
        }
    }

    record Booleans(boolean[] values, BitSet nulls) implements ColumnValues {

        @Override
        public Object at(int row) {
            return isNull(nulls, row) ? null : values[row];
        }

        @Override
        public void encode(int row, Encoder encoder, CopyBuffer out) throws Misfit {
            ColumnValues.encode(at(row), encoder, out);
        }
    }

    record Objects(Object[] values) implements ColumnValues {

        @Override
        public Object at(int row) {
            return JacksonNodes.given(values[row]);
        }

        @Override
        public void encode(int row, Encoder encoder, CopyBuffer out) throws Misfit {
            ColumnValues.encode(at(row), encoder, out);
        }
    }

    record Constant(Object value) implements ColumnValues {

        @Override
        public Object at(int row) {
            return value;
        }

        @Override
        public void encode(int row, Encoder encoder, CopyBuffer out) throws Misfit {
            ColumnValues.encode(value, encoder, out);
        }
    }

    private static boolean isNull(BitSet nulls, int row) {
        return nulls != null && nulls.get(row);
    }

    private static void encode(Object value, Encoder encoder, CopyBuffer out) throws Misfit {
        if (value == null) {
            out.putNull();
        } else {
            encoder.encode(value, out);
        }
    }
}
