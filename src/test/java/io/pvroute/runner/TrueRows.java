package io.pvroute.runner;

import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pvroute.simulator.Simulator;
import org.springframework.jdbc.core.JdbcTemplate;

/** What a simulated logger has recorded, and what the tables hold of a site: by device, channel and second, doubles and JSON. */
final class TrueRows {

    private static final ObjectMapper JSON = new ObjectMapper();

    private TrueRows() {}

    /** @param to first moment that is left out */
    static Map<String, Object> recorded(Simulator simulator, Instant from, Instant to) {
        Map<String, Object> truth = new TreeMap<>();
        simulator.truth(from, to).samples().forEach(s -> truth.put(key(s.device(), s.channel(), s.instant()), s.value()));
        simulator.truth(from, to).events().forEach(e -> truth.put(key(e.device(), e.channel(), e.instant()), json(e.detail())));
        return truth;
    }

    static Map<String, Object> stored(JdbcTemplate sql, String site) {
        Map<String, Object> stored = new TreeMap<>();
        Map<String, String> channels = new HashMap<>();
        sql.query("SELECT channel, column_name FROM pv_channel", row -> {
            channels.put(row.getString(1), row.getString(2));
        });
        sql.query("SELECT * FROM pv_archive WHERE site = ?", row -> {
            for (var channel : channels.entrySet()) {
                double value = row.getDouble(channel.getValue());
                if (!row.wasNull()) {
                    stored.put(key(row.getString("device"), channel.getKey(), row.getTimestamp("ts").toInstant()), value);
                }
            }
        }, site);
        sql.query("SELECT * FROM pv_event WHERE site = ?", row -> {
            stored.put(key(row.getString("device"), row.getString("channel"), row.getTimestamp("ts").toInstant()), json(row.getString("detail")));
        }, site);
        return stored;
    }

    private static String key(String device, String channel, Instant instant) {
        return device + " " + channel + " " + instant.getEpochSecond();
    }

    private static Object json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
