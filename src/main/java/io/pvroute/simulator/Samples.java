package io.pvroute.simulator;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Samples of one device in the order of time, in columns: epoch seconds and a value of every channel for each. Grows as it is filled. */
final class Samples {

    private final Map<Channel, double[]> values = new EnumMap<>(Channel.class);
    private long[] instants;
    private int size;

    Samples(Set<Channel> channels, int expected) {
        instants = new long[Math.max(1, expected)];
        channels.forEach(channel -> values.put(channel, new double[instants.length]));
    }

    /** Begins the next sample; its values are then {@link #put}. */
    void add(long instant) {
        if (size == instants.length) {
            instants = Arrays.copyOf(instants, 2 * size);
            values.replaceAll((channel, column) -> Arrays.copyOf(column, instants.length));
        }
        instants[size++] = instant;
    }

    /** Sets a value of the newest sample. */
    void put(Channel channel, double value) {
        values.get(channel)[size - 1] = value;
    }

    int size() {
        return size;
    }

    long instant(int index) {
        return instants[index];
    }

    double value(Channel channel, int index) {
        return values.get(channel)[index];
    }

    Set<Channel> channels() {
        return values.keySet();
    }
}
