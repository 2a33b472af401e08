package io.pvroute.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pvroute.simulator.Simulator;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is stored beside what is true, value for value, double for double, a day at a time. */
final class Comparison {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SAMPLES = "SELECT * FROM pv_archive WHERE site = ? AND ts >= ? AND ts < ?";
    private static final String EVENTS = "SELECT * FROM pv_event WHERE site = ? AND ts >= ? AND ts < ?";
    private static final String OUTSIDE = """
            SELECT (SELECT count(*) FROM pv_archive WHERE site = ? AND (ts < ? OR ts >= ?))
                 + (SELECT count(*) FROM pv_event WHERE site = ? AND (ts < ? OR ts >= ?))
            """;

    private final Connection connection;
    private final Map<String, String> channels = new LinkedHashMap<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> untrue = new ArrayList<>();
    private long compared;

    Comparison(Connection connection) throws SQLException {
        this.connection = connection;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT column_name, channel FROM pv_channel")) {
            while (row.next()) {
                channels.put(row.getString(1), row.getString(2));
            }
        }
    }

    void compare(String site, Simulator logger, Instant since, Instant until) throws SQLException {
        for (Instant day = since; day.isBefore(until); day = day.plus(Duration.ofDays(1))) {
            Instant next = day.plus(Duration.ofDays(1)).isBefore(until) ? day.plus(Duration.ofDays(1)) : until;
            compare(site, truth(logger, day, next), stored(site, day, next));
        }
        outside(site, since, until);
    }

    /** Looks at the totals of the days, which are made of the samples. */
    void compareDays() throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(Sql.of("days"))) {
            while (row.next()) {
                untrue.add(String.format("%s %s, %s of %s: the total is %s of %s samples, but the samples say %s of %s", row.getString("site"),
                        row.getString("device"), row.getString("what"), row.getString("day"), row.getString("total_value"),
                        row.getString("total_samples"), row.getString("value"), row.getString("samples")));
            }
        }
    }

    /** Promise 1. */
    Promise complete() {
        return new Promise(1, "every true sample is stored once, with its last value", String.format("%,d values", compared), missing);
    }

    /** Promise 2. */
    Promise truthful() {
        return new Promise(2, "nothing is stored that is not true", String.format("%,d values", compared), untrue);
    }

    private void compare(String site, Map<String, Object> truth, Map<String, Object> stored) {
        compared += truth.size();
        if (stored.equals(truth)) {
            return;
        }
        truth.forEach((key, value) -> {
            Object found = stored.get(key);
            if (!value.equals(found)) {
                missing.add(site + " " + key + ": " + (found == null ? "not stored" : found + " is stored") + ", " + value + " is true");
            }
        });
        stored.forEach((key, value) -> {
            if (!value.equals(truth.get(key))) {
                untrue.add(site + " " + key + ": " + value + " is stored, "
                        + (truth.containsKey(key) ? truth.get(key) + " is true" : "and there is none"));
            }
        });
    }

    private static Map<String, Object> truth(Simulator logger, Instant from, Instant to) {
        Map<String, Object> truth = new HashMap<>();
        logger.truth(from, to).samples()
                .forEach(sample -> truth.put(key(sample.device(), sample.instant(), sample.channel()), sample.value()));
        logger.truth(from, to).events()
                .forEach(event -> truth.put(key(event.device(), event.instant(), event.channel()), json(event.detail())));
        return truth;
    }

    private Map<String, Object> stored(String site, Instant from, Instant to) throws SQLException {
        Map<String, Object> stored = new HashMap<>();
        try (PreparedStatement samples = select(SAMPLES, site, from, to); ResultSet row = samples.executeQuery()) {
            while (row.next()) {
                for (Map.Entry<String, String> channel : channels.entrySet()) {
                    double value = row.getDouble(channel.getKey());
                    if (!row.wasNull()) {
                        put(stored, site, key(row.getString("device"), row.getTimestamp("ts").toInstant(), channel.getValue()), value);
                    }
                }
            }
        }
        try (PreparedStatement events = select(EVENTS, site, from, to); ResultSet row = events.executeQuery()) {
            while (row.next()) {
                put(stored, site, key(row.getString("device"), row.getTimestamp("ts").toInstant(), row.getString("channel")),
                        json(row.getString("detail")));
            }
        }
        return stored;
    }

    private void put(Map<String, Object> stored, String site, String key, Object value) {
        if (stored.put(key, value) != null) {
            untrue.add(site + " " + key + ": is stored twice");
        }
    }

    private PreparedStatement select(String sql, String site, Instant from, Instant to) throws SQLException {
        PreparedStatement select = connection.prepareStatement(sql);
        for (int at = 1; at < select.getParameterMetaData().getParameterCount(); at += 3) {
            select.setString(at, site);
            select.setTimestamp(at + 1, Timestamp.from(from));
            select.setTimestamp(at + 2, Timestamp.from(to));
        }
        return select;
    }

    private void outside(String site, Instant since, Instant until) throws SQLException {
        try (PreparedStatement outside = select(OUTSIDE, site, since, until); ResultSet row = outside.executeQuery()) {
            row.next();
            if (row.getLong(1) > 0) {
                untrue.add(String.format("%s: %,d rows lie before %s or after %s", site, row.getLong(1), since, until));
            }
        }
    }

    private static String key(String device, Instant instant, String channel) {
        return device + " " + instant + " " + channel;
    }

    private static Object json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
