package io.pvroute.copyupsert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** It is only faster: what it reads, java.time reads in the same way, and what it does not is left to java.time. */
class IsoInstantTest {

    private static final long SEED = Long.getLong("seed", System.nanoTime());

    @ParameterizedTest
    @CsvSource({"2024-05-01T12:00:00Z, 2024-05-01T12:00:00Z", "2024-02-29 12:00Z, 2024-02-29T12:00:00Z",
        "2024-05-01T12:00:00.25+02:00, 2024-05-01T10:00:00.25Z", "2024-05-01T12:00:00.123456789-03:30, 2024-05-01T15:30:00.123456789Z",
        "2024-01-01T00:30+01, 2023-12-31T23:30:00Z", "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z"})
    void readsTheUsualForms(String text, Instant instant) {
        assertThat(IsoInstant.read(text)).isEqualTo(instant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2024", "2024-05-01", "2024-05-01T12", "2024-05-01T12:00:00", "2024-05-01T12:00:00z",
        "2024-5-01T12:00:00Z", "2023-02-29T12:00:00Z", "2024-13-01T00:00Z", "2024-00-01T00:00Z", "2024-05-01T24:00Z", "2024-05-01T12:60Z",
        "2024-05-01T12:00:60Z", "2024-05-01T12:00:00.Z", "2024-05-01T12:00.5Z", "2024-05-01T12:00:00.1234567890Z",
        "2024-05-01T12:00:00Z ", "2024-05-01T12:00:00+2", "2024-05-01T12:00+18:00", "2024-05-01T12:00+02:60", "2024-05-01T12:00+02:",
        "2024-05-01T12:00+02:00[Europe/Vienna]", "2024-05-01T12:00Z[UTC]", "+12024-05-01T12:00Z", "-0044-03-15T12:00Z",
        "٢٠٢٤-05-01T12:00Z", "2024/05/01T12:00Z"})
    void leavesAnyOtherFormAlone(String text) {
        assertThat(IsoInstant.read(text)).isNull();
    }

    @Test
    void readsWhatJavaTimeReads() {
        var random = new Random(SEED);
        String[] patterns = {"yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX", "yyyy-MM-dd HH:mmX", 
            "yyyy-MM-dd'T'HH:mm:ss.SX", "yyyy-MM-dd'T'HH:mm:ssxxx"};
        for (int i = 0; i < 20_000; i++) {
            String text = DateTimeFormatter.ofPattern(patterns[random.nextInt(patterns.length)])
                    .format(Instant.ofEpochSecond(random.nextLong(-62_000_000_000L, 253_000_000_000L), random.nextInt(1_000_000_000))
                            .atOffset(ZoneOffset.ofTotalSeconds((random.nextInt(137) - 68) * 900)));
            // A character that is another now and then.
            if (random.nextBoolean()) {
                int at = random.nextInt(text.length());
                text = text.substring(0, at) + "0123456789-+:.TZ ".charAt(random.nextInt(17)) + text.substring(at + 1);
            }
            Instant read = IsoInstant.read(text);
            if (read != null) {
                assertThat(byJavaTime(text)).as("%s (seed %d)", text, SEED).isEqualTo(read);
            }
        }
    }

    private static Instant byJavaTime(String text) {
        try {
            return TimeValues.instant(text).toInstant();
        } catch (Misfit e) {
            return null;
        }
    }
}
