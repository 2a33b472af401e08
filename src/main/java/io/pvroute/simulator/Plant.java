package io.pvroute.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;

/**
 * The plant that a simulated logger belongs to. Everything that the logger tells about the past is a pure function of these values but
 * {@code since}, which only cuts off what lies before it: a demo that is started again tomorrow tells the same history.
 *
 * @param seed      chooses the weather, the household's habits and the events
 * @param latitude  degrees north, -90 to 90
 * @param longitude degrees east, -180 to 180
 * @param peakPower of the modules under standard test conditions, W, more than 0
 * @param zone      of the logger's clock
 * @param since     no sample is older than this; not before {@link #METER_INSTALLED}
 * @param step      logging interval: 5, 10, 15, 20 or 30 minutes (Solar API V1 instructions 42,0410,2012)
 * @param equipment what stands there
 */
public record Plant(long seed, double latitude, double longitude, double peakPower, ZoneId zone, Instant since, Duration step,
        Equipment equipment) {

    /** The meter's counters started from 0 at this instant, whatever {@code since} is. */
    public static final Instant METER_INSTALLED = Instant.parse("2014-01-01T00:00:00Z");

    private static final ZoneId VIENNA = ZoneId.of("Europe/Vienna");

    public Plant {
        Objects.requireNonNull(zone, "a plant needs a zone");
        Objects.requireNonNull(since, "a plant needs the instant of its first sample");
        Objects.requireNonNull(equipment, "a plant needs its equipment");
        require(latitude >= -90 && latitude <= 90, "latitude", latitude, "-90 to 90 degrees north");
        require(longitude >= -180 && longitude <= 180, "longitude", longitude, "-180 to 180 degrees east");
        require(peakPower > 0 && peakPower < 1e7, "peak power", peakPower, "more than 0 and less than 10,000,000 W");
        require(!since.isBefore(METER_INSTALLED), "first sample", since, "an instant from " + METER_INSTALLED + " on");
        require(step.getNano() == 0 && step.toSeconds() >= 300 && step.toSeconds() <= 1800 && 3600 % step.toSeconds() == 0,
                "logging interval", step, "5, 10, 15, 20 or 30 minutes");
    }

    /** A plant with an archive: a Symo with a Datamanager and a meter. */
    public Plant(long seed, double latitude, double longitude, double peakPower, ZoneId zone, Instant since, Duration step) {
        this(seed, latitude, longitude, peakPower, zone, since, step, Equipment.SYMO);
    }

    /** The same place and weather with other equipment. */
    public Plant with(Equipment other) {
        return new Plant(seed, latitude, longitude, peakPower, zone, since, step, other);
    }

    private static void require(boolean held, String what, Object given, String expected) {
        if (!held) {
            throw new IllegalArgumentException("the plant's " + what + " is " + given + ", but must be " + expected);
        }
    }

    /** A plant of 8,200 W in Vienna that logs every five minutes. */
    public static Plant inVienna(long seed, Instant since) {
        return new Plant(seed, 48.2, 16.4, 8200, VIENNA, since, Duration.ofMinutes(5));
    }

    /** The plant of the demo: in Vienna, with a year of history that starts at a local midnight. */
    public static Plant demo(Clock clock) {
        return inVienna(1, clock.instant().atZone(VIENNA).toLocalDate().minusYears(1).atStartOfDay(VIENNA).toInstant());
    }
}
