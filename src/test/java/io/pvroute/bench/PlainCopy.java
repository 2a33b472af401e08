package io.pvroute.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** COPY straight into the table with its primary key: the floor, below which no first load can come. */
final class PlainCopy extends JdbcContestant {

    private final BinaryCopy copy;

    PlainCopy(Connection connection, Shape shape, String table) throws SQLException {
        super(connection, shape, table);
        copy = new BinaryCopy(shape);
    }

    @Override
    @SuppressWarnings("unchecked")
    public void write(Object batch) throws SQLException {
        copy.send(connection, table, (List<Object[]>) batch);
        connection.commit();
    }
}
