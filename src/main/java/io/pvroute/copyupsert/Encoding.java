package io.pvroute.copyupsert;

import org.postgresql.core.Oid;

/**
 * How the values of a type travel, and what their bytes tell when it is the type of a key.
 *
 * @param encoder   writes the field
 * @param keyBytes  what may be concluded from the bytes of two keys
 * @param asText    the type has no encoder here: the stage takes text, which the server casts
 */
record Encoding(Encoder encoder, KeyBytes keyBytes, boolean asText) {

    /** What the bytes of two values say about the values. */
    enum KeyBytes {
        /** Equal values may have different bytes: numeric 1.0 and 1.00, float 0 and −0, char(n) with and without blanks. */
        NOTHING,
        /** Equal bytes if and only if equal values, in the order of the bytes. Text: see {@link KeyPart}. */
        UNSIGNED,
        /** Equal bytes if and only if equal values, in the order of big-endian two's complement numbers. */
        SIGNED
    }

    private static final int VARHDRSZ = 4;

    /**
     * @param oid    the type, of a domain its base type
     * @param typmod −1 where the type has no modifier
     */
    static Encoding of(long oid, int typmod) {
        // Instants of limited precision are rounded by the server: its keys may be equal where the bytes sent were not.
        KeyBytes time = typmod < 0 ? KeyBytes.SIGNED : KeyBytes.NOTHING;
        return switch ((int) oid) {
            case Oid.BOOL -> typed(PlainEncoders::bool, KeyBytes.UNSIGNED);
            case Oid.INT2 -> typed(NumberEncoders::int2, KeyBytes.SIGNED);
            case Oid.INT4 -> typed(NumberEncoders::int4, KeyBytes.SIGNED);
            case Oid.INT8 -> typed(NumberEncoders::int8, KeyBytes.SIGNED);
            case Oid.FLOAT4 -> typed(NumberEncoders::float4, KeyBytes.NOTHING);
            case Oid.FLOAT8 -> typed(NumberEncoders::float8, KeyBytes.NOTHING);
            case Oid.NUMERIC -> typed(NumberEncoders::numeric, KeyBytes.NOTHING);
            case Oid.TEXT, Oid.NAME -> typed(PlainEncoders::text, KeyBytes.UNSIGNED);
            case Oid.VARCHAR -> typed(typmod < 0 ? PlainEncoders::text : PlainEncoders.varchar(typmod - VARHDRSZ), KeyBytes.UNSIGNED);
            case Oid.BPCHAR -> typed(PlainEncoders::text, KeyBytes.NOTHING);
            case Oid.UUID -> typed(PlainEncoders::uuid, KeyBytes.UNSIGNED);
            case Oid.BYTEA -> typed(PlainEncoders::bytea, KeyBytes.UNSIGNED);
            case Oid.JSON -> typed(PlainEncoders::json, KeyBytes.NOTHING);
            case Oid.JSONB -> typed(PlainEncoders::jsonb, KeyBytes.NOTHING);
            case Oid.DATE -> typed(TimeEncoders::date, KeyBytes.SIGNED);
            case Oid.TIME -> typed(TimeEncoders::time, time);
            case Oid.TIMESTAMP -> typed(TimeEncoders::timestamp, time);
            case Oid.TIMESTAMPTZ -> typed(TimeEncoders::timestamptz, time);
            default -> new Encoding(PlainEncoders::text, KeyBytes.NOTHING, true);
        };
    }

    private static Encoding typed(Encoder encoder, KeyBytes keyBytes) {
        return new Encoding(encoder, keyBytes, false);
    }
}
