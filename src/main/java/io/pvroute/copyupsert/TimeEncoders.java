package io.pvroute.copyupsert;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.Date;
import java.util.Locale;
import java.util.Set;

import org.postgresql.PGStatement;

/**
 * Dates and times, rounded to microseconds, or to the precision of the column, as the server rounds text: then the bytes sent are those
 * stored. An instant needs its offset and a wall time must not have one: guessing a zone stores the wrong hour twice a year. The
 * {@code MIN} and {@code MAX} of java.time are −infinity and infinity, as they are for the driver.
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
    private static final long MICROSECONDS = 1_000_000L;
    private static final long DAY = 86_400 * MICROSECONDS;
    private static final Set<Object> INFINITIES = Set.of(Instant.MIN, Instant.MAX, OffsetDateTime.MIN, OffsetDateTime.MAX,
            LocalDateTime.MIN, LocalDateTime.MAX);
    private static final int FINEST = 6; // digits of a second
    private static final int FARTHEST_OFFSET = 16 * 3600; // seconds, exclusive

    private TimeEncoders() {
    }

    static void date(Object given, CopyBuffer out) throws Misfit {
        Object value = JacksonNodes.plain(given);
        int days;
        int infinity = infinity(value);
        if (infinity != 0) {
            days = infinity > 0 ? Integer.MAX_VALUE : Integer.MIN_VALUE;
        } else {
            LocalDate date = TimeValues.date(value);
            long day = date.toEpochDay() - EPOCH_DAY;
            if (day >= FIRST_DAY && day <= LAST_DAY) {
                days = (int) day;
            } else if (date.equals(LocalDate.MAX)) {
                days = Integer.MAX_VALUE;
            } else if (date.equals(LocalDate.MIN)) {
                days = Integer.MIN_VALUE;
            } else {
                throw new Misfit("a date from 4714-11-24 BC to 5874897-12-31");
            }
        }
        out.putInt(4);
        out.putInt(days);
    }

    /** @param typmod the digits of a second, −1 for six of them; so for the next three */
    static Encoder time(int typmod) {
        long unit = unit(typmod);
        return (given, out) -> {
            Object value = JacksonNodes.plain(given);
            long time = isMidnightAtTheEnd(value) ? DAY : ofDay(TimeValues.time(value));
            out.putInt(8);
            out.putLong(rounded(time, unit));
        };
    }

    static Encoder timetz(int typmod) {
        long unit = unit(typmod);
        return (given, out) -> {
            Object value = JacksonNodes.plain(given);
            // Java has no such time; what follows the hour has to be zero.
            boolean end = value instanceof CharSequence text && text.toString().strip().startsWith("24:");
            OffsetTime time = TimeValues.offsetTime(end ? value.toString().strip().replaceFirst("24", "00") : value);
            long microseconds = end ? DAY : ofDay(time.toLocalTime());
            int offset = time.getOffset().getTotalSeconds();
            if (Math.abs(offset) >= FARTHEST_OFFSET || end && !time.toLocalTime().equals(LocalTime.MIDNIGHT)) {
                throw new Misfit("a time of day with its offset from UTC, less than 16 hours, such as 12:00:00+02:00");
            }
            out.putInt(12);
            out.putLong(rounded(microseconds, unit));
            out.putInt(-offset);
        };
    }

    static Encoder timestamp(int typmod) {
        long unit = unit(typmod);
        return (given, out) -> {
            Object value = JacksonNodes.plain(given);
            long microseconds;
            int infinity = infinity(value);
            if (infinity != 0) {
                microseconds = infinity > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
            } else {
                LocalDateTime wall = TimeValues.wallTime(value);
                microseconds = microseconds(wall, wall.toEpochSecond(ZoneOffset.UTC), wall.getNano(), unit);
            }
            out.putInt(8);
            out.putLong(microseconds);
        };
    }

    static Encoder timestamptz(int typmod) {
        long unit = unit(typmod);
        return (value, out) -> timestamptz(value, unit, out);
    }

    static void timestamptz(Object value, CopyBuffer out) throws Misfit {
        timestamptz(value, 1, out);
    }

    private static void timestamptz(Object value, long unit, CopyBuffer out) throws Misfit {
        long microseconds = instant(value, unit);
        out.putInt(8);
        out.putLong(microseconds);
    }

    private static long instant(Object given, long unit) throws Misfit {
        if (given instanceof Instant instant) {
            return microseconds(instant, instant.getEpochSecond(), instant.getNano(), unit);
        }
        if (given instanceof OffsetDateTime time) {
            return microseconds(time, time.toEpochSecond(), time.getNano(), unit);
        }
        if (given instanceof ZonedDateTime time) {
            return microseconds(time, time.toEpochSecond(), time.getNano(), unit);
        }
        Object value = JacksonNodes.plain(given);
        Instant read = value instanceof CharSequence text ? IsoInstant.read(text) : null;
        if (read != null) {
            return microseconds(read, read.getEpochSecond(), read.getNano(), unit);
        }
        int infinity = infinity(value);
        if (infinity != 0) {
            return infinity > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
        if (value instanceof Timestamp timestamp) {
            return microseconds(value, Math.floorDiv(timestamp.getTime(), 1000L), timestamp.getNanos(), unit);
        }
        // A java.sql.Date or java.sql.Time is no instant.
        if (value instanceof Date date && !(value instanceof java.sql.Date) && !(value instanceof java.sql.Time)) {
            return milliseconds(date.getTime(), unit);
        }
        if (value instanceof Calendar calendar) {
            return milliseconds(calendar.getTimeInMillis(), unit);
        }
        OffsetDateTime time = TimeValues.instant(value);
        return microseconds(time, time.toEpochSecond(), time.getNano(), unit);
    }

    private static long milliseconds(long milliseconds, long unit) throws Misfit {
        return microseconds(milliseconds, Math.floorDiv(milliseconds, 1000L), (int) Math.floorMod(milliseconds, 1000L) * 1_000_000, unit);
    }

    /** @param value of which these are the seconds and the rest */
    private static long microseconds(Object value, long epochSecond, int nanosecond, long unit) throws Misfit {
        long second = epochSecond - EPOCH_SECOND;
        if (second >= FIRST_MICROSECOND / MICROSECONDS && second < END_MICROSECOND / MICROSECONDS) {
            long microseconds = rounded(second * MICROSECONDS + (nanosecond + 500) / 1000, unit);
            if (microseconds >= FIRST_MICROSECOND && microseconds < END_MICROSECOND) {
                return microseconds;
            }
        }
        if (INFINITIES.contains(value)) {
            return epochSecond > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
        throw new Misfit("a time from 4714-11-24 BC to 294276-12-31");
    }

    private static long ofDay(LocalTime time) {
        return (time.toNanoOfDay() + 500) / 1000;
    }

    private static boolean isMidnightAtTheEnd(Object value) {
        return value instanceof CharSequence text && text.toString().strip().matches("24:00(:00(\\.0+)?)?");
    }

    /** Microseconds of the last digit that is kept. */
    private static long unit(int typmod) {
        long unit = 1;
        for (int digits = typmod < 0 ? FINEST : typmod; digits < FINEST; digits++) {
            unit *= 10;
        }
        return unit;
    }

    /** Halves away from zero, which is the year 2000, as {@code AdjustTimestampForTypmod} of PostgreSQL rounds. */
    private static long rounded(long microseconds, long unit) {
        if (unit == 1) {
            return microseconds;
        }
        return (microseconds + (microseconds < 0 ? -unit / 2 : unit / 2)) / unit * unit;
    }

    /** 1 and −1 for the infinities as text, and as the driver gives them in a {@link Date}. */
    private static int infinity(Object value) {
        if (value instanceof Date date) {
            return date.getTime() == PGStatement.DATE_POSITIVE_INFINITY ? 1 : date.getTime() == PGStatement.DATE_NEGATIVE_INFINITY ? -1 : 0;
        }
        if (!(value instanceof CharSequence)) {
            return 0;
        }
        return switch (value.toString().strip().toLowerCase(Locale.ROOT)) {
            case "infinity", "+infinity" -> 1;
            case "-infinity" -> -1;
            default -> 0;
        };
    }
}
