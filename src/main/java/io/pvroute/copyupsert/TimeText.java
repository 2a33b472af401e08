package io.pvroute.copyupsert;

import java.nio.ByteBuffer;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;

/** Dates, times and intervals as text, see {@link FieldText}. Year, month, day: that order is read the same under every DateStyle. */
final class TimeText {

    private static final long EPOCH_SECOND = 946_684_800L; // 2000-01-01, from which PostgreSQL counts
    private static final long SECONDS_OF_DAY = 86_400;
    private static final long MICROSECONDS = 1_000_000;

    private TimeText() {
    }

    static String date(ByteBuffer field) {
        int days = field.getInt();
        if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
            return infinity(days > 0);
        }
        LocalDateTime day = LocalDateTime.ofEpochSecond(EPOCH_SECOND + days * SECONDS_OF_DAY, 0, ZoneOffset.UTC);
        var text = new StringBuilder();
        appendDay(text, day);
        return text.append(era(day)).toString();
    }

    static String time(ByteBuffer field) {
        var text = new StringBuilder();
        appendTime(text, field.getLong());
        return text.toString();
    }

    /** The offset is stored in seconds west of UTC. */
    static String timetz(ByteBuffer field) {
        var text = new StringBuilder();
        appendTime(text, field.getLong());
        int west = field.getInt();
        text.append(west > 0 ? '-' : '+');
        int seconds = Math.abs(west);
        appendDigits(text, seconds / 3600, 2);
        appendDigits(text.append(':'), seconds / 60 % 60, 2);
        appendDigits(text.append(':'), seconds % 60, 2);
        return text.toString();
    }

    static String timestamp(ByteBuffer field) {
        return timestamp(field.getLong(), "");
    }

    static String timestamptz(ByteBuffer field) {
        return timestamp(field.getLong(), "+00");
    }

    /** In ISO 8601, each part with its own sign: what a sign before others means is for the session's IntervalStyle to say. */
    static String interval(ByteBuffer field) {
        long microseconds = field.getLong();
        int days = field.getInt();
        int months = field.getInt();
        if (days == months && (months == Integer.MAX_VALUE && microseconds == Long.MAX_VALUE
                || months == Integer.MIN_VALUE && microseconds == Long.MIN_VALUE)) {
            return infinity(months > 0); // since PostgreSQL 17
        }
        long seconds = microseconds / MICROSECONDS;
        var text = new StringBuilder("P").append(months).append('M').append(days).append("DT")
                .append(seconds / 3600).append('H').append(seconds / 60 % 60).append('M')
                .append(microseconds < 0 ? "-" : "").append(Math.abs(seconds % 60)).append('.');
        appendDigits(text, Math.abs(microseconds % MICROSECONDS), 6);
        return text.append('S').toString();
    }

    private static String timestamp(long microseconds, String offset) {
        if (microseconds == Long.MAX_VALUE || microseconds == Long.MIN_VALUE) {
            return infinity(microseconds > 0);
        }
        long second = EPOCH_SECOND + Math.floorDiv(microseconds, MICROSECONDS);
        LocalDateTime day = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
        var text = new StringBuilder();
        appendDay(text, day);
        appendTime(text.append(' '), Math.floorMod(second, SECONDS_OF_DAY) * MICROSECONDS + Math.floorMod(microseconds, MICROSECONDS));
        return text.append(offset).append(era(day)).toString();
    }

    private static String infinity(boolean positive) {
        return positive ? "infinity" : "-infinity";
    }

    private static void appendDay(StringBuilder text, LocalDateTime day) {
        appendDigits(text, day.get(ChronoField.YEAR_OF_ERA), 4);
        appendDigits(text.append('-'), day.getMonthValue(), 2);
        appendDigits(text.append('-'), day.getDayOfMonth(), 2);
    }

    private static String era(LocalDateTime day) {
        return day.getYear() > 0 ? "" : " BC";
    }

    private static void appendTime(StringBuilder text, long microseconds) {
        long seconds = microseconds / MICROSECONDS;
        appendDigits(text, seconds / 3600, 2);
        appendDigits(text.append(':'), seconds / 60 % 60, 2);
        appendDigits(text.append(':'), seconds % 60, 2);
        appendDigits(text.append('.'), microseconds % MICROSECONDS, 6);
    }

    private static void appendDigits(StringBuilder text, long number, int width) {
        for (long limit = 10; --width > 0; limit *= 10) {
            if (number < limit) {
                text.append('0');
            }
        }
        text.append(number);
    }
}
