package io.pvroute.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Rows of a {@link Shape} as objects in memory, an Instant and its Doubles each, made once and given to everybody. */
final class Samples {

    private static final Instant FIRST = Instant.parse("2015-01-01T00:00:00Z");
    private static final Duration STEP = Duration.ofMinutes(Shape.MINUTES);

    private final Shape shape;
    private final int rows;
    private final Map<Change, List<Object[]>> made = new EnumMap<>(Change.class);

    Samples(Shape shape, int rows) {
        this.shape = shape;
        this.rows = rows;
    }

    /** All rows in the order of their keys, after the change. */
    List<Object[]> all(Change change) {
        return made.computeIfAbsent(change, this::make);
    }

    /** The first rows in batches; the last may be smaller. */
    List<List<Object[]>> batches(Change change, int first, int batchRows) {
        List<Object[]> all = all(change).subList(0, first);
        var batches = new ArrayList<List<Object[]>>();
        for (int from = 0; from < first; from += batchRows) {
            batches.add(all.subList(from, Math.min(first, from + batchRows)));
        }
        return batches;
    }

    /** The key of a row by its number. */
    static Instant key(int row) {
        return FIRST.plus(STEP.multipliedBy(row));
    }

    private List<Object[]> make(Change change) {
        List<Object[]> before = change == Change.NONE ? null : all(Change.NONE);
        var all = new ArrayList<Object[]>(rows);
        for (int row = 0; row < rows; row++) {
            all.add(before != null && change.of(row) == 0 ? before.get(row) : row(row, before, change));
        }
        return List.copyOf(all);
    }

    private Object[] row(int number, List<Object[]> before, Change change) {
        Object[] row = new Object[1 + shape.values()];
        row[0] = before == null ? key(number) : before.get(number)[0];
        for (int i = 0; i < shape.values(); i++) {
            row[1 + i] = shape.value(number, i, change);
        }
        return row;
    }
}
