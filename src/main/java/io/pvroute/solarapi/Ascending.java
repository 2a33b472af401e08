package io.pvroute.solarapi;

import java.util.Arrays;

/**
 * Orders samples by their second; keys come sorted as text, "10200" before "1200". The channels of a node have the same keys as a rule, so
 * the order that was found last is found again without sorting.
 */
final class Ascending {

    /**
     * @param places  where to find the samples in ascending order; of several of one second only the last
     * @param seconds those of the places; the same array for samples of the same seconds. Neither is to be changed
     */
    record Order(int[] places, int[] seconds) {
    }

    private int[] known = {};
    private Order order = new Order(known, known);

    /**
     * @param seconds none of them negative
     * @param size    how many of the seconds count, from the first
     */
    Order of(int[] seconds, int size) {
        if (!Arrays.equals(known, 0, known.length, seconds, 0, size)) {
            known = Arrays.copyOf(seconds, size);
            int[] places = places(known);
            int[] ordered = new int[places.length];
            for (int i = 0; i < places.length; i++) {
                ordered[i] = known[places[i]];
            }
            order = new Order(places, ordered);
        }
        return order;
    }

    private static int[] places(int[] seconds) {
        int size = seconds.length;
        int[] places = new int[size];
        boolean ascending = true;
        for (int i = 0; i < size; i++) {
            places[i] = i;
            ascending &= i == 0 || seconds[i - 1] < seconds[i];
        }
        if (ascending) {
            return places;
        }
        long[] sorted = new long[size];
        for (int i = 0; i < size; i++) {
            sorted[i] = (long) seconds[i] << 32 | i;
        }
        Arrays.sort(sorted);
        int kept = 0;
        for (int i = 0; i < size; i++) {
            boolean lastOfItsSecond = i == size - 1 || sorted[i] >> 32 != sorted[i + 1] >> 32;
            if (lastOfItsSecond) {
                places[kept++] = (int) sorted[i];
            }
        }
        return Arrays.copyOf(places, kept);
    }

    /** Both ascending lists as one, without doubles; one of the two itself where it holds all. */
    static int[] union(int[] a, int[] b) {
        if (a.length == 0 || Arrays.equals(a, b)) {
            return b;
        }
        int[] both = new int[a.length + b.length];
        int size = 0;
        for (int i = 0, j = 0; i < a.length || j < b.length;) {
            int next = j == b.length || i < a.length && a[i] <= b[j] ? a[i] : b[j];
            both[size++] = next;
            i += i < a.length && a[i] == next ? 1 : 0;
            j += j < b.length && b[j] == next ? 1 : 0;
        }
        return Arrays.copyOf(both, size);
    }
}
