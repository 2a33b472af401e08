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
    private static final String NEWEST = """
            SELECT to_char(p.ts AT TIME ZONE s.zone, 'HH24:MI:SS') AS at, p.p_pv, p.p_grid, p.p_load, p.p_akku, p.soc
              FROM pv_power_flow AS p
              JOIN pv_site AS s USING (site)
             WHERE p.site = ?
             ORDER BY p.ts DESC
             LIMIT 1
            """;

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
        Double modules = number(newest, "p_pv");
        parts.add(modules == null ? "the modules in the dark" : String.format("%,.0f W from the modules", modules));
        Double battery = number(newest, "p_akku");
        if (battery != null) {
            String way = battery < 0 ? "into" : "from";
            parts.add(String.format("%,.0f W %s the battery at %.0f %%", Math.abs(battery), way, number(newest, "soc")));
        }
        Double load = number(newest, "p_load");
        if (load != null) {
            parts.add(String.format("%,.0f W used", -load));
        }
        Double grid = number(newest, "p_grid");
        if (grid != null) {
            parts.add(String.format("%,.0f W %s the grid", Math.abs(grid), grid < 0 ? "into" : "from"));
        }
        return parts.toString();
    }

    private static Double number(ResultSet row, String column) throws SQLException {
        double number = row.getDouble(column);
        return row.wasNull() ? null : number;
    }
}
