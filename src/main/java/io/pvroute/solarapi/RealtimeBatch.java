package io.pvroute.solarapi;

import java.time.Instant;
import java.util.List;

/**
 * The rows of one realtime answer, in ascending order of their key without doubles; text is ordered by code points, as PostgreSQL's
 * collation "C" does. They can be iterated again and again, and each time gives new arrays.
 */
public final class RealtimeBatch {

    private final String site;
    private final List<String> columns;
    private final List<Object[]> rows;
    private final Instant newest;

    /** @param newest null where there are no rows */
    RealtimeBatch(String site, List<String> columns, List<Object[]> rows, Instant newest) {
        this.site = site;
        this.columns = List.copyOf(columns);
        this.rows = List.copyOf(rows);
        this.newest = newest;
    }

    /** The site that answered. */
    public String site() {
        return site;
    }

    /** {@code site}, {@code device} (not for a power flow), {@code ts}, and those of the given columns that have a value in this answer. */
    public List<String> columns() {
        return columns;
    }

    /**
     * One row for every device, by the places of {@link #columns()}: {@code String}, {@code String}, {@code Instant}, and for each column a
     * {@code Double}, a {@code String}, or null where there is no value.
     */
    public Iterable<Object[]> rows() {
        return () -> rows.stream().map(Object[]::clone).iterator();
    }

    /** How many rows there are. */
    public int count() {
        return rows.size();
    }

    /** The newest stamp of the rows, null where there is none. */
    public Instant newest() {
        return newest;
    }

    @Override
    public String toString() {
        return count() + " rows of realtime of " + site;
    }
}
