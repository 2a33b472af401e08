package io.pvroute.simulator;

import static io.pvroute.simulator.Noise.Stream.CLOCK_JITTER;
import static io.pvroute.simulator.Noise.Stream.GRID_VOLTAGE;
import static io.pvroute.simulator.Noise.Stream.WAKE_UP;
import static io.pvroute.simulator.Noise.Stream.WAKE_UP_SECOND;
import static io.pvroute.simulator.Noise.Stream.WAKE_UP_SPAN;
import static io.pvroute.simulator.Noise.Stream.WAKE_UP_VOLTAGE;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A three-phase string inverter with two strings on a flat roof, one leaning a little to the east.
 *
 * <p>Time is cut into slots: slot {@code n} ends at {@code n * step} and has at most one sample. Awake, that is the one on the grid,
 * stamped with the end of its interval: a recorded push file of 23:50 has the sample of 23:50. Asleep it is none, but for a wake-up at an
 * odd second in the slots next to dawn and dusk.
 */
final class Inverter implements Device {

    /** Sine of the elevation of the sun from which on the inverter is awake: a bit more than one degree. */
    private static final double AWAKE = 0.02;
    private static final int WAKE_UP_SLOTS = 3;
    private static final double EFFICIENCY = 0.975;
    private static final double OWN_NEED = 0.002;
    /** Dirt, cables and modules that are not quite alike. */
    private static final double ROOF = 0.93;

    private static final Set<Channel> CHANNELS = Collections.unmodifiableSet(EnumSet.of(Channel.TIME_SPAN, Channel.ENERGY_PRODUCED,
            Channel.POWER, Channel.TEMPERATURE, Channel.CURRENT_AC_1, Channel.CURRENT_AC_2, Channel.CURRENT_AC_3, Channel.CURRENT_DC_1,
            Channel.CURRENT_DC_2, Channel.VOLTAGE_AC_1, Channel.VOLTAGE_AC_2, Channel.VOLTAGE_AC_3, Channel.VOLTAGE_DC_1,
            Channel.VOLTAGE_DC_2));
    private static final List<Channel> AC_VOLTAGES = List.of(Channel.VOLTAGE_AC_1, Channel.VOLTAGE_AC_2, Channel.VOLTAGE_AC_3);
    private static final List<Channel> AC_CURRENTS = List.of(Channel.CURRENT_AC_1, Channel.CURRENT_AC_2, Channel.CURRENT_AC_3);

    private final Noise noise;
    private final Sky sky;
    private final PowerLimits limits;
    private final double peakPower;
    private final long step;

    Inverter(Plant plant, Sky sky, PowerLimits limits) {
        noise = new Noise(plant.seed());
        this.sky = sky;
        this.limits = limits;
        peakPower = plant.peakPower();
        step = plant.step().toSeconds();
    }

    @Override
    public String node() {
        return "inverter/1";
    }

    @Override
    public int type() {
        return 123;
    }

    @Override
    public String serial(long seed) {
        return String.valueOf(30_000_000 + Math.floorMod(seed, 1_000_000));
    }

    @Override
    public String deviceClass() {
        return "Inverter";
    }

    @Override
    public String deviceId() {
        return "1";
    }

    @Override
    public Set<Channel> channels() {
        return CHANNELS;
    }

    @Override
    public Samples samples(long from, long to) {
        long first = Math.floorDiv(from, step);
        long last = Math.floorDiv(to, step) + 1;
        Samples samples = new Samples(CHANNELS, (int) (last - first + 1));
        for (long slot = first; slot <= last; slot++) {
            long instant = awake(slot) ? slot * step : wakeUp(slot);
            if (from <= instant && instant < to) {
                samples.add(instant);
                fill(samples, slot, instant);
            }
        }
        return samples;
    }

    /** Energy of the slot, watt-seconds; 0 while the inverter sleeps. */
    long produced(long slot) {
        double instant = middle(slot);
        Sky.Sun sun = sky.sun(instant);
        return sun.up() <= AWAKE ? 0 : Math.round(power(slot, sun, irradiance(sun, instant)) * span(slot));
    }

