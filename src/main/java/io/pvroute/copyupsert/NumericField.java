package io.pvroute.copyupsert;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/**
 * A field of the type numeric: digits in base 10,000, each in two bytes, after their count, the first one's weight, the sign and the number
 * of decimal digits after the point. Groups of zeros at either end are left out, as the server leaves them out.
 *
 * <p>Source of the format: PostgreSQL, {@code numeric_send} in {@code numeric.c}.
 */
final class NumericField {

    private static final int HEADER = 8;
    private static final int GROUP = 10_000;
    private static final int GROUP_DIGITS = 4;
    private static final int POSITIVE = 0;
    private static final int NEGATIVE = 0x4000;
    private static final int NAN = 0xC000;
    private static final int INFINITY = 0xD000;
    private static final int MINUS_INFINITY = 0xF000;
    /** Means nothing, but it is what the server sends. */
    private static final int INFINITY_SCALE = 32;
    /** Less than 2^50 can be multiplied by 1,000. */
    private static final int SHORT_BITS = 50;

    private NumericField() {
    }

    /** @param number with at most 16,383 digits after the point and 131,072 before it */
    static void put(BigDecimal number, CopyBuffer out) {
        int scale = Math.max(0, number.scale());
        BigInteger digits = (number.scale() < 0 ? number.setScale(0) : number).unscaledValue();
        int sign = digits.signum() < 0 ? NEGATIVE : POSITIVE;
        if (digits.bitLength() <= SHORT_BITS) {
            put(Math.abs(digits.longValue()), sign, scale, out);
        } else {
            put(digits.abs().toString(), sign, scale, out);
        }
    }

    /** @param number NaN, or infinite */
    static void put(double number, CopyBuffer out) {
        if (Double.isNaN(number)) {
            header(0, 0, NAN, 0, out);
        } else {
            header(0, 0, number > 0 ? INFINITY : MINUS_INFINITY, INFINITY_SCALE, out);
        }
    }

    private static void put(long digits, int sign, int scale, CopyBuffer out) {
        long rest = digits;
        for (int i = scale; i % GROUP_DIGITS != 0; i++) {
            rest *= 10;
        }
        int left = 0; // groups of zeros at the end
        while (rest != 0 && rest % GROUP == 0) {
            rest /= GROUP;
            left++;
        }
        int groups = 0;
        long first = 1;
        for (long more = rest; more != 0; more /= GROUP) {
            first = groups++ == 0 ? 1 : first * GROUP;
        }
        int fraction = (scale + GROUP_DIGITS - 1) / GROUP_DIGITS;
        header(groups, groups == 0 ? 0 : groups + left - fraction - 1, sign, scale, out);
        for (long unit = first; groups-- > 0; unit /= GROUP) {
            out.putShort((int) (rest / unit % GROUP));
        }
    }

    private static void put(String digits, int sign, int scale, CopyBuffer out) {
        // Whole groups on both sides of the point.
        int whole = digits.length() - scale;
        int wholeGroups = Math.floorDiv(whole + GROUP_DIGITS - 1, GROUP_DIGITS);
        int left = wholeGroups * GROUP_DIGITS - whole;
        int groups = (left + digits.length() + GROUP_DIGITS - 1) / GROUP_DIGITS;
        String padded = "0".repeat(left) + digits + "0".repeat(groups * GROUP_DIGITS - left - digits.length());
        int last = groups;
        while (group(padded, last - 1) == 0) {
            last--;
        }
        // Its first digit is none of the zeros: the first group counts.
        header(last, wholeGroups - 1, sign, scale, out);
        for (int i = 0; i < last; i++) {
            out.putShort(group(padded, i));
        }
    }

    private static int group(String digits, int index) {
        return Integer.parseInt(digits, index * GROUP_DIGITS, (index + 1) * GROUP_DIGITS, 10);
    }

    private static void header(int groups, int weight, int sign, int scale, CopyBuffer out) {
        out.putInt(HEADER + 2 * groups);
        out.putShort(groups);
        out.putShort(weight);
        out.putShort(sign);
        out.putShort(scale);
    }

    /** As many digits after the point as the scale says: 1.00 stays 1.00. */
    static String text(ByteBuffer field) {
        int groups = field.getShort();
        int weight = field.getShort();
        int sign = field.getShort() & 0xffff;
        int scale = field.getShort();
        if (sign != POSITIVE && sign != NEGATIVE) {
            return sign == NAN ? "NaN" : sign == INFINITY ? "Infinity" : "-Infinity";
        }
        int[] digits = new int[groups];
        for (int i = 0; i < groups; i++) {
            digits[i] = field.getShort();
        }
        var text = new StringBuilder(sign == NEGATIVE ? "-" : "").append(weight < 0 || groups == 0 ? 0 : digits[0]);
        for (int i = 1; i <= weight; i++) {
            appendGroup(text, digits, i);
        }
        if (scale > 0) {
            int end = text.append('.').length() + scale;
            for (int i = weight + 1; text.length() < end; i++) {
                appendGroup(text, digits, i);
            }
            text.setLength(end);
        }
        return text.toString();
    }

    /** Before the first group that is stored, and after the last, are zeros. */
    private static void appendGroup(StringBuilder text, int[] digits, int index) {
        int group = index >= 0 && index < digits.length ? digits[index] : 0;
        for (int unit = GROUP / 10; unit > 0; unit /= 10) {
            text.append((char) ('0' + group / unit % 10));
        }
    }
}
