package io.pvroute.simulator;

import java.util.List;

/**
 * All that a logger has in its memory: what its devices would tell, from the plant's first sample up to a moment; nothing where it has no
 * archive. Answers and truth both come from here. Instants are epoch seconds.
 */
final class Recording {

    private final Inverter inverter;
    private final List<Device> devices;
    private final PowerLimits limits;
    private final long since;

    Recording(Plant plant, Inverter inverter, PowerLimits limits, Ledger ledger) {
        this.inverter = inverter;
        this.limits = limits;
        boolean archive = plant.equipment().model() == Model.SYMO;
        devices = archive ? List.of(inverter, new Meter(plant, ledger)) : List.of();
        since = archive ? plant.since().getEpochSecond() + (plant.since().getNano() > 0 ? 1 : 0) : Long.MAX_VALUE;
    }

    /** In the order in which an answer has them. */
    List<Device> devices() {
        return devices;
    }

    boolean hasEvents(Device device) {
        return device == inverter;
    }

    /** Whether anything could have been recorded in {@code [from, to)} by {@code now}; at night it may still be nothing. */
    boolean covers(long from, long to, long now) {
        return Math.max(from, since) < Math.min(to, now + 1);
    }

    /** The samples with {@code from <= instant < to} that are there at {@code now}: those whose interval has ended. */
    Samples samples(Device device, long from, long to, long now) {
        return covers(from, to, now) ? device.samples(Math.max(from, since), Math.min(to, now + 1)) : new Samples(device.channels(), 0);
    }

    /** The inverter's events with {@code from <= instant < to} that have happened by {@code now}, in the order of time. */
    List<Event> events(long from, long to, long now) {
        return covers(from, to, now) ? limits.events(inverter.node(), Math.max(from, since), Math.min(to, now + 1)) : List.of();
    }
}