    private void fill(Samples samples, long slot, long instant) {
        boolean awake = instant == slot * step;
        double middle = middle(slot);
        Sky.Sun sun = sky.sun(middle);
        double irradiance = irradiance(sun, middle);
        double span = awake ? span(slot) : 51 + noise.below((int) (instant - (slot - 1) * step) - 50, WAKE_UP_SPAN, slot);
        long wattSeconds = awake ? Math.round(power(slot, sun, irradiance) * span) : 0;
        double power = wattSeconds / span;
        double air = sky.air(middle, sun);

        samples.put(Channel.TIME_SPAN, span);
        samples.put(Channel.ENERGY_PRODUCED, wattSeconds / 3600.0);
        samples.put(Channel.POWER, power);
        samples.put(Channel.TEMPERATURE, tenths(air + 4 + 32 * power / peakPower));
        for (int phase = 0; phase < 3; phase++) {
            double drift = noise.smooth(GRID_VOLTAGE, middle / 1100 + phase * 1e7) - 0.5;
            double voltage = tenths(230.5 + 0.7 * phase + 5 * drift + 3 * power / peakPower);
            samples.put(AC_VOLTAGES.get(phase), voltage);
            samples.put(AC_CURRENTS.get(phase), hundredths(power / 3 / voltage));
        }
        double dc = awake ? (power + OWN_NEED * peakPower) / EFFICIENCY : 0;
        double east = 0.55 - 0.12 * sun.west();
        double warmth = 1 - 0.003 * (cell(air, irradiance) - 25);
        double voltage = awake ? 1 : 0.3 + 0.15 * noise.uniform(WAKE_UP_VOLTAGE, slot);
        string(samples, Channel.VOLTAGE_DC_1, Channel.CURRENT_DC_1, tenths(428 * warmth * voltage), dc * east);
        string(samples, Channel.VOLTAGE_DC_2, Channel.CURRENT_DC_2, tenths(371 * warmth * voltage), dc * (1 - east));
    }

    private static void string(Samples samples, Channel voltage, Channel current, double volts, double watts) {
        samples.put(voltage, volts);
        samples.put(current, hundredths(watts / volts));
    }

    private boolean awake(long slot) {
        return sky.sun(middle(slot)).up() > AWAKE;
    }

    /** The odd second at which a sleeping inverter looks out, the likelier the nearer to the day; {@link Long#MIN_VALUE} if it does not. */
    private long wakeUp(long slot) {
        for (int distance = 1; distance <= WAKE_UP_SLOTS; distance++) {
            if (awake(slot + distance) || awake(slot - distance)) {
                boolean looksOut = noise.uniform(WAKE_UP, slot) < 0.9 / distance;
                return looksOut ? (slot - 1) * step + 61 + 2L * noise.below((int) (step - 80) / 2, WAKE_UP_SECOND, slot) : Long.MIN_VALUE;
            }
        }
        return Long.MIN_VALUE;
    }

    /** Real length of the slot's interval, s: the device's ticks come up to two seconds early or late, and none gets lost between two. */
    private long span(long slot) {
        return step + noise.below(5, CLOCK_JITTER, slot) - noise.below(5, CLOCK_JITTER, slot - 1);
    }

    /** Mean AC power of an awake slot, W. */
    private double power(long slot, Sky.Sun sun, double irradiance) {
        double middle = middle(slot);
        double warmth = 1 - 0.004 * (cell(sky.air(middle, sun), irradiance) - 25);
        double dc = peakPower * ROOF * irradiance / 1000 * warmth;
        return Math.max(0, Math.min(limits.at((long) middle), EFFICIENCY * dc - OWN_NEED * peakPower));
    }

    private double irradiance(Sky.Sun sun, double instant) {
        return sun.up() <= 0 ? 0 : Sky.clearSky(sun.up()) * sky.transmittance(instant);
    }

    /** Temperature of the modules, °C. */
    private static double cell(double air, double irradiance) {
        return air + 0.03 * irradiance;
    }

    private double middle(long slot) {
        return slot * step - step / 2.0;
    }

    /** Multiplied, not divided: that gives 425.6 and 136.70000000000002 alike, as in recorded answers. Zero has no sign. */
    private static double tenths(double value) {
        return Math.rint(value * 10) * 0.1 + 0.0;
    }

    private static double hundredths(double value) {
        return Math.rint(value * 100) * 0.01 + 0.0;
    }
}
