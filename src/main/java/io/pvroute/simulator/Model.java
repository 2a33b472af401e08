package io.pvroute.simulator;

/** What kind of logger stands in a plant, which decides what it can be asked and in which manner it answers. */
public enum Model {

    /** A string inverter with a Datamanager: an archive, energies of the day and the year, stamps with the plant's own offset. */
    SYMO(123),

    /** A hybrid inverter with its logger built in: the present alone, the energy of all its life alone, stamps in UTC. */
    GEN24(1);

    private final int type;

    Model(int type) {
        this.type = type;
    }

    /** The number that Fronius gave to the inverter's kind. */
    int type() {
        return type;
    }
}
