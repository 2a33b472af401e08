package io.pvroute.copyupsert;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAmount;
import java.time.temporal.TemporalUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.postgresql.util.PGInterval;

/**
 * Intervals: months, days and microseconds, which are kept apart, as neither months nor days have a fixed length. From Duration, Period and
 * any other {@link TemporalAmount}, the driver's {@link PGInterval}, and text: ISO 8601 (each part may have a sign) or numbers with units
 * as PostgreSQL prints them. Its sign rule is that of {@code IntervalStyle = postgres}: a sign is that of one part.
 */
final class IntervalEncoder {

    private static final String AN_INTERVAL = "an interval, such as PT1H30M, P1M-2D, '1 mon 2 days 01:30:00' or a Duration or Period";
    private static final String NUMBER = "([+-]?\\d{1,18})";
    private static final String DECIMAL = "([+-]?(?:\\d{1,19}(?:[.,]\\d{0,30})?|[.,]\\d{1,30}))";
    private static final Pattern ISO = Pattern.compile("([+-]?)P(?=.)(?:" + NUMBER + "Y)?(?:" + NUMBER + "M)?(?:" + NUMBER + "W)?(?:"
            + NUMBER + "D)?(?:T(?=.)(?:" + DECIMAL + "H)?(?:" + DECIMAL + "M)?(?:" + DECIMAL + "S)?)?");
    private static final Pattern PART = Pattern.compile("\\G\\s*(?:([+-]?)(\\d{1,10}):([0-5]?\\d)(?::([0-5]?\\d(?:\\.\\d{0,30})?))?"
            + "|" + DECIMAL + "\\s*([a-z]+))(?=$|[\\s+-]|\\d)");

    private static final BigDecimal SECOND = BigDecimal.valueOf(1_000_000);
    private static final BigDecimal MINUTE = BigDecimal.valueOf(60_000_000);
    private static final BigDecimal HOUR = BigDecimal.valueOf(3_600_000_000L);

    private long months;
    private long days;
    private BigDecimal microseconds = BigDecimal.ZERO;

    private IntervalEncoder() {
    }

    static void interval(Object value, CopyBuffer out) throws Misfit {
        if (JacksonNodes.isScalar(value)) {
            interval(JacksonNodes.plain(value), out);
            return;
        }
        var interval = new IntervalEncoder();
        try {
            interval.read(value);
            interval.write(out);
        } catch (ArithmeticException tooLong) {
            throw new Misfit("an interval of at most 2147483647 months, 2147483647 days and 2562047788 hours");
        }
    }

    private void read(Object value) throws Misfit {
        if (value instanceof TemporalAmount amount) {
            for (TemporalUnit unit : amount.getUnits()) {
                add(amount.get(unit), unit);
            }
        } else if (value instanceof PGInterval interval && !interval.isNull()) {
            months = 12L * interval.getYears() + interval.getMonths();
            days = interval.getDays();
            microseconds = BigDecimal.valueOf(interval.getHours()).multiply(HOUR)
                    .add(BigDecimal.valueOf(interval.getMinutes()).multiply(MINUTE))
                    .add(BigDecimal.valueOf(interval.getWholeSeconds()).multiply(SECOND))
                    .add(BigDecimal.valueOf(interval.getMicroSeconds()));
        } else if (value instanceof CharSequence) {
            String text = value.toString().strip();
            Matcher iso = ISO.matcher(text.toUpperCase(Locale.ROOT));
            if (iso.matches()) {
                readIso(iso);
            } else {
                readParts(text.toLowerCase(Locale.ROOT));
            }
        } else {
            throw new Misfit(AN_INTERVAL);
        }
    }

