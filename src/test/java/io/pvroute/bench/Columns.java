package io.pvroute.bench;

import java.time.Instant;
import java.util.List;

import io.pvroute.copyupsert.ColumnBatch;

/** The same rows as columns of primitive values. */
final class Columns {

    private Columns() {
    }

    static ColumnBatch of(Shape shape, List<Object[]> rows) {
        long[] keys = rows.stream().mapToLong(row -> {
            Instant instant = (Instant) row[0];
            return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
        }).toArray();
        ColumnBatch batch = ColumnBatch.of(rows.size()).instants(Shape.KEY, keys);
        for (int i = 0; i < shape.values(); i++) {
            int column = 1 + i;
            batch.doubles(shape.valueColumns().get(i), rows.stream().mapToDouble(row -> (Double) row[column]).toArray());
        }
        return batch;
    }
}
