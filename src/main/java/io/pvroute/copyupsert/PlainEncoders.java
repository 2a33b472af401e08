package io.pvroute.copyupsert;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;

import org.postgresql.util.PGobject;

/**
 * Truth values, text, JSON, UUIDs and bytes. What has no plain text form (a Map, a List, an array) is refused: its {@code toString} is
 * for people.
 */
final class PlainEncoders {

    private static final String A_TEXT = "text, or a value with a plain text form";
    private static final int JSONB_VERSION = 1;
    private static final int LONGEST_NAME = 63;

    private PlainEncoders() {
    }

    static void bool(Object value, CopyBuffer out) throws Misfit {
        boolean truth;
        if (value instanceof Boolean given) {
            truth = given;
        } else if (JacksonNodes.isScalar(value)) {
            bool(JacksonNodes.plain(value), out);
            return;
        } else if (value instanceof Number || value instanceof CharSequence) {
            truth = switch (value.toString().strip().toLowerCase(Locale.ROOT)) {
                case "true", "t", "yes", "y", "on", "1" -> true;
                case "false", "f", "no", "n", "off", "0" -> false;
                default -> throw new Misfit("true or false");
            };
        } else {
            throw new Misfit("true or false");
        }
        out.putInt(1);
        out.putByte(truth ? 1 : 0);
    }

    static void text(Object value, CopyBuffer out) throws Misfit {
        field(plainText(value), out);
    }

    /** Text of at most {@code length} characters. Blanks beyond are cut off, as SQL has it: then the bytes sent are those stored. */
    static Encoder varchar(int length) {
        return (value, out) -> field(cut(plainText(value), length), out);
    }

    /** Text of exactly {@code length} characters, filled up with blanks as the server does: then the bytes sent are those stored. */
    static Encoder bpchar(int length) {
        return (value, out) -> {
            String text = cut(plainText(value), length);
            field(text + " ".repeat(length - text.codePointCount(0, text.length())), out);
        };
    }

    /** As a cast to name would cut it off, and a COPY refuse it. */
    static void name(Object value, CopyBuffer out) throws Misfit {
        int start = out.size();
        text(value, out);
        if (out.size() - start - 4 > LONGEST_NAME) {
            throw new Misfit("a name of at most " + LONGEST_NAME + " bytes");
        }
    }

    static void json(Object value, CopyBuffer out) throws Misfit {
        field(jsonText(value, false), out);
    }

    static void jsonb(Object value, CopyBuffer out) throws Misfit {
        int start = out.size();
        out.putInt(0);
        out.putByte(JSONB_VERSION);
        out.putUtf8(jsonText(value, true));
        out.setInt(start, out.size() - start - 4);
    }

    static void uuid(Object value, CopyBuffer out) throws Misfit {
        UUID uuid = value instanceof UUID given ? given : uuid(value);
        out.putInt(16);
        out.putLong(uuid.getMostSignificantBits());
        out.putLong(uuid.getLeastSignificantBits());
    }

    static void bytea(Object value, CopyBuffer out) throws Misfit {
        byte[] bytes;
        if (value instanceof byte[] given) {
            bytes = given;
        } else if (value instanceof ByteBuffer given) {
            bytes = new byte[given.remaining()];
            given.duplicate().get(bytes);
        } else if (JacksonNodes.isScalar(value)) {
            bytea(JacksonNodes.plain(value), out);
            return;
        } else if (value instanceof CharSequence text && text.toString().startsWith("\\x")) {
            try {
                bytes = HexFormat.of().parseHex(text, 2, text.length());
            } catch (IllegalArgumentException notHex) {
                throw new Misfit("bytes, or text of \\x and hexadecimal digits");
            }
        } else {
            throw new Misfit("bytes, or text of \\x and hexadecimal digits");
        }
        out.putInt(bytes.length);
        out.putBytes(bytes);
    }

    private static String cut(String text, int length) throws Misfit {
        if (text.length() <= length || text.codePointCount(0, text.length()) <= length) {
            return text;
        }
        int end = text.offsetByCodePoints(0, length);
        for (int i = end; i < text.length(); i++) {
            if (text.charAt(i) != ' ') {
                throw new Misfit("text of at most " + length + " characters");
            }
        }
        return text.substring(0, end);
    }

    private static void field(String text, CopyBuffer out) throws Misfit {
        int start = out.size();
        out.putInt(0);
        out.putUtf8(text);
        out.setInt(start, out.size() - start - 4);
    }

    private static UUID uuid(Object given) throws Misfit {
        Object value = JacksonNodes.plain(given);
        // UUID.fromString takes 1-1-1-1-1.
        String text = value instanceof CharSequence ? value.toString().strip() : "";
        String digits = (text.startsWith("{") && text.endsWith("}") ? text.substring(1, text.length() - 1) : text).replace("-", "");
        try {
            if (digits.length() == 32) {
                return new UUID(HexFormat.fromHexDigitsToLong(digits, 0, 16), HexFormat.fromHexDigitsToLong(digits, 16, 32));
            }
        } catch (IllegalArgumentException notHex) {
            // as any other text that is none
        }
        throw new Misfit("a UUID, such as 123e4567-e89b-12d3-a456-426614174000");
    }

    static String plainText(Object value) throws Misfit {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof PGobject object && object.getValue() != null) {
            return object.getValue();
        }
        if (value instanceof InetAddress address) {
            return address.getHostAddress();
        }
        if (value instanceof BigDecimal number && Math.abs((long) number.scale()) < 1000) {
            return number.toPlainString();
        }
        if (value instanceof CharSequence || value instanceof Character || value instanceof Number || value instanceof Boolean
                || value instanceof UUID || value instanceof TemporalAccessor || value instanceof TemporalAmount || value instanceof URI
                || value instanceof URL) {
            return value.toString();
        }
        if (JacksonNodes.isScalar(value)) {
            return plainText(JacksonNodes.plain(value));
        }
        throw new Misfit(A_TEXT);
    }

    private static String jsonText(Object value, boolean jsonb) throws Misfit {
        if (value instanceof CharSequence) {
            return value.toString();
        }
        if (value instanceof PGobject object && object.getValue() != null) {
            return object.getValue();
        }
        return JsonText.of(value, jsonb);
    }
}
