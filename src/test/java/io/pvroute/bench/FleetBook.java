package io.pvroute.bench;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

import org.postgresql.PGConnection;

/** The database of a fleet: its sites, and what the book says of them. */
final class FleetBook implements AutoCloseable {

    private final Connection connection;
    private final Statement statement;

    FleetBook(Server server) throws SQLException {
        connection = server.connect();
        statement = connection.createStatement();
    }

    /** Sites that need no pause, until {@link #keepPauses()}. */
    void add(int sites, String logger, int days) throws SQLException {
        statement.execute("""
                INSERT INTO pv_site (site, url, since, pause)
                SELECT 'site' || i, '%s/site' || i, date_trunc('second', now()) - %d * interval '24 hours', interval '0'
                  FROM generate_series(1, %d) AS i""".formatted(logger, days, sites));
    }

    void keepPauses() throws SQLException {
        statement.execute("UPDATE pv_site SET pause = NULL");
    }

    /** Who is reading now. */
    List<UUID> runners() throws SQLException {
        return list("SELECT DISTINCT leased_by FROM pv_site WHERE leased_by IS NOT NULL AND leased_until > now()").stream().map(UUID::fromString).toList();
    }

    /** What a runner has in hand. */
    List<String> inHand(UUID runner) throws SQLException {
        return list("SELECT site FROM pv_site WHERE leased_by = '" + runner + "'");
    }

    /** Windows that are still to be read for the first time. */
    long unread() throws SQLException {
        return number("""
                SELECT count(*)
                  FROM pv_site AS s
                 CROSS JOIN generate_series(pv_window_start(s.since), now(), interval '384 hours') AS g(starts_at)
                  LEFT JOIN pv_window AS w ON w.site = s.site AND w.starts_at = g.starts_at
                 WHERE w.loaded_from IS NULL OR w.state NOT IN ('open', 'loaded')""");
    }

    /** Tells when the newest window of each site was read, and with how many rows. */
    void tell(FleetRequests requests) throws SQLException {
        try (ResultSet rows = statement.executeQuery("""
                SELECT DISTINCT ON (site) site, (extract(epoch FROM read_at) * 1000)::bigint, inserted + updated + unchanged
                  FROM pv_window
                 WHERE read_at IS NOT NULL
                 ORDER BY site, starts_at DESC""")) {
            while (rows.next()) {
                requests.booked(rows.getString(1), rows.getLong(2), rows.getLong(3));
            }
        }
    }

    /** Sites that have not been read since an instant, in milliseconds since 1970. */
    long notReadSince(long instant) throws SQLException {
        return number("""
                SELECT count(*)
                  FROM pv_site AS s
                 WHERE NOT EXISTS (SELECT FROM pv_window AS w WHERE w.site = s.site AND w.read_at > to_timestamp(%d / 1000.0))""".formatted(instant));
    }

    long number(String sql) throws SQLException {
        return Long.parseLong(list(sql).get(0));
    }

    /**
     * Compares what is stored, to the bit, with what the loggers have: of every site all from its beginning through the newest sample that
     * its book tells of, and nothing else.
     *
     * @return how many rows there are
     * @throws BenchException where a row is missing, wrong or too much, or where a site was not read since
     */
    long requireTruth(long since) throws SQLException, IOException {
        long behind = notReadSince(since);
        if (behind > 0) {
            throw new BenchException("WRONG: " + behind + " sites were not read any more.");
        }
        String columns = FleetTruth.columns().stream().collect(Collectors.joining(", "));
        statement.execute("CREATE TABLE truth (is_meter boolean, epoch bigint, " + columns.replace(",", " double precision,") + " double precision)");
        long from = number("SELECT extract(epoch FROM min(since))::bigint FROM pv_site");
        long through = number("SELECT extract(epoch FROM max(loaded_through))::bigint FROM pv_window");
        connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY truth FROM STDIN", new StringReader(FleetTruth.rows(from, through)));
        statement.execute("ANALYZE truth");
        long wrong = number("""
                WITH expected AS (
                    SELECT s.site, CASE WHEN t.is_meter THEN 'meter:' || 10000000 + substr(s.site, 5)::integer ELSE 'inverter/1' END COLLATE "C" AS device,
                           to_timestamp(t.epoch) AS ts, %1$s
                      FROM (SELECT s.site, s.since, (SELECT max(w.loaded_through) FROM pv_window AS w WHERE w.site = s.site) AS through FROM pv_site AS s) AS s
                      JOIN truth AS t ON to_timestamp(t.epoch) BETWEEN s.since AND s.through
                )
                SELECT count(*)
                  FROM expected AS e
                  FULL JOIN pv_archive AS a ON a.site = e.site AND a.device = e.device AND a.ts = e.ts
                 WHERE a.site IS NULL OR e.site IS NULL OR (%2$s) IS DISTINCT FROM (%3$s)""".formatted(columns.replaceAll("\\b(\\w+)", "t.$1"),
                columns.replaceAll("\\b(\\w+)", "a.$1"), columns.replaceAll("\\b(\\w+)", "e.$1")));
        if (wrong > 0) {
            throw new BenchException("WRONG: " + wrong + " rows are missing, wrong or too much.");
        }
        return number("SELECT count(*) FROM pv_archive");
    }

    private List<String> list(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
