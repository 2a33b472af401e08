package io.pvroute.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** The SQL of the starting point: COPY into a temporary table, INSERT … ON CONFLICT DO UPDATE where the values differ. */
class SeedSql extends JdbcContestant {

    private final BinaryCopy copy;
    private final String createStage;
    private final String merge;

    SeedSql(Connection connection, Shape shape, String table) throws SQLException {
        super(connection, shape, table);
        copy = new BinaryCopy(shape);
        createStage = "CREATE TEMPORARY TABLE _data (" + Shape.KEY + " timestamptz, " + shape.typedValues() + ") ON COMMIT DROP";
        merge = "INSERT INTO " + table + " SELECT * FROM _data " + onConflict(shape, table);
    }

    /** What follows the rows of an INSERT: update what has other values. */
    static String onConflict(Shape shape, String table) {
        return overwrite(shape) + " WHERE (" + columns(shape, table + ".") + ") <> (" + columns(shape, "EXCLUDED.") + ")";
    }

    /** What follows the rows of an INSERT: update all that is there already. */
    static String overwrite(Shape shape) {
        String set = shape.valueColumns().stream().map(c -> c + " = EXCLUDED." + c).collect(Collectors.joining(", "));
        return "ON CONFLICT (" + Shape.KEY + ") DO UPDATE SET " + set;
    }

    private static String columns(Shape shape, String prefix) {
        return shape.valueColumns().stream().map(c -> prefix + c).collect(Collectors.joining(", "));
    }

    @Override
    @SuppressWarnings("unchecked")
    public void write(Object batch) throws Exception {
        execute(createStage);
        fill("_data", (List<Object[]>) batch);
        execute(merge);
        connection.commit();
    }

    /** Brings the rows into the temporary table. */
    void fill(String stage, List<Object[]> rows) throws SQLException {
        copy.send(connection, stage, rows);
    }
}
