package io.pvroute.solarapi;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows of what a logger says of itself or of its devices, in the order of their key without doubles. They can be iterated again and again,
 * and each time gives new arrays.
 */
public final class DiscoveryBatch {

    private final List<String> columns;
    private final List<Object[]> rows;

    /**
     * @param columns all that there may be
     * @param rows    by the places of the columns, null where nothing is told
     */
    DiscoveryBatch(List<String> columns, Collection<Object[]> rows) {
        int[] told = IntStream.range(0, columns.size())
                .filter(c -> rows.isEmpty() || rows.stream().anyMatch(row -> row[c] != null)).toArray();
        this.columns = Arrays.stream(told).mapToObj(columns::get).toList();
        this.rows = rows.stream().map(row -> Arrays.stream(told).mapToObj(c -> row[c]).toArray()).toList();
    }

    /** Those that have a value in this answer; all where there is no row. */
    public List<String> columns() {
        return columns;
    }

    /** By the places of {@link #columns()}; null where nothing is told of this device. */
    public Iterable<Object[]> rows() {
        return () -> rows.stream().map(Object[]::clone).iterator();
    }

    /** How many rows there are. */
    public int count() {
        return rows.size();
    }

    @Override
    public String toString() {
        return count() + " rows of discovery";
    }
}
