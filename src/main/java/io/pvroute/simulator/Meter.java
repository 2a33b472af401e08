package io.pvroute.simulator;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The smart meter at the grid connection: two absolute counters in whole Wh that never fall, and no sleep. What the roof makes and the
 * house does not take is fed in; what the house takes and the roof does not make is drawn.
 */
final class Meter implements Device {

    private static final long FIRST = Plant.METER_INSTALLED.getEpochSecond();
    private static final Set<Channel> CHANNELS =
            Collections.unmodifiableSet(EnumSet.of(Channel.ENERGY_FED, Channel.ENERGY_DRAWN, Channel.METER_LOCATION));

    private final Ledger ledger;
    private final long step;

    Meter(Plant plant, Ledger ledger) {
        this.ledger = ledger;
        step = plant.step().toSeconds();
    }

    @Override
    public String node() {
        return "meter:16220118";
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
        long first = Math.max(FIRST, Math.floorDiv(from + step - 1, step) * step);
        Samples samples = new Samples(CHANNELS, (int) (Math.max(0, to - first) / step + 1));
        for (long instant = first; instant < to; instant += step) {
            Energy sum = ledger.until(instant);
            samples.add(instant);
            samples.put(Channel.ENERGY_FED, sum.fed() / 3600);
            samples.put(Channel.ENERGY_DRAWN, sum.drawn() / 3600);
            samples.put(Channel.METER_LOCATION, 0);
        }
        return samples;
    }
}
