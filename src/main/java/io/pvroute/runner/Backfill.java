package io.pvroute.runner;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;

import javax.sql.DataSource;

/** What a person sees while the history of a site comes in: a line for each window, as the book has it, and a sum at the end. */
final class Backfill {

    private static final long LOOK_EVERY_MS = 100;

    private static final String BOOKED = """
            SELECT starts_at, least(ends_at, now()) AS ends_at, state, inserted, updated, unchanged, error, coalesce(read_at, failed_at) AS at
              FROM pv_window
             WHERE site = ? AND coalesce(read_at, failed_at) > ?
             ORDER BY coalesce(read_at, failed_at)
            """;
    private static final String OWED = """
            SELECT count(*), count(w.site) FILTER (WHERE w.state <> 'dead'), now()
              FROM generate_series(pv_window_start(?), now(), interval '384 hours') AS g(starts_at)
              LEFT JOIN pv_window AS w ON w.site = ? AND w.starts_at = g.starts_at
            """;
    private static final String TOTAL = "SELECT (SELECT count(*) FROM pv_archive WHERE site = ?), (SELECT count(*) FROM pv_event WHERE site = ?)";

    private final DataSource database;
    private final String site;
    private final Instant since;
    private final PrintWriter out;
    private Instant lookedAt;
    private int windows;
    private int done;
    private int told;

    /** @param since where the history of the site begins, so that it is known how much there is */
    Backfill(DataSource database, String site, Instant since, PrintWriter out) {
        this.database = database;
        this.site = site;
        this.since = since;
        this.out = out;
        count(true);
        told = done;
        if (done > 0) {
            out.printf("  %d of %d windows were read before.%n", done, windows);
        }
    }

    /** Returns when every window has been read, or when the thread is interrupted. */
    void follow() {
        long began = System.nanoTime();
        long rows = 0;
        while (done < windows) {
            try {
                Thread.sleep(LOOK_EVERY_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            count(false);
            rows += tellNew(began, rows);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        out.printf("%nAll %d windows are read: %,d rows new in %.1f s. %s%n", windows, rows, seconds, total());
        out.flush();
    }

    private long tellNew(long began, long before) {
        long rows = 0;
        try (Connection connection = database.getConnection(); PreparedStatement statement = connection.prepareStatement(BOOKED)) {
            statement.setString(1, site);
            statement.setTimestamp(2, Timestamp.from(lookedAt));
            try (ResultSet booked = statement.executeQuery()) {
                while (booked.next()) {
                    lookedAt = booked.getTimestamp("at").toInstant();
                    String days = day(booked, "starts_at") + " to " + day(booked, "ends_at");
                    if (booked.getString("state").equals("dead")) {
                        out.printf("  %s  failed: %s. It is tried again.%n", days, booked.getString("error"));
                    } else {
                        long inserted = booked.getLong("inserted");
                        rows += inserted;
                        double seconds = (System.nanoTime() - began) / 1e9;
                        out.printf("  %2d of %d  %s  %,7d rows new  %,7d changed  %,7d the same  %,9.0f rows/s%n", ++told, windows, days,
                                inserted, booked.getLong("updated"), booked.getLong("unchanged"), (before + rows) / seconds);
                    }
                    out.flush();
                }
            }
        } catch (SQLException e) {
            out.printf("  The database does not answer: %s%n", e.getMessage());
            out.flush();
        }
        return rows;
    }

    private void count(boolean first) {
        try (Connection connection = database.getConnection(); PreparedStatement statement = connection.prepareStatement(OWED)) {
            statement.setTimestamp(1, Timestamp.from(since));
            statement.setString(2, site);
            try (ResultSet counts = statement.executeQuery()) {
                counts.next();
                windows = counts.getInt(1);
                done = counts.getInt(2);
                if (first) {
                    lookedAt = counts.getTimestamp(3).toInstant();
                }
            }
        } catch (SQLException e) {
            out.printf("  The database does not answer: %s%n", e.getMessage());
            out.flush();
        }
    }

    private String total() {
        try (Connection connection = database.getConnection(); PreparedStatement statement = connection.prepareStatement(TOTAL)) {
            statement.setString(1, site);
            statement.setString(2, site);
            try (ResultSet count = statement.executeQuery()) {
                count.next();
                return String.format("pv_archive holds %,d rows of samples and pv_event %,d events.", count.getLong(1), count.getLong(2));
            }
        } catch (SQLException e) {
            return "They could not be counted: " + e.getMessage();
        }
    }

    private static String day(ResultSet row, String column) throws SQLException {
        return row.getTimestamp(column).toInstant().atOffset(ZoneOffset.UTC).toLocalDate().toString();
    }
}
