package io.pvroute.simulator;

/**
 * Numbers that look random and yet are a pure function of a seed, a stream (so that clouds and kettles are independent) and a position.
 * A generator with state was not chosen: the value of an instant would depend on what was asked before.
 */
final class Noise {

    private final long seed;

    Noise(long seed) {
        this.seed = scramble(seed);
    }

    /** From 0 to less than 1, evenly spread; neighbouring positions have nothing in common. */
    double uniform(Stream stream, long position) {
        long bits = scramble(seed + scramble((long) stream.ordinal() << 48 ^ position));
        return (bits >>> 11) * 0x1p-53;
    }

    /** A whole number from 0 to less than {@code bound}. */
    int below(int bound, Stream stream, long position) {
        return (int) (uniform(stream, position) * bound);
    }

    /** From 0 to less than 1, without a step or a kink: the even numbers of the whole positions, joined smoothly. */
    double smooth(Stream stream, double position) {
        long whole = (long) Math.floor(position);
        double part = position - whole;
        double weight = part * part * (3 - 2 * part);
        return uniform(stream, whole) * (1 - weight) + uniform(stream, whole + 1) * weight;
    }

    /** A bijection of 64 bits in which every bit of the input moves every bit of the output (the finalizer of the SplitMix64 generator). */
    private static long scramble(long bits) {
        long mixed = bits + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }

    /** What the numbers are for. */
    enum Stream {
        WEATHER, CLOUD, THICKNESS, GUST, AIR, GRID_VOLTAGE, CLOCK_JITTER, WAKE_UP, WAKE_UP_SECOND, WAKE_UP_SPAN, WAKE_UP_VOLTAGE,
        LIMIT, LIMIT_BEGIN, LIMIT_LENGTH, LIMIT_PERCENT, HABIT, APPLIANCE, APPLIANCE_POWER, FRIDGE, SWELL, SWELL_COUNT,
        FREQUENCY
    }
}
