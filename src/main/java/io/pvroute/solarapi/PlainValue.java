package io.pvroute.solarapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.text.StringEscapeUtils;

/**
 * What a value of an answer says, in plain numbers and text. Loggers send numbers as text, pad serials with blanks, write names with HTML
 * entities, and say in many ways that they do not know; null is not zero, and what is not known is null.
 */
final class PlainValue {

    /**
     * No watt, volt or watt-hour of a plant is near it. Beyond, sums of stored values could overflow, which would be an error in every
     * statement that makes one.
     */
    private static final double LARGEST = 1e15;
    /** Longer ones are no serials, and keys of an index have their limits. */
    private static final int LONGEST_SERIAL = 100;
    private static final int LONGEST_NUMBER = 100;

    private static final Set<String> NOT_KNOWN = Set.of("", "n.a.", "n.a", "n/a", "na", "nan", "null", "unknown");
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");
    private static final Pattern TELLING = Pattern.compile("[\\p{L}1-9]");

    private PlainValue() {
    }

    /** A finite number; 1 and 0 for true and false; null for anything that is none, and for what is too large to be true. */
    static Double number(JsonNode value) {
        double number;
        if (value.isNumber()) {
            number = value.doubleValue();
        } else if (value.isBoolean()) {
            number = value.booleanValue() ? 1 : 0;
        } else if (value.isTextual() && value.textValue().length() <= LONGEST_NUMBER && isNumber(value.textValue())) {
            number = Double.parseDouble(value.textValue().strip());
        } else {
            return null;
        }
        // not NaN, either; and -0 is 0
        return Math.abs(number) <= LARGEST ? number + 0.0 : null;
    }

    /** A whole number that an {@code int} holds; null for anything else. */
    static Integer integer(JsonNode value) {
        Double number = number(value);
        return number != null && number == Math.rint(number) && Math.abs(number) <= Integer.MAX_VALUE ? number.intValue() : null;
    }

    /** An instant that is given in seconds since 1970, or parts of them, to the microsecond; null where it is none. */
    static Instant instant(JsonNode value) {
        Double seconds = number(value);
        if (seconds == null) {
            return null;
        }
        long micros = BigDecimal.valueOf(seconds).setScale(6, RoundingMode.FLOOR).unscaledValue().longValueExact();
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** What text says without margins and entities, storable; numbers, true and false as they are written. Null where nothing is told. */
    static String text(JsonNode value) {
        if (!value.isTextual()) {
            boolean tells = value.isBoolean() || value.isNumber() && Double.isFinite(value.doubleValue());
            return tells ? value.asText() : null;
        }
        String text = withoutMargins(decoded(value.textValue()));
        return NOT_KNOWN.contains(text.toLowerCase(Locale.ROOT)) ? null : StorableText.of(text);
    }

    /** A serial number; null where none is told: nothing, nothing but zeros and signs, or what is too long for one. */
    static String serial(JsonNode value) {
        String serial = text(value);
        return serial != null && serial.length() <= LONGEST_SERIAL && TELLING.matcher(serial).find() ? serial : null;
    }

    private static boolean isNumber(String text) {
        return NUMBER.matcher(text.strip()).matches();
    }

    private static String withoutMargins(String text) {
        int begin = 0;
        int end = text.length();
        while (begin < end && isMargin(text.charAt(begin))) {
            begin++;
        }
        while (begin < end && isMargin(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(begin, end);
    }

    /** Blanks of any kind, and what some firmware fills its buffers with. */
    private static boolean isMargin(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c);
    }

    private static String decoded(String text) {
        try {
            return StringEscapeUtils.unescapeHtml4(text);
        } catch (IllegalArgumentException e) {
            // an entity of a character that does not exist: then it is none
            return text;
        }
    }
}
