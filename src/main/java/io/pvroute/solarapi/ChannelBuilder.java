package io.pvroute.solarapi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects the values of a channel while it is read, numbers in plain arrays. */
final class ChannelBuilder {

    /** A day of five-minute values. */
    private static final int FIRST_SIZE = 288;

    private final String name;
    private String unit;
    private int[] keys = {};
    private double[] values = {};
    private int size;
    private final List<Integer> objectKeys = new ArrayList<>();
    private final List<String> objects = new ArrayList<>();

    ChannelBuilder(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    void unit(String unitOrNull) {
        unit = unitOrNull;
    }

    void number(int key, double value) {
        if (size == keys.length) {
            int larger = Math.max(FIRST_SIZE, 2 * size);
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
        return new Channel(name, unit, Arrays.copyOf(keys, size), Arrays.copyOf(values, size),
                objectKeys.stream().mapToInt(Integer::intValue).toArray(), objects.toArray(String[]::new));
    }
}
