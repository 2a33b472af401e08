package io.pvroute.simulator;

/**
 * What has flowed in a plant over a range of time, in whole watt-seconds, so that the order of adding does not matter. None is negative but
 * the last two in a range in which the battery was discharged, or water was used.
 *
 * @param direct     from the modules, direct current
 * @param produced   by the inverter, alternating current, from the modules and the battery
 * @param charged    into the battery, at its terminals
 * @param discharged out of the battery, at its terminals
 * @param consumed   by the household without the OhmPilot
 * @param heated     by the OhmPilot
 * @param fed        into the grid
 * @param drawn      from the grid
 * @param stored     by which the content of the battery's cells grew
 * @param warmth     by which the heat in the OhmPilot's water grew
 */
record Energy(long direct, long produced, long charged, long discharged, long consumed, long heated, long fed, long drawn, long stored,
        long warmth) {

    static final Energy NONE = new Energy(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    Energy plus(Energy other) {
        return new Energy(direct + other.direct, produced + other.produced, charged + other.charged, discharged + other.discharged,
                consumed + other.consumed, heated + other.heated, fed + other.fed, drawn + other.drawn, stored + other.stored,
                warmth + other.warmth);
    }

    Energy minus(Energy other) {
        return plus(other.times(-1));
    }

    /** @param share rounded to whole watt-seconds, flow by flow */
    Energy times(double share) {
        return new Energy(Math.round(direct * share), Math.round(produced * share), Math.round(charged * share),
                Math.round(discharged * share), Math.round(consumed * share), Math.round(heated * share), Math.round(fed * share),
                Math.round(drawn * share), Math.round(stored * share), Math.round(warmth * share));
    }
}
