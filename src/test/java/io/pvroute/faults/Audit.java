package io.pvroute.faults;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Counts what is written beside what had to be: by a trigger that no crash makes forget, and by the server's own statistics. */
final class Audit {

    private static final String STATISTICS = Sql.of("statistics");
    /** Rows of an answer of 16 days, of two nodes, rounded up. */
    private static final long ROWS_OF_AN_ANSWER = 10_000;

    private long insertedBefore;
    private long updatedBefore;

    /** @param connection of a superuser, when the tables are there */
    static void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(Sql.of("audit"));
        }
    }

    /** A crash makes the server forget its statistics: to be called before. */
    synchronized void beforeCrash(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(STATISTICS)) {
            row.next();
            insertedBefore += row.getLong("inserted");
            updatedBefore += row.getLong("updated");
        }
    }

    /**
     * Whether rows were written only where they differed.
     *
     * @param falseRows rows that answers told otherwise than true: each may be written once as it was told, and once as it is
     * @param brokenOff how often something happened that may have rolled back what each site had in hand
     */
    synchronized Promise promise(Connection connection, long falseRows, long brokenOff) throws SQLException {
        beforeCrash(connection);
        try (Statement statement = connection.createStatement()) {
            long updates;
            long same;
            long deletions;
            try (ResultSet row = statement.executeQuery(Sql.of("written"))) {
                row.next();
                updates = row.getLong("updates");
                same = row.getLong("same");
                deletions = row.getLong("deletions");
            }
            long stored;
            try (ResultSet row = statement.executeQuery("SELECT (SELECT count(*) FROM pv_archive) + (SELECT count(*) FROM pv_event)")) {
                row.next();
                stored = row.getLong(1);
            }
            long rolledBack = brokenOff * Plan.SITES * ROWS_OF_AN_ANSWER;
            List<String> broken = new ArrayList<>();
            require(same == 0, String.format("%,d updates changed nothing", same), broken);
            require(deletions == 0, String.format("%,d rows were deleted", deletions), broken);
            require(updates <= 2 * falseRows,
                    String.format("%,d updates, but only %,d rows were told otherwise", updates, falseRows), broken);
            require(updatedBefore <= 2 * falseRows + rolledBack,
                    String.format("the server counts %,d updates, rolled back ones included", updatedBefore), broken);
            require(insertedBefore <= stored + rolledBack,
                    String.format("the server counts %,d rows inserted, rolled back ones included, for %,d", insertedBefore, stored), broken);
            return new Promise(6, "rows written are rows that differed", String.format(
                    "%,d rows are stored, the server counts %,d inserted; %,d updates, %,d more rolled back, for %,d rows told otherwise",
                    stored, insertedBefore, updates, Math.max(0, updatedBefore - updates), falseRows), broken);
        }
    }

    private static void require(boolean held, String otherwise, List<String> broken) {
        if (!held) {
            broken.add(otherwise);
        }
    }
}
