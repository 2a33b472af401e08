package io.pvroute.runner;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sites of the settings in the database, and the leases on them. */
final class Sites {

    private static final Logger LOG = LoggerFactory.getLogger("pvroute");

    /** What the settings do not name stays as it is. A new address is asked at once: whatever was down was another one. */
    private static final String WRITE = """
            INSERT INTO pv_site AS s (site, url, zone, since, period, pause, realtime, archive, enabled, source)
            VALUES (?, ?, coalesce(?, ?), ?::timestamptz, ?::interval, ?::interval, ?::interval, coalesce(?, true), coalesce(?, true), 'config')
            ON CONFLICT (site) DO UPDATE
               SET url = EXCLUDED.url,
                   zone = coalesce(?, s.zone),
                   since = coalesce(EXCLUDED.since, s.since),
                   period = coalesce(EXCLUDED.period, s.period),
                   pause = coalesce(EXCLUDED.pause, s.pause),
                   realtime = coalesce(EXCLUDED.realtime, s.realtime),
                   archive = coalesce(?, s.archive),
                   enabled = coalesce(?, s.enabled),
                   source = 'config',
                   next_request_at = CASE WHEN s.url = EXCLUDED.url OR s.lease IS NOT NULL THEN s.next_request_at ELSE '-infinity' END
             WHERE (s.url, s.zone, s.since, s.period, s.pause, s.realtime, s.archive, s.enabled, s.source)
                   IS DISTINCT FROM (EXCLUDED.url, coalesce(?, s.zone), coalesce(EXCLUDED.since, s.since), coalesce(EXCLUDED.period, s.period),
                                     coalesce(EXCLUDED.pause, s.pause), coalesce(EXCLUDED.realtime, s.realtime), coalesce(?, s.archive),
                                     coalesce(?, s.enabled), 'config')
            """;

    /** What came with the settings, such as an archive.since or archive.period, may make something owed at once. */
    private static final String LOOK_AGAIN = """
            WITH locked AS MATERIALIZED (SELECT site FROM pv_site WHERE due_at > '-infinity' ORDER BY site FOR UPDATE)
            UPDATE pv_site AS s SET due_at = '-infinity' FROM locked WHERE s.site = locked.site
            """;

    private static final String LEFT = "SELECT site FROM pv_site WHERE source = 'config' AND enabled AND site <> ALL (?) ORDER BY site";
    private static final String ENABLED = "SELECT site FROM pv_site WHERE enabled ORDER BY site";

    /** When the last request ended is not known; it is not later than now. */
    private static final String RELEASE = """
            WITH locked AS MATERIALIZED (
                SELECT site FROM pv_site WHERE lease IS NOT NULL AND (?::uuid IS NULL OR leased_by = ?::uuid) ORDER BY site FOR UPDATE
            )
            UPDATE pv_site AS s
               SET lease = NULL, leased_by = NULL, leased_until = NULL, next_request_at = now() + coalesce(s.pause, ?::interval)
              FROM locked
             WHERE s.site = locked.site
            """;

    private final DataSource database;

    Sites(DataSource database) {
        this.database = database;
    }

    /**
     * Inserts and updates what the settings name, and reports the sites that they no longer name.
     *
     * @param zone of sites that are new and name none
     */
    void write(List<Site> sites, ZoneId zone) {
        try (Connection connection = database.getConnection(); PreparedStatement statement = connection.prepareStatement(WRITE)) {
            for (Site site : sites) {
                String named = text(site.zone());
                Boolean archive = site.archive().orElse(null);
                Boolean enabled = site.enabled().orElse(null);
                set(statement, site.name(), site.url().toString(), named, zone.getId(), text(site.since()), seconds(site.period()),
                        seconds(site.pause()), seconds(site.realtime()), archive, enabled, named, archive, enabled, named, archive, enabled);
                statement.executeUpdate();
            }
            try (PreparedStatement lookAgain = connection.prepareStatement(LOOK_AGAIN)) {
                lookAgain.executeUpdate();
            }
            List<String> names = sites.stream().map(Site::name).toList();
            for (String left : names(connection, LEFT, connection.createArrayOf("text", names.toArray()))) {
                LOG.warn("Site {} is not in the settings any more. It is still read; to end that: UPDATE pv_site SET enabled = false WHERE site = '{}'. "
                        + "Its rows stay.", left, left);
            }
        } catch (SQLException e) {
            throw new StartException("The sites could not be written into pv_site: " + e.getMessage(), e);
        }
    }

    List<String> enabled() {
        try (Connection connection = database.getConnection()) {
            return names(connection, ENABLED);
        } catch (SQLException e) {
            throw new StartException("The sites could not be read from pv_site: " + e.getMessage(), e);
        }
    }

    /** Gives back the leases of a runner that has ended, so that nobody has to wait for them to run out. */
    void release(UUID runner, Duration pause) {
        release((Object) runner, pause);
    }

    /** Gives back all leases: only where nobody else can be reading. */
    void releaseAll(Duration pause) {
        release((Object) null, pause);
    }

    private void release(Object runner, Duration pause) {
        try (Connection connection = database.getConnection(); PreparedStatement statement = connection.prepareStatement(RELEASE)) {
            set(statement, runner, runner, seconds(Optional.of(pause)));
            statement.executeUpdate();
        } catch (SQLException e) {
            LOG.warn("The leases on the sites could not be given back: {}. They run out by themselves.", e.getMessage().replaceFirst("\\.$", ""));
        }
    }

    private static List<String> names(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, parameters);
            List<String> names = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
            return names;
        }
    }

    private static void set(PreparedStatement statement, Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
    }

    private static String text(Optional<?> value) {
        return value.map(Object::toString).orElse(null);
    }

    private static String seconds(Optional<Duration> duration) {
        return duration.map(d -> d.toMillis() + " ms").orElse(null);
    }
}
