package io.pvroute.solarapi;

import java.util.Arrays;

/** The samples of one column of one device: first added in any order, then {@link #ascending}. Seconds count from the window's first. */
final class Series {

    private int[] seconds;
    private double[] values;
    private int size;

    Series(int expected) {
        this(new int[expected], new double[expected], 0);
    }

    private Series(int[] seconds, double[] values, int size) {
        this.seconds = seconds;
        this.values = values;
        this.size = size;
    }

    void add(int second, double value) {
        if (size == seconds.length) {
            seconds = Arrays.copyOf(seconds, 2 * size + 1);
            values = Arrays.copyOf(values, 2 * size + 1);
        }
        seconds[size] = second;
        values[size++] = value;
    }

    /** The same samples in ascending order; of several of one second the one that was added last. */
    Series ascending(Ascending ascending) {
        Ascending.Order order = ascending.of(seconds, size);
        int[] places = order.places();
        double[] ordered = new double[places.length];
        for (int i = 0; i < places.length; i++) {
            ordered[i] = values[places[i]];
        }
        return new Series(order.seconds(), ordered, places.length);
    }

    int size() {
        return size;
    }

    int second(int index) {
        return seconds[index];
    }

    double value(int index) {
        return values[index];
    }

    /** The seconds of a series that is ascending; not to be changed. */
    int[] seconds() {
        return seconds;
    }
}
