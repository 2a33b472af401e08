package io.pvroute.copyupsert;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;

/**
 * Numbers, from any {@link Number} and from numerals in text. What would lose its value is refused; what PostgreSQL itself rounds
 * (decimals to binary floating point, numeric to its scale) is rounded.
 */
final class NumberEncoders {

    private static final int NUMERIC_WHOLE_DIGITS = 131_072;
    private static final int NUMERIC_FRACTION_DIGITS = 16_383;
    private static final int LONGEST_NUMERAL = NUMERIC_WHOLE_DIGITS + NUMERIC_FRACTION_DIGITS + 16;
    private static final int NUMERIC_NEGATIVE = 0x4000;
    private static final int NUMERIC_NAN = 0xC000;
    private static final int NUMERIC_INFINITY = 0xD000;
    private static final int NUMERIC_MINUS_INFINITY = 0xF000;
    /** Means nothing, but it is what the server sends. */
    private static final int NUMERIC_INFINITY_SCALE = 32;

    private NumberEncoders() {
    }

    static void int2(Object value, CopyBuffer out) throws Misfit {
        long number = whole(value, Short.MIN_VALUE, Short.MAX_VALUE);
        out.putInt(2);
        out.putShort((int) number);
    }

    static void int4(Object value, CopyBuffer out) throws Misfit {
        long number = whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
        out.putInt(4);
        out.putInt((int) number);
    }

    static void int8(Object value, CopyBuffer out) throws Misfit {
        long number = whole(value, Long.MIN_VALUE, Long.MAX_VALUE);
        out.putInt(8);
        out.putLong(number);
    }

    static void float4(Object value, CopyBuffer out) throws Misfit {
        Double special = special(value);
        float number;
        if (special != null) {
            number = special.floatValue();
        } else {
            // Text is read at single precision at once: rounding twice may end one step off.
            number = value instanceof CharSequence ? decimal(value, "a number").floatValue() : (float) real(value);
            boolean vanished = number == 0 && real(value) != 0;
            if (Float.isInfinite(number) || vanished) {
                throw new Misfit("a number that real can hold, 1e-45 to 3.4e38");
            }
            number = number == 0 ? (float) real(value) : number;
        }
        out.putInt(4);
        out.putInt(Float.floatToIntBits(number));
    }

    static void float8(Object value, CopyBuffer out) throws Misfit {
        Double special = special(value);
        double number = special != null ? special : real(value);
        out.putInt(8);
        out.putLong(Double.doubleToLongBits(number));
    }

    /** Digits in base 10,000, each in two bytes, after their count, the first one's weight, the sign and the digits after the point. */
    static void numeric(Object value, CopyBuffer out) throws Misfit {
        Double special = special(value);
        if (special != null) {
            if (special.isNaN()) {
                numeric(out, 0, NUMERIC_NAN, 0, "", 0, 0);
            } else {
                numeric(out, 0, special > 0 ? NUMERIC_INFINITY : NUMERIC_MINUS_INFINITY, NUMERIC_INFINITY_SCALE, "", 0, 0);
            }
            return;
        }
        BigDecimal number = decimal(value, "a number");
        long wholeDigits = (long) number.precision() - number.scale();
        if (number.signum() != 0 && wholeDigits > NUMERIC_WHOLE_DIGITS || number.scale() > NUMERIC_FRACTION_DIGITS) {
            throw new Misfit("a number of at most 131,072 digits before and 16,383 after the decimal point");
        }
        int scale = Math.max(0, number.scale());
        String digits = number.signum() == 0 ? "" : number.setScale(scale).unscaledValue().abs().toString();
        // Whole groups of four digits on both sides of the point.
        int whole = digits.length() - scale;
        int wholeGroups = Math.floorDiv(whole + 3, 4);
        int left = wholeGroups * 4 - whole;
        int groups = (left + digits.length() + 3) / 4;
        String padded = "0".repeat(left) + digits + "0".repeat(groups * 4 - left - digits.length());
        int first = 0;
        while (first < groups && padded.startsWith("0000", first * 4)) {
            first++;
        }
        int last = groups;
        while (last > first && padded.startsWith("0000", last * 4 - 4)) {
            last--;
        }
        int weight = first == last ? 0 : wholeGroups - 1 - first;
        numeric(out, weight, number.signum() < 0 ? NUMERIC_NEGATIVE : 0, scale, padded, first, last);
    }

    private static void numeric(CopyBuffer out, int weight, int sign, int scale, String digits, int first, int last) {
        out.putInt(8 + 2 * (last - first));
        out.putShort(last - first);
        out.putShort(weight);
        out.putShort(sign);
        out.putShort(scale);
        for (int group = first; group < last; group++) {
            out.putShort(Integer.parseInt(digits, group * 4, group * 4 + 4, 10));
        }
    }

    private static long whole(Object value, long least, long greatest) throws Misfit {
        String expected = "a whole number from " + least + " to " + greatest;
        long number;
        if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) {
            number = ((Number) value).longValue();
        } else {
            try {
                number = decimal(value, expected).longValueExact();
            } catch (ArithmeticException fractionOrTooLarge) {
                throw new Misfit(expected);
            }
        }
        if (number < least || number > greatest) {
            throw new Misfit(expected);
        }
        return number;
    }

    private static double real(Object value) throws Misfit {
        if (value instanceof Double || value instanceof Float || value instanceof Integer || value instanceof Long) {
            return ((Number) value).doubleValue();
        }
        BigDecimal exact = decimal(value, "a number");
        double number = exact.doubleValue();
        if (Double.isInfinite(number) || number == 0 && exact.signum() != 0) {
            throw new Misfit("a number that double precision can hold, 4.9e-324 to 1.8e308");
        }
        return number == 0 ? zero(value) : number;
    }

    /** A decimal has no −0, but the server reads one from text and stores it. */
    private static double zero(Object value) {
        return value instanceof CharSequence && value.toString().strip().startsWith("-") ? -0.0 : 0.0;
    }

    private static BigDecimal decimal(Object value, String expected) throws Misfit {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        if (value instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        if (value instanceof Number || value instanceof CharSequence) {
            String numeral = value.toString().strip();
            if (numeral.length() <= LONGEST_NUMERAL) {
                try {
                    return new BigDecimal(numeral);
                } catch (NumberFormatException notANumeral) {
                    throw new Misfit(expected);
                }
            }
        }
        throw new Misfit(expected);
    }

    /** NaN and the infinities, which have no decimal form; null for any other value. */
    private static Double special(Object value) {
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            return Double.isNaN(number) || Double.isInfinite(number) ? number : null;
        }
        if (!(value instanceof CharSequence)) {
            return null;
        }
        String word = value.toString().strip();
        // Numerals, which are by far the most, are not looked up.
        if (word.isEmpty() || Character.isDigit(word.charAt(word.length() - 1))) {
            return null;
        }
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "nan" -> Double.NaN;
            case "infinity", "+infinity", "inf", "+inf" -> Double.POSITIVE_INFINITY;
            case "-infinity", "-inf" -> Double.NEGATIVE_INFINITY;
            default -> null;
        };
    }
}
