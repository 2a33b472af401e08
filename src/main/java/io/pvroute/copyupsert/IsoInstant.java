package io.pvroute.copyupsert;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Reads instants in the usual form of ISO 8601, {@code 2024-05-01T12:00:00.25+02:00}, which is how they come in JSON. A formatter of
 * java.time takes over a microsecond and leaves 2 kB of garbage for each, more than all else that is done here for a row. What has another
 * form is left to {@link TimeValues}.
 */
final class IsoInstant {

    private static final int NONE = -1;
    private static final int NANOSECOND_DIGITS = 9;

    private final CharSequence text;
    private int at;

    private IsoInstant(CharSequence text) {
        this.text = text;
    }

    /** @return null for another form, and for what is no instant */
    static Instant read(CharSequence text) {
        return new IsoInstant(text).read();
    }

    private Instant read() {
        int year = number(4);
        int month = skip('-') ? number(2) : NONE;
        int day = skip('-') ? number(2) : NONE;
        int hour = skip('T') || skip(' ') ? number(2) : NONE;
        int minute = skip(':') ? number(2) : NONE;
        boolean seconds = skip(':');
        int second = seconds ? number(2) : 0;
        int nanosecond = seconds && skip('.') ? fraction() : 0;
        if (year < 0 || month < 0 || day < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59
                || nanosecond < 0) {
            return null;
        }
        int offset = 0;
        if (!skip('Z')) {
            int sign = skip('+') ? 1 : skip('-') ? -1 : 0;
            int hours = number(2);
            int minutes = at == text.length() ? 0 : skip(':') ? number(2) : NONE;
            offset = sign * (hours * 60 + minutes) * 60;
            if (sign == 0 || hours < 0 || hours > 17 || minutes < 0 || minutes > 59) {
                return null;
            }
        }
        if (at < text.length()) {
            return null;
        }
        try {
            long days = LocalDate.of(year, month, day).toEpochDay();
            return Instant.ofEpochSecond(days * 86_400 + hour * 3_600 + minute * 60 + second - offset, nanosecond);
        } catch (DateTimeException noSuchDay) {
            return null;
        }
    }

    private boolean skip(char wanted) {
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    /** Of exactly so many digits, or {@link #NONE}. */
    private int number(int digits) {
        int end = at + digits;
        int number = digits(end);
        return at == end ? number : NONE;
    }

    /** In nanoseconds, of one to nine digits. */
    private int fraction() {
        int start = at;
        int number = digits(start + NANOSECOND_DIGITS);
        for (int i = at; i < start + NANOSECOND_DIGITS; i++) {
            number *= 10;
        }
        return at > start ? number : NONE;
    }

    private int digits(int end) {
        int number = 0;
        for (; at < end && at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9'; at++) {
            number = number * 10 + text.charAt(at) - '0';
        }
        return number;
    }
}
