package io.pvroute.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;

import de.bytefish.pgbulkinsert.row.SimpleRowWriter;
import org.postgresql.PGConnection;

/** PgBulkInsert into the temporary table, and the SQL of the starting point after it. */
final class BulkInsert extends SeedSql {

    private final String[] columns;

    BulkInsert(Connection connection, Shape shape, String table) throws SQLException {
        super(connection, shape, table);
        columns = shape.columns().toArray(String[]::new);
    }

    /** It takes instants as ZonedDateTime. */
    @Override
    public Object ready(List<Object[]> rows) {
        return rows.stream().map(row -> {
            Object[] copy = row.clone();
            copy[0] = ((Instant) row[0]).atZone(ZoneOffset.UTC);
            return copy;
        }).toList();
    }

    @Override
    void fill(String stage, List<Object[]> rows) throws SQLException {
        try (var writer = new SimpleRowWriter(new SimpleRowWriter.Table(stage, columns), connection.unwrap(PGConnection.class))) {
            for (Object[] row : rows) {
                writer.startRow(out -> {
                    out.setTimeStampTz(0, (ZonedDateTime) row[0]);
                    for (int i = 1; i < row.length; i++) {
                        out.setDouble(i, (Double) row[i]);
                    }
                });
            }
        }
    }
}
