package io.pvroute.copyupsert;

import java.nio.ByteBuffer;

import org.postgresql.core.Oid;

/**
 * How the values of a type travel, and what their bytes tell when it is the type of a key.
 *
 * @param encoder   writes the field
 * @param fieldText reads it, as text
 * @param keyBytes  what may be concluded from the bytes of two keys
 * @param asText    the type has no encoder here: the stage takes text, which the server casts
 */
record Encoding(Encoder encoder, FieldText fieldText, KeyBytes keyBytes, boolean asText) {

    /** What the bytes of two values say about the values. */
    enum KeyBytes {
        /** Equal values may have different bytes: numeric 1.0 and 1.00, float 0 and −0, char(n) with and without blanks. */
        NOTHING,
        /** Equal bytes if and only if equal values, in the order of the bytes. Text: see {@link KeyPart}. */
        UNSIGNED,
        /** Equal bytes if and only if equal values; their order is another. */
        UNORDERED,
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
            case Oid.BOOL -> typed(PlainEncoders::bool, PlainText::bool, KeyBytes.UNSIGNED);
            case Oid.INT2 -> typed(PrimitiveEncoder.INT2, PlainText::int2, KeyBytes.SIGNED);
            case Oid.INT4 -> typed(PrimitiveEncoder.INT4, PlainText::int4, KeyBytes.SIGNED);
            case Oid.INT8 -> typed(PrimitiveEncoder.INT8, PlainText::int8, KeyBytes.SIGNED);
            case Oid.FLOAT4 -> typed(NumberEncoders::float4, PlainText::float4, KeyBytes.NOTHING);
            case Oid.FLOAT8 -> typed(PrimitiveEncoder.FLOAT8, PlainText::float8, KeyBytes.NOTHING);
            case Oid.NUMERIC -> typed(NumberEncoders::numeric, PlainText::numeric, KeyBytes.NOTHING);
            case Oid.TEXT, Oid.NAME -> typed(PlainEncoders::text, PlainText::text, KeyBytes.UNSIGNED);
            case Oid.VARCHAR -> typed(varchar(typmod), PlainText::text, KeyBytes.UNSIGNED);
            case Oid.BPCHAR -> typed(PlainEncoders::text, PlainText::text, KeyBytes.NOTHING);
            case Oid.UUID -> typed(PlainEncoders::uuid, PlainText::uuid, KeyBytes.UNSIGNED);
            case Oid.BYTEA -> typed(PlainEncoders::bytea, PlainText::bytea, KeyBytes.UNSIGNED);
            case Oid.JSON -> typed(PlainEncoders::json, PlainText::text, KeyBytes.NOTHING);
            case Oid.JSONB -> typed(PlainEncoders::jsonb, PlainText::jsonb, KeyBytes.NOTHING);
            case Oid.DATE -> typed(TimeEncoders::date, TimeText::date, KeyBytes.SIGNED);
            case Oid.TIME -> typed(TimeEncoders::time, TimeText::time, time);
            case Oid.TIMESTAMP -> typed(TimeEncoders::timestamp, TimeText::timestamp, time);
            case Oid.TIMESTAMPTZ -> typed(PrimitiveEncoder.TIMESTAMPTZ, TimeText::timestamptz, time);
            default -> new Encoding(PlainEncoders::text, PlainText::text, KeyBytes.NOTHING, true);
        };
    }

    /**
     * The value of an encoded field as text, which a cast to the type reads to the same value under every setting of a session.
     *
     * @param start  of the field in the buffer, after its length
     * @param length in bytes, 0 or more: NULL has no text
     */
    String text(byte[] buffer, int start, int length) {
        return fieldText.of(ByteBuffer.wrap(buffer, start, length));
    }

    private static Encoder varchar(int typmod) {
        return typmod < 0 ? PlainEncoders::text : PlainEncoders.varchar(typmod - VARHDRSZ);
    }

    private static Encoding typed(Encoder encoder, FieldText fieldText, KeyBytes keyBytes) {
        return new Encoding(encoder, fieldText, keyBytes, false);
    }
}
