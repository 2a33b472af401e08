package io.pvroute.copyupsert;

/**
 * Writes a value as one field of a binary COPY: its length in bytes (4 bytes), then the bytes that the type's receive function reads.
 *
 * <p>Primitive values are written as the objects that they stand for, with the same checks; {@link PrimitiveEncoder} does without those.
 */
@FunctionalInterface
interface Encoder {

    /** @param value never null */
    void encode(Object value, CopyBuffer out) throws Misfit;

    default void encodeLong(long value, CopyBuffer out) throws Misfit {
        encode(value, out);
    }

    default void encodeDouble(double value, CopyBuffer out) throws Misfit {
        encode(value, out);
    }

    /** @param value an instant in microseconds since 1970; {@code Long.MIN_VALUE} and {@code MAX_VALUE} are −infinity and infinity */
    default void encodeMicroseconds(long value, CopyBuffer out) throws Misfit {
        encode(ColumnValues.Instants.instant(value), out);
    }
}
