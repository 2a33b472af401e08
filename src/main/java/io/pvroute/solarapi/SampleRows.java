package io.pvroute.solarapi;

import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Rows of samples, made one by one while they are iterated: what is held is plain arrays. */
final class SampleRows implements Iterable<Object[]> {

    private static final int LEADING = 3;

    /**
     * The samples of one device.
     *
     * @param columns its series, ascending, by column; null where it has none
     */
    record Device(String name, Series[] columns, int[] seconds) {

        static Device of(String name, Series[] columns) {
            int[] seconds = {};
            for (Series column : columns) {
                seconds = column == null ? seconds : Ascending.union(seconds, column.seconds());
            }
            return new Device(name, columns, seconds);
        }
    }

    private final String site;
    private final long from;
    private final List<Device> devices;

    /**
     * @param from    what the seconds of the devices count from, in seconds since 1970
     * @param devices in ascending order; each with at least one sample
     */
    SampleRows(String site, long from, List<Device> devices) {
        this.site = site;
        this.from = from;
        this.devices = List.copyOf(devices);
    }

    int count() {
        return devices.stream().mapToInt(device -> device.seconds.length).sum();
    }

    /** The columns of all devices that have a sample. */
    int channels() {
        return (int) devices.stream().flatMap(device -> Arrays.stream(device.columns))
                .filter(column -> column != null && column.size() > 0).count();
    }

    /** Null where there is no row. */
    Instant newest() {
        return devices.stream().map(device -> instant(device.seconds[device.seconds.length - 1])).max(Instant::compareTo).orElse(null);
    }

    private Instant instant(int second) {
        return Instant.ofEpochSecond(from + second);
    }

    @Override
    public Iterator<Object[]> iterator() {
        return new Rows();
    }

    private final class Rows implements Iterator<Object[]> {

        private final Iterator<Device> remaining = devices.iterator();
        private Device device;
        private int row;
        /** For each column, its first sample that is not yet in a row. */
        private int[] next;

        @Override
        public boolean hasNext() {
            return device != null && row < device.seconds.length || remaining.hasNext();
        }

        @Override
        public Object[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException("all rows have been read");
            }
            if (device == null || row == device.seconds.length) {
                device = remaining.next();
                row = 0;
                next = new int[device.columns.length];
            }
            return row(device.seconds[row++]);
        }

        private Object[] row(int second) {
            Object[] values = new Object[LEADING + device.columns.length];
            values[0] = site;
            values[1] = device.name;
            values[2] = instant(second);
            for (int c = 0; c < device.columns.length; c++) {
                Series column = device.columns[c];
                if (column != null && next[c] < column.size() && column.second(next[c]) == second) {
                    values[LEADING + c] = column.value(next[c]++);
                }
            }
            return values;
        }
    }
}
