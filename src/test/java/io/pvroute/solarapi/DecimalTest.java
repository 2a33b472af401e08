package io.pvroute.solarapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A decimal number becomes the double that is nearest to it, always: what {@link Double#parseDouble} says of its text. */
class DecimalTest {

    private static final long LARGEST = 999_999_999_999_999_999L;

    @Test
    void anyDigitsAndPlacesBecomeTheNearestDouble() {
        Random random = new Random(3);
        for (int round = 0; round < 1_000_000; round++) {
            long digits = Math.floorMod(random.nextLong() >> random.nextInt(64), LARGEST + 1);
            check(digits, random.nextInt(19));
        }
    }

    @Test
    void theSpellingsOfADoubleBecomeThatDouble() {
        Random random = new Random(4);
        for (int round = 0; round < 300_000; round++) {
            double value = random.nextDouble() * Math.pow(10, random.nextInt(7));
            BigDecimal shortest = new BigDecimal(Double.toString(value));
            BigDecimal with17Digits = new BigDecimal(value).round(new MathContext(17));
            for (BigDecimal spelled : List.of(shortest, with17Digits)) {
                if (spelled.scale() >= 0 && spelled.scale() <= 18 && spelled.precision() <= 18) {
                    assertThat(Decimal.of(spelled.unscaledValue().longValueExact(), spelled.scale())).isEqualTo(value);
                }
            }
        }
    }

    @Test
    void whatLiesInTheMiddleOfTwoDoublesOrAsNearToItAsDigitsReachGoesTheRightWay() {
        Random random = new Random(5);
        int middles = 0;
        for (int round = 0; round < 300_000; round++) {
            // between 2^53 and 2^57 every other whole number, every fourth … is a double; a half more only below
            double value = Math.scalb(1 + random.nextDouble(), 40 + random.nextInt(17));
            BigDecimal middle = new BigDecimal(value).add(new BigDecimal(Math.nextUp(value))).divide(BigDecimal.valueOf(2));
            middles += middle.precision() <= 18 && middle.scale() > 0 ? 1 : 0;
            BigDecimal cut = middle.round(new MathContext(18));
            int places = Math.max(0, cut.scale());
            long digits = cut.setScale(places).unscaledValue().longValueExact();
            for (long near = digits - 2; near <= Math.min(LARGEST, digits + 2); near++) {
                check(near, places);
            }
        }
        assertThat(middles).as("exact middles that have places").isGreaterThan(1000);
    }

    @Test
    void theEndsOfTheRangeAreInIt() {
        for (int places = 0; places <= Decimal.MOST_DIGITS; places++) {
            for (long digits : new long[] {0, 1, (1L << 53) - 1, 1L << 53, (1L << 53) + 1, LARGEST - 1, LARGEST}) {
                check(digits, places);
            }
        }
    }

    private static void check(long digits, int places) {
        double expected = Double.parseDouble(digits + "e-" + places);
        if (Decimal.of(digits, places) != expected) {
            assertThat(Decimal.of(digits, places)).as(digits + "e-" + places).isEqualTo(expected);
        }
    }
}
