package io.pvroute.copyupsert;

import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.util.Calendar;
import java.util.Date;
import java.util.Locale;

import org.postgresql.PGStatement;

/**
 * Dates and times, rounded to microseconds as the server rounds text. An instant needs its offset and a wall time must not have one:
 * guessing a zone stores the wrong hour twice a year. The {@code MIN} and {@code MAX} of java.time are −infinity and infinity, as they are
 * for the driver.
 *
 * <p>Source of formats and limits: PostgreSQL, {@code src/include/datatype/timestamp.h}; days and microseconds are counted from 2000-01-01.
 */
final class TimeEncoders {

    private static final long EPOCH_SECOND = 946_684_800L;
    private static final int EPOCH_DAY = 10_957;
    private static final long FIRST_DAY = -2_451_545L; // 4714-11-24 BC
    private static final long LAST_DAY = 2_147_483_493L - 2_451_545L; // 5874897-12-31
    private static final long FIRST_MICROSECOND = -211_813_488_000_000_000L;
    private static final long END_MICROSECOND = 9_223_371_331_200_000_000L; // 294277-01-01
    private static final long DAY = 86_400_000_000L;

    private static final String AN_INSTANT = "an instant with its offset from UTC, such as 2024-05-01T12:00:00Z";
    private static final String A_WALL_TIME = "a date and time without offset, such as 2024-05-01T12:00:00";
    private static final String A_DATE = "a date, such as 2024-05-01";
    private static final String A_TIME = "a time of day, such as 12:00:00";

