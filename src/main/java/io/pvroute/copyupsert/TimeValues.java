package io.pvroute.copyupsert;

import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.List;
import java.util.Locale;

/**
 * What people give for dates and times, as values of java.time: theirs, those of java.sql, and ISO 8601 text (a blank may stand for the T).
 * An instant needs its offset, or a named zone whose clocks showed that time exactly once; a wall time must not have one.
 */
final class TimeValues {

    private static final String AN_INSTANT = "an instant with its offset from UTC, such as 2024-05-01T12:00:00Z";
    private static final String A_WALL_TIME = "a date and time without offset, such as 2024-05-01T12:00:00";
    private static final String A_DATE = "a date, such as 2024-05-01";
    private static final String A_TIME = "a time of day, such as 12:00:00";
    private static final String AN_OFFSET_TIME = "a time of day with its offset from UTC, such as 12:00:00+02:00";

    private static final DateTimeFormatter WALL_TIME = strict(new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE).appendLiteral('T').append(DateTimeFormatter.ISO_LOCAL_TIME));
    private static final DateTimeFormatter INSTANT = strict(new DateTimeFormatterBuilder()
            .parseCaseInsensitive().append(DateTimeFormatter.ISO_LOCAL_DATE).appendLiteral('T').append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart().parseLenient().appendOffset("+HH", "Z").parseStrict().optionalEnd()
            .optionalStart().appendLiteral('[').appendZoneRegionId().appendLiteral(']').optionalEnd());
    private static final DateTimeFormatter OFFSET_TIME = strict(new DateTimeFormatterBuilder()
            .parseCaseInsensitive().append(DateTimeFormatter.ISO_LOCAL_TIME).parseLenient().appendOffset("+HH", "Z"));

    private TimeValues() {
    }

    static OffsetDateTime instant(Object value) throws Misfit {
        TemporalAccessor parsed = parsed(value, INSTANT, AN_INSTANT);
        LocalDateTime wall = LocalDateTime.from(parsed);
        if (parsed.isSupported(ChronoField.OFFSET_SECONDS)) {
            return wall.atOffset(ZoneOffset.from(parsed));
        }
        ZoneId zone = parsed.query(TemporalQueries.zoneId());
        if (zone == null) {
            throw new Misfit(AN_INSTANT);
        }
        List<ZoneOffset> offsets = zone.getRules().getValidOffsets(wall);
        if (offsets.size() != 1) {
            throw new Misfit(AN_INSTANT + " (the clocks of " + zone + " showed this time " + (offsets.isEmpty() ? "never" : "twice") + ')');
        }
        return wall.atOffset(offsets.get(0));
    }

    static LocalDateTime wallTime(Object value) throws Misfit {
        if (value instanceof LocalDateTime wall) {
            return wall;
        }
        if (value instanceof Timestamp timestamp) {
            return timestamp.toLocalDateTime();
        }
        return LocalDateTime.from(parsed(value, WALL_TIME, A_WALL_TIME));
    }

    static LocalDate date(Object value) throws Misfit {
        if (value instanceof LocalDate date) {
            return date;
        }
        if (value instanceof java.sql.Date date) {
            return date.toLocalDate();
        }
        return LocalDate.from(parsed(value, DateTimeFormatter.ISO_LOCAL_DATE, A_DATE));
    }

    static LocalTime time(Object value) throws Misfit {
        if (value instanceof LocalTime time) {
            return time;
        }
        if (value instanceof java.sql.Time time) {
            return time.toLocalTime();
        }
        return LocalTime.from(parsed(value, DateTimeFormatter.ISO_LOCAL_TIME, A_TIME));
    }

    static OffsetTime offsetTime(Object value) throws Misfit {
        return value instanceof OffsetTime time ? time : OffsetTime.from(parsed(value, OFFSET_TIME, AN_OFFSET_TIME));
    }

    private static TemporalAccessor parsed(Object value, DateTimeFormatter format, String expected) throws Misfit {
        if (!(value instanceof CharSequence)) {
            throw new Misfit(expected);
        }
        try {
            return format.parse(value.toString().strip().replace(' ', 'T'));
        } catch (DateTimeException notThis) {
            throw new Misfit(expected);
        }
    }

    private static DateTimeFormatter strict(DateTimeFormatterBuilder builder) {
        // Not strict, 30 February would become the 29th.
        return builder.toFormatter(Locale.ROOT).withResolverStyle(ResolverStyle.STRICT).withChronology(IsoChronology.INSTANCE);
    }
}
