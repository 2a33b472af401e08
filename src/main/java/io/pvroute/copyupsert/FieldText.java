package io.pvroute.copyupsert;

import java.nio.ByteBuffer;

/**
 * Reads an encoded field and writes it as text that the type's input function reads to exactly the same value, under every DateStyle,
 * IntervalStyle, TimeZone, extra_float_digits, bytea_output and lc_* of a session. So travel values that are parameters of a statement.
 *
 * <p>Source of the formats: the send and input functions of PostgreSQL, {@code src/backend/utils/adt}.
 */
@FunctionalInterface
interface FieldText {

    /** @param field from its position to its limit, big-endian, without its length; not NULL */
    String of(ByteBuffer field);
}
