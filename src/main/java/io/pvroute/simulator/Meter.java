package io.pvroute.simulator;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The smart meter at the grid connection: two absolute counters in whole Wh that never fall, and no sleep. What the roof makes and the
 * house does not take is fed in; what the house takes and the roof does not make is drawn.
 *
 * <p>The counters at the beginning of each UTC day are remembered, because a counter is the sum of all that was before. They are sums of
 * whole watt-seconds, so that the order of adding does not matter.
 */
final class Meter implements Device {

    private static final long DAY = 86_400;
    private static final long FIRST_DAY = Plant.METER_INSTALLED.getEpochSecond() / DAY;
    private static final Set<Channel> CHANNELS =
            Collections.unmodifiableSet(EnumSet.of(Channel.ENERGY_FED, Channel.ENERGY_DRAWN, Channel.METER_LOCATION));

    private final Inverter inverter;
    private final Household household;
    private final long step;
    private Readings[] mornings = {new Readings(0, 0)};
    private int known = 1;

    Meter(Plant plant, Inverter inverter, Household household) {
        this.inverter = inverter;
        this.household = household;
        step = plant.step().toSeconds();
    }

    /** The counters at an instant, watt-seconds. */
    private record Readings(long fed, long drawn) {

        Readings plus(long net) {
            return net > 0 ? new Readings(fed + net, drawn) : new Readings(fed, drawn - net);
        }
    }

    @Override
    public String node() {
        return "meter:16220118";
    }

    @Override
    public int type() {
        return -1;
    }

    @Override
    public String serial(long seed) {
        return node().substring("meter:".length());
    }

    @Override
    public String deviceClass() {
        return "Meter";
    }

    @Override
    public String deviceId() {
        return "0";
    }

    @Override
    public Set<Channel> channels() {
        return CHANNELS;
    }

    @Override
    public Samples samples(long from, long to) {
        long first = Math.max(FIRST_DAY * DAY, Math.floorDiv(from + step - 1, step) * step);
        Samples samples = new Samples(CHANNELS, (int) (Math.max(0, to - first) / step + 1));
        Readings readings = first < to ? at(first) : null;
        for (long instant = first; instant < to; instant += step) {
            samples.add(instant);
            samples.put(Channel.ENERGY_FED, readings.fed / 3600);
            samples.put(Channel.ENERGY_DRAWN, readings.drawn / 3600);
            samples.put(Channel.METER_LOCATION, 0);
            readings = readings.plus(net(instant / step + 1));
        }
        return samples;
    }

    private Readings at(long instant) {
        long day = instant / DAY;
        return advance(morning((int) (day - FIRST_DAY)), day * DAY, instant);
    }

    private synchronized Readings morning(int day) {
        if (day >= mornings.length) {
            mornings = Arrays.copyOf(mornings, day + 400);
        }
        for (; known <= day; known++) {
            long midnight = (FIRST_DAY + known) * DAY;
            mornings[known] = advance(mornings[known - 1], midnight - DAY, midnight);
        }
        return mornings[day];
    }

    private Readings advance(Readings readings, long from, long to) {
        Readings advanced = readings;
        for (long slot = from / step + 1; slot <= to / step; slot++) {
            advanced = advanced.plus(net(slot));
        }
        return advanced;
    }

    private long net(long slot) {
        return inverter.produced(slot) - household.consumed(slot);
    }
}