    private static final DateTimeFormatter WALL_TIME = strict(new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE).appendLiteral('T').append(DateTimeFormatter.ISO_LOCAL_TIME));
    private static final DateTimeFormatter INSTANT = strict(new DateTimeFormatterBuilder()
            .parseCaseInsensitive().append(DateTimeFormatter.ISO_LOCAL_DATE).appendLiteral('T').append(DateTimeFormatter.ISO_LOCAL_TIME)
            .parseLenient().appendOffset("+HH", "Z").parseStrict()
            .optionalStart().appendLiteral('[').appendZoneRegionId().appendLiteral(']').optionalEnd());

    private TimeEncoders() {
    }

    static void date(Object value, CopyBuffer out) throws Misfit {
        int days;
        if (isInfinite(value, true) || LocalDate.MAX.equals(value)) {
            days = Integer.MAX_VALUE;
        } else if (isInfinite(value, false) || LocalDate.MIN.equals(value)) {
            days = Integer.MIN_VALUE;
        } else {
            long day = localDate(value).toEpochDay() - EPOCH_DAY;
            if (day < FIRST_DAY || day > LAST_DAY) {
                throw new Misfit("a date from 4714-11-24 BC to 5874897-12-31");
            }
            days = (int) day;
        }
        out.putInt(4);
        out.putInt(days);
    }

    static void time(Object value, CopyBuffer out) throws Misfit {
        long microseconds = value instanceof CharSequence text && text.toString().strip().matches("24:00(:00(\\.0+)?)?")
                ? DAY : (localTime(value).toNanoOfDay() + 500) / 1000;
        out.putInt(8);
        out.putLong(microseconds);
    }

    static void timestamp(Object value, CopyBuffer out) throws Misfit {
        long microseconds;
        if (isInfinite(value, true) || LocalDateTime.MAX.equals(value)) {
            microseconds = Long.MAX_VALUE;
        } else if (isInfinite(value, false) || LocalDateTime.MIN.equals(value)) {
            microseconds = Long.MIN_VALUE;
        } else {
            LocalDateTime wall = wallTime(value);
            microseconds = microseconds(wall.toEpochSecond(ZoneOffset.UTC), wall.getNano());
        }
        out.putInt(8);
        out.putLong(microseconds);
    }

    static void timestamptz(Object value, CopyBuffer out) throws Misfit {
        long microseconds;
        if (isInfinite(value, true) || Instant.MAX.equals(value) || OffsetDateTime.MAX.equals(value)) {
            microseconds = Long.MAX_VALUE;
        } else if (isInfinite(value, false) || Instant.MIN.equals(value) || OffsetDateTime.MIN.equals(value)) {
            microseconds = Long.MIN_VALUE;
        } else {
            Instant instant = instant(value);
            microseconds = microseconds(instant.getEpochSecond(), instant.getNano());
        }
        out.putInt(8);
        out.putLong(microseconds);
    }

    private static long microseconds(long epochSecond, int nanosecond) throws Misfit {
        try {
            long microseconds = Math.multiplyExact(Math.subtractExact(epochSecond, EPOCH_SECOND), 1_000_000L);
            microseconds = Math.addExact(microseconds, (nanosecond + 500) / 1000);
            if (microseconds >= FIRST_MICROSECOND && microseconds < END_MICROSECOND) {
                return microseconds;
            }
        } catch (ArithmeticException tooFarAway) {
            // as any other that is out of range
        }
        throw new Misfit("a time from 4714-11-24 BC to 294276-12-31");
    }

    private static Instant instant(Object value) throws Misfit {
        if (value instanceof Instant instant) {
            return instant;
        }
        if (value instanceof OffsetDateTime time) {
            return time.toInstant();
        }
        if (value instanceof ZonedDateTime time) {
            return time.toInstant();
        }
        if (value instanceof Calendar calendar) {
            return calendar.toInstant();
        }
        // A java.sql.Date or java.sql.Time is no instant; they refuse toInstant.
        if (value instanceof Date date && !(value instanceof java.sql.Date) && !(value instanceof java.sql.Time)) {
            return date.toInstant();
        }
        return OffsetDateTime.from(parsed(value, INSTANT, AN_INSTANT)).toInstant();
    }

    private static LocalDateTime wallTime(Object value) throws Misfit {
        if (value instanceof LocalDateTime wall) {
            return wall;
        }
        if (value instanceof Timestamp timestamp) {
            return timestamp.toLocalDateTime();
        }
        return LocalDateTime.from(parsed(value, WALL_TIME, A_WALL_TIME));
    }

    private static LocalDate localDate(Object value) throws Misfit {
        if (value instanceof LocalDate date) {
            return date;
        }
        if (value instanceof java.sql.Date date) {
            return date.toLocalDate();
        }
        return LocalDate.from(parsed(value, DateTimeFormatter.ISO_LOCAL_DATE, A_DATE));
    }

    private static LocalTime localTime(Object value) throws Misfit {
        if (value instanceof LocalTime time) {
            return time;
        }
        if (value instanceof java.sql.Time time) {
            return time.toLocalTime();
        }
        return LocalTime.from(parsed(value, DateTimeFormatter.ISO_LOCAL_TIME, A_TIME));
    }

    private static java.time.temporal.TemporalAccessor parsed(Object value, DateTimeFormatter format, String expected) throws Misfit {
        if (!(value instanceof CharSequence)) {
            throw new Misfit(expected);
        }
        try {
            return format.parse(value.toString().strip().replace(' ', 'T'));
        } catch (DateTimeException notThis) {
            throw new Misfit(expected);
        }
    }

    /** The infinities as text, and as the driver gives them in a {@link Date}. */
    private static boolean isInfinite(Object value, boolean positive) {
        if (value instanceof CharSequence) {
            String word = value.toString().strip().toLowerCase(Locale.ROOT);
            return positive ? word.equals("infinity") || word.equals("+infinity") : word.equals("-infinity");
        }
        return value instanceof Date date
                && date.getTime() == (positive ? PGStatement.DATE_POSITIVE_INFINITY : PGStatement.DATE_NEGATIVE_INFINITY);
    }

    private static DateTimeFormatter strict(DateTimeFormatterBuilder builder) {
        // Not strict, 30 February would become the 29th.
        return builder.toFormatter(Locale.ROOT).withResolverStyle(ResolverStyle.STRICT).withChronology(IsoChronology.INSTANCE);
    }
}
