package io.pvroute.runner;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * What the database knows of a site.
 *
 * @param site        its name
 * @param url         base URL of its logger
 * @param zone        of its local days
 * @param enabled     whether it is read at all
 * @param collects    what is read of it
 * @param downSince   empty where its logger answers
 * @param newest      its newest sample; empty where there is none
 * @param age         of that, by the database's clock
 * @param oldest      its oldest sample
 * @param windows     how many there are of each kind
 * @param rows        in pv_archive, and steps of five minutes with readings beside it
 * @param error       the last one that still holds: of the site, else of the window that failed last, else of a request for the present that
 *                    failed again and again; empty where all is well
 */
record SiteStatus(String site, String url, ZoneId zone, boolean enabled, Collects collects, Optional<Instant> downSince,
        Optional<Instant> newest, Optional<Duration> age, Optional<Instant> oldest, Windows windows, Rows rows, Optional<String> error) {

    /**
     * What is read of a site.
     *
     * @param archive    its archive
     * @param realtime   its present
     * @param hasArchive whether its logger has an archive; empty where that is not known yet
     */
    record Collects(boolean archive, boolean realtime, Optional<Boolean> hasArchive) {

        @Override
        public String toString() {
            return archive ? realtime ? "archive, realtime" : "archive" : realtime ? "realtime alone" : "nothing";
        }
    }

    /**
     * Each window counts once.
     *
     * @param owed        never read, or to be read again
     * @param owedAtLeast whether the beginning of the history is still looked for, so that more may turn out to be owed
     */
    record Windows(long loaded, long open, long dead, long empty, long owed, boolean owedAtLeast) {

        boolean isNone() {
            return loaded + open + dead + empty + owed == 0;
        }
    }

    /** @param about whether some more or fewer may be stored, because the days are just being totalled */
    record Rows(long count, boolean about) {

        @Override
        public String toString() {
            return (about ? "~" : "") + String.format("%,d", count);
        }
    }

    /**
     * All sites, or one.
     *
     * @throws StartException if there is no such site, or the tables are not those of this program
     */
    static List<SiteStatus> of(DataSource database, Settings settings, Optional<String> site) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("since", settings.archive().since().toString());
        parameters.put("realtime", Spelling.canonical(settings.realtime().period()));
        parameters.put("site", site.orElse(null));
        try {
            site.ifPresent(name -> KnownSites.require(database, name));
            var jdbc = new NamedParameterJdbcTemplate(database);
            Map<String, Map<String, Long>> windows = new SiteWindows(database, settings.archive(), site).from(SiteWindows.EVER).stream()
                    .collect(Collectors.groupingBy(window -> window.key().site(),
                    Collectors.groupingBy(SiteWindows.Known::kind, Collectors.counting())));
            return jdbc.query(SqlFile.read("status.sql"), parameters, (row, number) ->
                    read(row, windows.getOrDefault(row.getString("site"), Map.of())));
        } catch (DataAccessException e) {
            throw KnownSites.notReadable(e);
        }
    }

    private static SiteStatus read(ResultSet row, Map<String, Long> windows) throws SQLException {
        Optional<Instant> now = instant(row, "now");
        Optional<Instant> newest = instant(row, "newest");
        Optional<Instant> down = instant(row, "down_since");
        return new SiteStatus(row.getString("site"), row.getString("url"), ZoneId.of(row.getString("zone")), row.getBoolean("enabled"),
                new Collects(row.getBoolean("archive"), row.getBoolean("realtime"), Optional.ofNullable((Boolean) row.getObject("has_archive"))),
                down, newest, newest.map(sample -> Duration.between(sample, now.orElseThrow())), instant(row, "oldest"),
                new Windows(windows.getOrDefault("loaded", 0L), windows.getOrDefault("open", 0L), windows.getOrDefault("dead", 0L),
                        windows.getOrDefault("empty", 0L), windows.getOrDefault("owed", 0L), row.getBoolean("looks_for_the_beginning")),
                new Rows(row.getLong("rows"), row.getBoolean("about")), error(row));
    }

    private static Optional<String> error(ResultSet row) throws SQLException {
        if (row.getString("error") != null) {
            return Optional.of(row.getString("error"));
        }
        if (row.getString("window_error") != null) {
            String window = instant(row, "failed_window").map(at -> at.toString().substring(0, 10)).orElseThrow();
            return Optional.of("window " + window + ": " + row.getString("window_error") + triedAgain(instant(row, "retry_at")));
        }
        if (row.getString("request_error") != null) {
            return Optional.of("realtime, " + row.getString("failed_request") + ": " + row.getString("request_error")
                    + triedAgain(instant(row, "request_retry_at")));
        }
        return Optional.empty();
    }

    private static String triedAgain(Optional<Instant> retry) {
        return retry.map(at -> "; tried again at " + at.toString().substring(0, 19) + "Z").orElse("");
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }
}
