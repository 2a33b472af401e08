package io.pvroute.copyupsert;

import java.nio.ByteBuffer;

import org.postgresql.core.Oid;

/**
 * How the values of a type travel, and what their bytes tell.
 *
 * <p>Rows are compared with the stored ones by their bytes. So a value is encoded in the bytes in which the server sends it back once it is
 * stored: text is cut or filled up to the length of its column, numbers and times are rounded to its precision. Where it is not, it only
 * takes longer, as the server compares again: jsonb given as text, which the server spells anew; intervals of a column with fields or a
 * precision; what has no encoder; and arrays of these. And a NaN that was computed may have other bits than the one that is sent.
 *
 * @param encoder   writes the field
 * @param fieldText reads it, as text
 * @param keyBytes  what may be concluded from the bytes of two keys
 * @param asText    the type has no encoder here: the stage takes text, which the server casts
 * @param unchecked the encoder leaves it to the server to tell whether a text is a value of the type
 */
record Encoding(Encoder encoder, FieldText fieldText, KeyBytes keyBytes, boolean asText, boolean unchecked) {

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

    private static final Encoding JSON = new Encoding(PlainEncoders::json, PlainText::text, KeyBytes.NOTHING, false, true);
    private static final Encoding JSONB = new Encoding(PlainEncoders::jsonb, PlainText::jsonb, KeyBytes.NOTHING, false, true);
    private static final int VARHDRSZ = 4;

    /**
     * @param oid    the type, of a domain its base type; not an array, see {@link #ofArray}, nor an enum, see {@link #ofEnum}
     * @param typmod −1 where the type has no modifier
     */
    static Encoding of(long oid, int typmod) {
        return switch ((int) oid) {
            case Oid.BOOL -> typed(PlainEncoders::bool, PlainText::bool, KeyBytes.UNSIGNED);
            case Oid.INT2 -> typed(PrimitiveEncoder.INT2, PlainText::int2, KeyBytes.SIGNED);
            case Oid.INT4 -> typed(PrimitiveEncoder.INT4, PlainText::int4, KeyBytes.SIGNED);
            case Oid.INT8 -> typed(PrimitiveEncoder.INT8, PlainText::int8, KeyBytes.SIGNED);
            case Oid.FLOAT4 -> typed(NumberEncoders::float4, PlainText::float4, KeyBytes.NOTHING);
            case Oid.FLOAT8 -> typed(PrimitiveEncoder.FLOAT8, PlainText::float8, KeyBytes.NOTHING);
            case Oid.NUMERIC -> typed(typmod < 0 ? NumberEncoders::numeric : NumberEncoders.numeric(precision(typmod), scale(typmod)),
                    NumericField::text, KeyBytes.NOTHING);
            case Oid.TEXT -> typed(PlainEncoders::text, PlainText::text, KeyBytes.UNSIGNED);
            case Oid.NAME -> typed(PlainEncoders::name, PlainText::text, KeyBytes.UNSIGNED);
            case Oid.VARCHAR -> typed(typmod < 0 ? PlainEncoders::text : PlainEncoders.varchar(typmod - VARHDRSZ), PlainText::text,
                    KeyBytes.UNSIGNED);
            case Oid.BPCHAR -> typed(typmod < 0 ? PlainEncoders::text : PlainEncoders.bpchar(typmod - VARHDRSZ), PlainText::text,
                    KeyBytes.NOTHING);
            case Oid.UUID -> typed(PlainEncoders::uuid, PlainText::uuid, KeyBytes.UNSIGNED);
            case Oid.BYTEA -> typed(PlainEncoders::bytea, PlainText::bytea, KeyBytes.UNSIGNED);
            case Oid.JSON -> JSON;
            case Oid.JSONB -> JSONB;
            case Oid.DATE -> typed(TimeEncoders::date, TimeText::date, KeyBytes.SIGNED);
            case Oid.TIME -> typed(TimeEncoders.time(typmod), TimeText::time, KeyBytes.SIGNED);
            case Oid.TIMETZ -> typed(TimeEncoders.timetz(typmod), TimeText::timetz, KeyBytes.NOTHING);
            case Oid.TIMESTAMP -> typed(TimeEncoders.timestamp(typmod), TimeText::timestamp, KeyBytes.SIGNED);
            case Oid.TIMESTAMPTZ -> typed(typmod < 0 ? PrimitiveEncoder.TIMESTAMPTZ : TimeEncoders.timestamptz(typmod),
                    TimeText::timestamptz, KeyBytes.SIGNED);
            case Oid.INTERVAL -> typed(IntervalEncoder::interval, TimeText::interval, KeyBytes.NOTHING);
            default -> asText(PlainEncoders::text);
        };
    }

    /** An enum: its labels travel, and the server checks them. */
    static Encoding ofEnum() {
        return new Encoding(PlainEncoders::text, PlainText::text, KeyBytes.UNORDERED, false, true);
    }

    /**
     * @param elementType oid of the elements' own type, which may be a domain: the server wants it in the array
     * @param element     how its base type travels
     */
    static Encoding ofArray(long elementType, Encoding element) {
        if (element.asText()) {
            return asText(ArrayEncoder::encodeText);
        }
        var array = new ArrayEncoder(elementType, element, element != JSON && element != JSONB);
        return new Encoding(array, array, KeyBytes.NOTHING, false, element.unchecked());
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

    private static int precision(int typmod) {
        return typmod - VARHDRSZ >> 16;
    }

    /** In 11 bits since PostgreSQL 15, with a sign. */
    private static int scale(int typmod) {
        return (typmod - VARHDRSZ & 0x7ff ^ 0x400) - 0x400;
    }

    private static Encoding asText(Encoder encoder) {
        return new Encoding(encoder, PlainText::text, KeyBytes.NOTHING, true, true);
    }

    private static Encoding typed(Encoder encoder, FieldText fieldText, KeyBytes keyBytes) {
        return new Encoding(encoder, fieldText, keyBytes, false, false);
    }
}
