package io.pvroute.copyupsert;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.UUID;

/** Truth values, numbers, text, JSON, UUIDs and bytes as text, see {@link FieldText}. */
final class PlainText {

    private static final int NUMERIC_NEGATIVE = 0x4000;
    private static final int NUMERIC_NAN = 0xC000;
    private static final int NUMERIC_INFINITY = 0xD000;
    private static final int NUMERIC_MINUS_INFINITY = 0xF000;

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

    /** As many digits after the point as the scale says: 1.00 stays 1.00. */
    static String numeric(ByteBuffer field) {
        int groups = field.getShort();
        int weight = field.getShort();
        int sign = field.getShort() & 0xffff;
        int scale = field.getShort();
        switch (sign) {
            case NUMERIC_NAN:
                return "NaN";
            case NUMERIC_INFINITY:
                return "Infinity";
            case NUMERIC_MINUS_INFINITY:
                return "-Infinity";
            default:
        }
        int[] digits = new int[groups];
        for (int i = 0; i < groups; i++) {
            digits[i] = field.getShort();
        }
        var text = new StringBuilder(sign == NUMERIC_NEGATIVE ? "-" : "").append(weight < 0 || groups == 0 ? 0 : digits[0]);
        for (int i = 1; i <= weight; i++) {
            appendGroup(text, digits, i);
        }
        if (scale > 0) {
            int end = text.append('.').length() + scale;
            for (int i = weight + 1; text.length() < end; i++) {
                appendGroup(text, digits, i);
            }
            text.setLength(end);
        }
        return text.toString();
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

    /** Four decimal digits; those before the first and after the last group that is stored are zeros. */
    private static void appendGroup(StringBuilder text, int[] digits, int index) {
        int group = index >= 0 && index < digits.length ? digits[index] : 0;
        for (int unit = 1000; unit > 0; unit /= 10) {
            text.append((char) ('0' + group / unit % 10));
        }
    }
}
