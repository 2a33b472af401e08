package io.pvroute.simulator;

import static io.pvroute.simulator.Noise.Stream.CLOCK_JITTER;
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

    private static final Set<Channel> CHANNELS = Collections.unmodifiableSet(EnumSet.of(Channel.TIME_SPAN, Channel.ENERGY_PRODUCED,
            Channel.POWER, Channel.TEMPERATURE, Channel.CURRENT_AC_1, Channel.CURRENT_AC_2, Channel.CURRENT_AC_3, Channel.CURRENT_DC_1,
            Channel.CURRENT_DC_2, Channel.VOLTAGE_AC_1, Channel.VOLTAGE_AC_2, Channel.VOLTAGE_AC_3, Channel.VOLTAGE_DC_1,
            Channel.VOLTAGE_DC_2));
    private static final List<Channel> AC_VOLTAGES = List.of(Channel.VOLTAGE_AC_1, Channel.VOLTAGE_AC_2, Channel.VOLTAGE_AC_3);
    private static final List<Channel> AC_CURRENTS = List.of(Channel.CURRENT_AC_1, Channel.CURRENT_AC_2, Channel.CURRENT_AC_3);

    private final Noise noise;
    private final Sky sky;
    private final Roof roof;
    private final Grid grid;
    private final PowerLimits limits;
    private final double peakPower;
    private final long step;

    Inverter(Plant plant, Sky sky, Roof roof, PowerLimits limits) {
        noise = new Noise(plant.seed());
        this.sky = sky;
        this.roof = roof;
        grid = new Grid(plant);
        this.limits = limits;
        peakPower = plant.peakPower();
        step = plant.step().toSeconds();
    }

    @Override
    public String node() {
        return "inverter/1";
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
        return sun.up() <= AWAKE ? 0 : Math.round(power(slot, sun) * span(slot));
    }

    /** Mean direct current of the slot that the modules can give, W; 0 while the inverter does not look at them. */
    double direct(long slot) {
        double instant = middle(slot);
        Sky.Sun sun = sky.sun(instant);
        return sun.up() <= AWAKE ? 0 : roof.power(instant, sun);
    }

    private void fill(Samples samples, long slot, long instant) {
        boolean awake = instant == slot * step;
        double middle = middle(slot);
        Sky.Sun sun = sky.sun(middle);
        double span = awake ? span(slot) : 51 + noise.below((int) (instant - (slot - 1) * step) - 50, WAKE_UP_SPAN, slot);
        long wattSeconds = awake ? Math.round(power(slot, sun) * span) : 0;
        double power = wattSeconds / span;
        double air = sky.air(middle, sun);

        samples.put(Channel.TIME_SPAN, span);
        samples.put(Channel.ENERGY_PRODUCED, wattSeconds / 3600.0);
        samples.put(Channel.POWER, power);
        samples.put(Channel.TEMPERATURE, Moment.tenths(air + 4 + 32 * power / peakPower));
        for (int phase = 0; phase < 3; phase++) {
            double voltage = Moment.tenths(grid.voltage(phase, middle, power / peakPower));
            samples.put(AC_VOLTAGES.get(phase), voltage);
            samples.put(AC_CURRENTS.get(phase), Moment.hundredths(power / 3 / voltage));
        }
        double dc = awake ? (power + OWN_NEED * peakPower) / EFFICIENCY : 0;
        double east = roof.eastern(sun);
        double warmth = roof.voltage(middle, sun);
        double voltage = awake ? 1 : 0.3 + 0.15 * noise.uniform(WAKE_UP_VOLTAGE, slot);
        string(samples, Channel.VOLTAGE_DC_1, Channel.CURRENT_DC_1, Moment.tenths(428 * warmth * voltage), dc * east);
        string(samples, Channel.VOLTAGE_DC_2, Channel.CURRENT_DC_2, Moment.tenths(371 * warmth * voltage), dc * (1 - east));
    }

    private static void string(Samples samples, Channel voltage, Channel current, double volts, double watts) {
        samples.put(voltage, volts);
        samples.put(current, Moment.hundredths(watts / volts));
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
    private double power(long slot, Sky.Sun sun) {
        double middle = middle(slot);
        double dc = roof.power(middle, sun);
        return Math.max(0, Math.min(limits.at((long) middle), EFFICIENCY * dc - OWN_NEED * peakPower));
    }

    private double middle(long slot) {
        return slot * step - step / 2.0;
    }
}
