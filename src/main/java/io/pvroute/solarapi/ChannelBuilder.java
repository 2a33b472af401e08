package io.pvroute.solarapi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects the values of a channel while it is read, numbers in plain arrays. */
final class ChannelBuilder {

    /** A day of five-minute values. */
    private static final int FIRST_SIZE = 288;

    private final String name;
    private final int expected;
    private String unit;
    private int[] keys = {};
    private double[] values = {};
    private int size;
    private final List<Integer> objectKeys = new ArrayList<>();
    private final List<String> objects = new ArrayList<>();

    /** @param expected how many numbers it may well have: as many as the channel before it; room for them is made with the first one */
    ChannelBuilder(String name, int expected) {
        this.name = name;
        this.expected = expected;
    }

    String name() {
        return name;
    }

    void unit(String unitOrNull) {
        unit = unitOrNull;
    }

    void number(int key, double value) {
        if (size == keys.length) {
            int larger = size == 0 ? Math.max(FIRST_SIZE, expected) : 2 * size;
            keys = Arrays.copyOf(keys, larger);
            values = Arrays.copyOf(values, larger);
        }
        keys[size] = key;
        values[size++] = value;
    }

    void object(int key, String json) {
        objectKeys.add(key);
        objects.add(json);
    }

    Channel build() {
        boolean full = size == keys.length;
        return new Channel(name, unit, full ? keys : Arrays.copyOf(keys, size), full ? values : Arrays.copyOf(values, size),
                objectKeys.stream().mapToInt(Integer::intValue).toArray(), objects.toArray(String[]::new));
    }
}
