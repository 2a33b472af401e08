package io.pvroute.runner;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.sql.DataSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** The windows of all sites, or of one, as the book has them. */
final class SiteWindows {

    /** Before any logger. */
    static final Instant EVER = Instant.parse("2000-01-01T00:00:00Z");

    /**
     * What was made owed again of a site.
     *
     * @param isRead  whether its archive is read; where it is not, no window is owed
     * @param windows how many; 0 where its history has none there
     * @param from    of the oldest
     * @param to      of the newest; empty where there is none
     * @param since   where its history begins, if that lies after what was asked for
     */
    record Marked(String site, boolean isRead, int windows, Instant from, Optional<Instant> to, Optional<Instant> since) {}

    /** A window, by its site and its start. */
    record Key(String site, Instant from) {}

    /**
     * A window and what it is.
     *
     * @param kind    {@code owed}, {@code dead}, {@code open}, {@code loaded} or {@code empty}
     * @param resting whether it has failed and waits for a later time
     * @param error   why the last read failed; null where it did not
     */
    record Known(Key key, String kind, boolean resting, String error) {

        /** Whether it has to be read, or has failed. */
        boolean isLeft() {
            return kind.equals("owed") || kind.equals("dead");
        }
    }

    /** A window that was read, or that has failed. */
    record Booked(Key key, Instant to, boolean dead, long inserted, long updated, long unchanged, long rejected, String error,
            Optional<Instant> retryAt, Instant at) {}

    private final NamedParameterJdbcTemplate database;
    private final Map<String, Object> parameters = new HashMap<>();

    SiteWindows(DataSource dataSource, Settings.Archive settings, Optional<String> site) {
        database = new NamedParameterJdbcTemplate(dataSource);
        parameters.put("site", site.orElse(null));
        parameters.put("since", settings.since().toString());
        parameters.put("until", settings.until().map(Instant::toString).orElse("infinity"));
        parameters.put("settle", Spelling.canonical(settings.settle()));
    }

    /** Makes what {@code [from, to)} touches owed again. */
    List<Marked> mark(Instant from, Instant to) {
        return database.query(SqlFile.read("owed-again.sql"), with(Map.of("from", from.toString(), "to", to.toString())), (row, number) ->
                new Marked(row.getString("site"), row.getBoolean("is_read"), row.getInt("windows"), instant(row, "first").orElseThrow(), instant(row, "last"),
                        row.getBoolean("begins_later") ? instant(row, "since") : Optional.empty()));
    }

    /** All from a moment on, newest first, as they are read. */
    List<Known> from(Instant from) {
        return database.query(SqlFile.read("windows.sql"), with(Map.of("from", from.toString())), (row, number) -> new Known(key(row),
                row.getString("class"), row.getBoolean("resting"), row.getString("error")));
    }

    /** What was read, or has failed, after a moment. */
    List<Booked> booked(Instant after) {
        return database.query(SqlFile.read("booked-windows.sql"), with(Map.of("after", after.toString())), (row, number) ->
                new Booked(key(row), instant(row, "ends_at").orElseThrow(), row.getString("state").equals("dead"),
                        row.getLong("inserted"), row.getLong("updated"), row.getLong("unchanged"), row.getLong("rejected"),
                        row.getString("error"), instant(row, "retry_at"), instant(row, "at").orElseThrow()));
    }

    /** Sites that are down, each with its reason and when it is asked again, in a sentence. */
    List<String> down() {
        return database.query("""
                SELECT site || ' is down: ' || error || '. It is asked again at '
                       || to_char(next_request_at AT TIME ZONE zone, 'HH24:MI:SS') || '.'
                  FROM pv_site
                 WHERE site = coalesce(:site::text, site) AND enabled AND down_since IS NOT NULL AND lease IS NULL
                 ORDER BY site
                """, parameters, (row, number) -> row.getString(1));
    }

    /** Sites that have a pause of their own, which no setting of the archive changes. */
    List<String> ownPauses() {
        return database.query("SELECT site FROM pv_site WHERE site = coalesce(:site::text, site) AND enabled AND pause IS NOT NULL ORDER "
                + "BY site", parameters,
                (row, number) -> row.getString(1));
    }

    Instant now() throws DataAccessException {
        return database.getJdbcTemplate().queryForObject("SELECT now()", Timestamp.class).toInstant();
    }

    /** Whether a runner is connected to the database: its sessions bear its name. */
    boolean hasRunner() {
        return Boolean.TRUE.equals(database.getJdbcTemplate().queryForObject(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'pvroute')",
                Boolean.class));
    }

    private Map<String, Object> with(Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(parameters);
        all.putAll(more);
        return all;
    }

    private static Key key(ResultSet row) throws SQLException {
        return new Key(row.getString("site"), instant(row, "starts_at").orElseThrow());
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }
}
