package io.pvroute.copyupsert;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * Numbers, from any {@link Number} and from numerals in text. What would lose its value is refused; what PostgreSQL itself rounds
 * (decimals to binary floating point, numeric to its scale) is rounded.
 */
final class NumberEncoders {

    private static final String A_NUMBER = "a number";
    private static final int NUMERIC_WHOLE_DIGITS = 131_072;
    private static final int NUMERIC_FRACTION_DIGITS = 16_383;
    private static final int LONGEST_NUMERAL = NUMERIC_WHOLE_DIGITS + NUMERIC_FRACTION_DIGITS + 16;

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
            number = value instanceof CharSequence ? decimal(value, A_NUMBER).floatValue() : (float) real(value);
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
        double number;
        if (value instanceof Double given) {
            number = given;
        } else {
            Double special = special(value);
            number = special != null ? special : real(value);
        }
        out.putInt(8);
        out.putLong(Double.doubleToLongBits(number));
    }

    static void numeric(Object value, CopyBuffer out) throws Misfit {
        Double special = special(value);
        if (special != null) {
            NumericField.put(special.doubleValue(), out);
        } else {
            NumericField.put(exact(value), out);
        }
    }

    /** Rounded to the scale, halves away from zero, as the server does: then the bytes sent are those stored. */
    static Encoder numeric(int precision, int scale) {
        return (value, out) -> {
            if (special(value) != null) {
                numeric(value, out);
                return;
            }
            BigDecimal number = exact(value).setScale(scale, RoundingMode.HALF_UP);
            if (number.signum() != 0 && number.precision() > precision) {
                throw new Misfit("a number that rounds to less than 10^" + (precision - scale) + " in absolute value");
            }
            NumericField.put(number, out);
        };
    }

    private static BigDecimal exact(Object value) throws Misfit {
        BigDecimal number = decimal(value, A_NUMBER);
        long wholeDigits = (long) number.precision() - number.scale();
        if (number.signum() != 0 && wholeDigits > NUMERIC_WHOLE_DIGITS || number.scale() > NUMERIC_FRACTION_DIGITS) {
            throw new Misfit("a number of at most 131,072 digits before and 16,383 after the decimal point");
        }
        // A zero has no digits to count, but may have an exponent.
        return number.signum() == 0 && number.scale() < 0 ? BigDecimal.ZERO : number;
    }

    private static long whole(Object value, long least, long greatest) throws Misfit {
        if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) {
            long number = ((Number) value).longValue();
            if (number >= least && number <= greatest) {
                return number;
            }
        }
        String expected = "a whole number from " + least + " to " + greatest;
        try {
            long number = decimal(value, expected).longValueExact();
            if (number >= least && number <= greatest) {
                return number;
            }
        } catch (ArithmeticException fractionOrTooLarge) {
            // as any other that is none of the type
        }
        throw new Misfit(expected);
    }

    private static double real(Object value) throws Misfit {
        if (value instanceof Double || value instanceof Float || value instanceof Integer || value instanceof Long) {
            return ((Number) value).doubleValue();
        }
        BigDecimal exact = decimal(value, A_NUMBER);
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
        if (JacksonNodes.isScalar(value)) {
            return decimal(JacksonNodes.plain(value), expected);
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
        if (JacksonNodes.isScalar(value)) {
            return special(JacksonNodes.plain(value));
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
