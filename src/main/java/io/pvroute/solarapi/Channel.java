package io.pvroute.solarapi;

/**
 * One channel of a node as the logger gave it: its numbers and its objects, each under its key, in the order of the answer. A key may
 * come twice; then the later value is the one that counts.
 *
 * <p>Keys are seconds after the node's start, from 0 to {@link Integer#MAX_VALUE}. Values are finite.
 */
public final class Channel {

    private final String name;
    private final String unit;
    private final int[] keys;
    private final double[] values;
    private final int[] objectKeys;
    private final String[] objects;

    Channel(String name, String unit, int[] keys, double[] values, int[] objectKeys, String[] objects) {
        this.name = name;
        this.unit = unit;
        this.keys = keys;
        this.values = values;
        this.objectKeys = objectKeys;
        this.objects = objects;
    }

    /** The channel's name, such as {@code PowerReal_PAC_Sum}. */
    public String name() {
        return name;
    }

    /** The unit as the logger names it, such as {@code W}; null where it names none. */
    public String unit() {
        return unit;
    }

    /** How many numbers the channel has. */
    public int numbers() {
        return keys.length;
    }

    /** The key of a number, in seconds. */
    public int key(int index) {
        return keys[index];
    }

    /** A number, in the channel's unit. */
    public double value(int index) {
        return values[index];
    }

    /** How many objects the channel has: the values of event channels. */
    public int objects() {
        return objectKeys.length;
    }

    /** The key of an object, in seconds. */
    public int objectKey(int index) {
        return objectKeys[index];
    }

    /** The JSON text of an object, on one line. */
    public String object(int index) {
        return objects[index];
    }
}
