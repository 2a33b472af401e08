package io.pvroute.copyupsert;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;

import org.postgresql.core.Oid;

/** The encoded values of keys as text that PostgreSQL reads under every DateStyle: a bound of a {@link Range} is a parameter. */
final class KeyText {

    private static final long EPOCH_SECOND = 946_684_800L; // 2000-01-01, from which PostgreSQL counts
    private static final long SECONDS_OF_DAY = 86_400;
    private static final long MICROSECONDS = 1_000_000;

    private KeyText() {
    }

    /** @param oid of a type whose bytes are faithful, see {@link Encoding.KeyBytes} */
    static String of(long oid, byte[] bytes) {
        ByteBuffer value = ByteBuffer.wrap(bytes);
        return switch ((int) oid) {
            case Oid.BOOL -> value.get() == 0 ? "f" : "t";
            case Oid.INT2 -> Short.toString(value.getShort());
            case Oid.INT4 -> Integer.toString(value.getInt());
            case Oid.INT8 -> Long.toString(value.getLong());
            case Oid.UUID -> new UUID(value.getLong(), value.getLong()).toString();
            case Oid.BYTEA -> "\\x" + HexFormat.of().formatHex(bytes);
            case Oid.TEXT, Oid.VARCHAR, Oid.NAME -> new String(bytes, StandardCharsets.UTF_8);
            case Oid.TIME -> time(value.getLong());
            case Oid.DATE -> date(value.getInt());
            case Oid.TIMESTAMP -> timestamp(value.getLong(), "");
            case Oid.TIMESTAMPTZ -> timestamp(value.getLong(), "+00");
            default -> throw new IllegalArgumentException("Values of the type " + oid + " are not faithful to their bytes.");
        };
    }

    private static String time(long microseconds) {
        long seconds = microseconds / MICROSECONDS;
        return format("%02d:%02d:%02d.%06d", seconds / 3600, seconds / 60 % 60, seconds % 60, microseconds % MICROSECONDS);
    }

    private static String date(int days) {
        return switch (days) {
            case Integer.MAX_VALUE -> "infinity";
            case Integer.MIN_VALUE -> "-infinity";
            default -> {
                LocalDateTime day = LocalDateTime.ofEpochSecond(EPOCH_SECOND + days * SECONDS_OF_DAY, 0, ZoneOffset.UTC);
                yield day(day) + era(day);
            }
        };
    }

    private static String timestamp(long microseconds, String offset) {
        if (microseconds == Long.MAX_VALUE || microseconds == Long.MIN_VALUE) {
            return microseconds > 0 ? "infinity" : "-infinity";
        }
        LocalDateTime time = LocalDateTime.ofEpochSecond(EPOCH_SECOND + Math.floorDiv(microseconds, MICROSECONDS), 0, ZoneOffset.UTC);
        return format("%s %02d:%02d:%02d.%06d", day(time), time.getHour(), time.getMinute(), time.getSecond(),
                Math.floorMod(microseconds, MICROSECONDS)) + offset + era(time);
    }

    private static String day(LocalDateTime time) {
        return format("%04d-%02d-%02d", time.get(ChronoField.YEAR_OF_ERA), time.getMonthValue(), time.getDayOfMonth());
    }

    private static String era(LocalDateTime time) {
        return time.getYear() > 0 ? "" : " BC";
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