    private void add(long count, TemporalUnit unit) throws Misfit {
        if (!(unit instanceof ChronoUnit known)) {
            throw new Misfit(AN_INTERVAL);
        }
        switch (known) {
            case YEARS -> months = Math.addExact(months, Math.multiplyExact(12, count));
            case MONTHS -> months = Math.addExact(months, count);
            case WEEKS -> days = Math.addExact(days, Math.multiplyExact(7, count));
            case DAYS -> days = Math.addExact(days, count);
            case HOURS, MINUTES, SECONDS, MILLIS, MICROS, NANOS ->
                    add(BigDecimal.valueOf(count), BigDecimal.valueOf(unit.getDuration().toNanos(), 3));
            default -> throw new Misfit(AN_INTERVAL);
        }
    }

    private void add(BigDecimal count, BigDecimal unit) {
        microseconds = microseconds.add(count.multiply(unit));
    }

    private void readIso(Matcher iso) throws Misfit {
        ChronoUnit[] whole = {ChronoUnit.YEARS, ChronoUnit.MONTHS, ChronoUnit.WEEKS, ChronoUnit.DAYS};
        for (int i = 0; i < whole.length; i++) {
            if (iso.group(i + 2) != null) {
                add(Long.parseLong(iso.group(i + 2)), whole[i]);
            }
        }
        BigDecimal[] time = {HOUR, MINUTE, SECOND};
        for (int i = 0; i < time.length; i++) {
            if (iso.group(i + 6) != null) {
                add(decimal(iso.group(i + 6)), time[i]);
            }
        }
        if (iso.group(1).equals("-")) {
            negate();
        }
    }

    private void readParts(String text) throws Misfit {
        boolean ago = text.endsWith(" ago");
        String parts = (ago ? text.substring(0, text.length() - 4) : text).replaceFirst("^@\\s*", "").strip();
        Matcher part = PART.matcher(parts);
        int end = 0;
        while (part.find()) {
            end = part.end();
            if (part.group(3) != null) {
                BigDecimal time = HOUR.multiply(decimal(part.group(2))).add(MINUTE.multiply(decimal(part.group(3))))
                        .add(part.group(4) == null ? BigDecimal.ZERO : SECOND.multiply(decimal(part.group(4))));
                microseconds = microseconds.add(part.group(1).equals("-") ? time.negate() : time);
            } else {
                addPart(decimal(part.group(5)), part.group(6));
            }
        }
        if (end == 0 || end < parts.length()) {
            throw new Misfit(AN_INTERVAL);
        }
        if (ago) {
            negate();
        }
    }

    private void addPart(BigDecimal count, String unit) throws Misfit {
        switch (unit) {
            case "y", "yr", "yrs", "year", "years" -> add(whole(count), ChronoUnit.YEARS);
            case "mon", "mons", "month", "months" -> add(whole(count), ChronoUnit.MONTHS);
            case "w", "week", "weeks" -> add(whole(count), ChronoUnit.WEEKS);
            case "d", "day", "days" -> add(whole(count), ChronoUnit.DAYS);
            case "h", "hr", "hrs", "hour", "hours" -> add(count, HOUR);
            case "m", "min", "mins", "minute", "minutes" -> add(count, MINUTE);
            case "s", "sec", "secs", "second", "seconds" -> add(count, SECOND);
            case "ms", "msec", "msecs", "millisecond", "milliseconds" -> add(count, BigDecimal.valueOf(1_000));
            case "us", "usec", "usecs", "microsecond", "microseconds" -> add(count, BigDecimal.ONE);
            default -> throw new Misfit(AN_INTERVAL);
        }
    }

    private static long whole(BigDecimal count) throws Misfit {
        if (count.stripTrailingZeros().scale() > 0) {
            throw new Misfit("an interval of whole years, months, weeks and days");
        }
        return count.longValueExact();
    }

    private static BigDecimal decimal(String number) {
        return new BigDecimal(number.replace(',', '.'));
    }

    private void negate() {
        months = Math.negateExact(months);
        days = Math.negateExact(days);
        microseconds = microseconds.negate();
    }

    private void write(CopyBuffer out) {
        long time = microseconds.setScale(0, RoundingMode.HALF_UP).longValueExact();
        int day = Math.toIntExact(days);
        int month = Math.toIntExact(months);
        out.putInt(16);
        out.putLong(time);
        out.putInt(day);
        out.putInt(month);
    }
}
