package io.pvroute.solarapi;

/** The double nearest to a decimal number, without a text or an object in between. */
final class Decimal {

    /** So many digits are surely a {@code long}. */
    static final int MOST_DIGITS = 18;

    /** Up to here whole numbers are doubles. */
    private static final long EXACT = 1L << 53;
    /** 2^27 + 1: splits a double in two halves whose products are doubles (Dekker 1971). */
    private static final double SPLIT = 0x1p27 + 1;
    private static final double[] POWERS = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18};

    private Decimal() {
    }

    /**
     * {@code digits / 10^places}, rounded as {@link Double#parseDouble} rounds.
     *
     * @param digits of at most {@value #MOST_DIGITS} digits, not negative
     * @param places 0 to {@value #MOST_DIGITS}
     */
    static double of(long digits, int places) {
        double divisor = POWERS[places];
        double most = digits;
        double quotient = most / divisor;
        if (digits <= EXACT || places == 0) {
            return quotient;
        }
        // What the quotient leaves over, exactly, and what most left out of the digits: how far it is from the true one.
        double rest = remainder(most, quotient, divisor) + (digits - (long) most);
        double correction = rest / divisor;
        double nearest = quotient + correction;
        double beyond = correction - (nearest - quotient);
        // The correction is right to 51 bits. Where that leaves open which double is nearer, which is as good as never, the text decides.
        double doubt = Math.abs(correction) * 0x1p-50;
        boolean sure = nearest + (beyond + doubt) == nearest && nearest + (beyond - doubt) == nearest;
        return sure ? nearest : Double.parseDouble(digits + "e-" + places);
    }

    /** {@code dividend - quotient * divisor}, which is a double, without rounding the product; Math.fma is slow on small computers. */
    private static double remainder(double dividend, double quotient, double divisor) {
        double product = quotient * divisor;
        double q = SPLIT * quotient;
        double quotientHigh = q - (q - quotient);
        double quotientLow = quotient - quotientHigh;
        double d = SPLIT * divisor;
        double divisorHigh = d - (d - divisor);
        double divisorLow = divisor - divisorHigh;
        double roundedOff = quotientLow * divisorLow
                - (((product - quotientHigh * divisorHigh) - quotientLow * divisorHigh) - quotientHigh * divisorLow);
        return dividend - product - roundedOff;
    }
}
