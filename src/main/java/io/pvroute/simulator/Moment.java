package io.pvroute.simulator;

/**
 * The plant at an instant.
 *
 * @param instant       epoch seconds
 * @param until         what has flowed until then, from the day the meter was installed
 * @param sinceMidnight what has flowed since the plant's local midnight
 * @param sinceNewYear  what has flowed since the plant's local new year
 * @param slot          what flows in the slot of this instant
 * @param perSecond     the part of {@code slot} that flows in a second around this instant, 1/s
 * @param sun           where it stands
 */
record Moment(long instant, Energy until, Energy sinceMidnight, Energy sinceNewYear, Energy slot, double perSecond, Sky.Sun sun) {

    /** @param flow one of the flows of {@link #slot} */
    double watts(long flow) {
        return flow * perSecond;
    }

    /** AC power of the inverter, W. */
    double produced() {
        return watts(slot.produced());
    }

    /** Power from the grid, W; negative while it is fed. */
    double grid() {
        return watts(slot.drawn() - slot.fed());
    }

    /** Power out of the battery, W; negative while it is charged. */
    double battery() {
        return watts(slot.discharged() - slot.charged());
    }

    boolean asleep() {
        return slot.produced() == 0;
    }

    /** Multiplied, not divided: that gives 425.6 and 136.70000000000002 alike, as in recorded answers. Zero has no sign. */
    static double tenths(double value) {
        return Math.rint(value * 10) * 0.1 + 0.0;
    }

    static double hundredths(double value) {
        return Math.rint(value * 100) * 0.01 + 0.0;
    }

    /** What remains of it in a number of 32 bits, as which a GEN24 keeps what it measures: 49.98155212402344. */
    static double coarse(double value) {
        return (float) value + 0.0;
    }
}
