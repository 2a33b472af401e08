package io.pvroute.runner;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.StringJoiner;

import javax.sql.DataSource;

/** What a person wants to hear of the present of a site: its newest power flow, in a sentence. */
final class NewestReading {

    private static final long LOOK_EVERY_MS = 100;
    private static final String NEWEST =
            "SELECT ts::timestamptz(0)::text AS at, p_pv, p_grid, p_load, p_akku, soc FROM pv_power_flow WHERE site = ? ORDER BY ts DESC LIMIT 1";

    private final DataSource database;
    private final String site;

    NewestReading(DataSource database, String site) {
        this.database = database;
        this.site = site;
    }

    /** The sentence; empty where there is none for so long, or the thread is interrupted. */
    Optional<String> await(Duration patience) throws SQLException {
        long began = System.nanoTime();
        Optional<String> sentence = sentence();
        while (sentence.isEmpty() && System.nanoTime() - began < patience.toNanos()) {
            try {
                Thread.sleep(LOOK_EVERY_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return sentence;
            }
            sentence = sentence();
        }
        return sentence;
    }

    private Optional<String> sentence() throws SQLException {
        try (Connection connection = database.getConnection(); PreparedStatement statement = connection.prepareStatement(NEWEST)) {
            statement.setString(1, site);
            try (ResultSet newest = statement.executeQuery()) {
                return newest.next() ? Optional.of(sentence(newest)) : Optional.empty();
            }
        }
    }

    private String sentence(ResultSet newest) throws SQLException {
        var parts = new StringJoiner(", ", site + " at " + newest.getString("at") + ": ", ".");
        Double modules = watts(newest, "p_pv");
        parts.add(modules == null ? "the modules in the dark" : String.format("%,.0f W from the modules", modules));
        Double battery = watts(newest, "p_akku");
        if (battery != null) {
            parts.add(String.format("%,.0f W %s the battery at %.0f %%", Math.abs(battery), battery < 0 ? "into" : "from", watts(newest, "soc")));
        }
        Double load = watts(newest, "p_load");
        if (load != null) {
            parts.add(String.format("%,.0f W used", -load));
        }
        Double grid = watts(newest, "p_grid");
        if (grid != null) {
            parts.add(String.format("%,.0f W %s the grid", Math.abs(grid), grid < 0 ? "into" : "from"));
        }
        return parts.toString();
    }

    private static Double watts(ResultSet row, String column) throws SQLException {
        double watts = row.getDouble(column);
        return row.wasNull() ? null : watts;
    }
}
