package io.pvroute.copyupsert;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.UUID;

/** Truth values, numbers, text, JSON, UUIDs and bytes as text, see {@link FieldText}. */
final class PlainText {

    private PlainText() {
    }

    static String text(ByteBuffer field) {
        return new String(field.array(), field.position(), field.remaining(), StandardCharsets.UTF_8);
    }

    static String bool(ByteBuffer field) {
        return field.get() == 0 ? "f" : "t";
    }

    static String int2(ByteBuffer field) {
        return Short.toString(field.getShort());
    }

    static String int4(ByteBuffer field) {
        return Integer.toString(field.getInt());
    }

    static String int8(ByteBuffer field) {
        return Long.toString(field.getLong());
    }

    /** Java and PostgreSQL have the same words for what is no finite number. */
    static String float4(ByteBuffer field) {
        return Float.toString(field.getFloat());
    }

    static String float8(ByteBuffer field) {
        return Double.toString(field.getDouble());
    }

    static String uuid(ByteBuffer field) {
        return new UUID(field.getLong(), field.getLong()).toString();
    }

    static String bytea(ByteBuffer field) {
        return "\\x" + HexFormat.of().formatHex(field.array(), field.position(), field.limit());
    }

    /** Its text follows the version of the format. */
    static String jsonb(ByteBuffer field) {
        field.get();
        return text(field);
    }
}
