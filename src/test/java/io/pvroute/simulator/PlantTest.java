package io.pvroute.simulator;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlantTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "90.1 | 0 | 8200 | 2025-01-01T00:00:00Z | PT5M | latitude is 90.1, but must be -90 to 90 degrees north",
        "0 | -180.5 | 8200 | 2025-01-01T00:00:00Z | PT5M | longitude is -180.5",
        "0 | 0 | 0 | 2025-01-01T00:00:00Z | PT5M | peak power is 0.0",
        "0 | 0 | NaN | 2025-01-01T00:00:00Z | PT5M | peak power is NaN",
        "0 | 0 | 8200 | 2013-12-31T23:59:59Z | PT5M | first sample is 2013-12-31T23:59:59Z, but must be an instant from 2014",
        "0 | 0 | 8200 | 2025-01-01T00:00:00Z | PT7M | logging interval is PT7M, but must be 5, 10, 15, 20 or 30 minutes",
        "0 | 0 | 8200 | 2025-01-01T00:00:00Z | PT1H | logging interval is PT1H",
        "0 | 0 | 8200 | 2025-01-01T00:00:00Z | PT0S | logging interval is PT0S"})
    void saysWhatCannotBe(double latitude, double longitude, double peak, Instant since, Duration step, String sentence) {
        assertThatThrownBy(() -> new Plant(1, latitude, longitude, peak, ZoneId.of("UTC"), since, step))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 10, 15, 20, 30})
    void takesTheIntervalsOfADevice(int minutes) {
        assertThatCode(() -> new Plant(1, 0, 0, 1, ZoneId.of("UTC"), Plant.METER_INSTALLED, Duration.ofMinutes(minutes)))
                .doesNotThrowAnyException();
    }

    @Test
    void needsAZone() {
        assertThatThrownBy(() -> new Plant(1, 0, 0, 1, null, Plant.METER_INSTALLED, Duration.ofMinutes(5))).hasMessageContaining("zone");
    }
}
