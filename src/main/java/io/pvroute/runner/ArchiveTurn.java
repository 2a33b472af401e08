package io.pvroute.runner;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.sql.DataSource;

import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * The right to send one archive request to a logger, taken from {@code pv_site} as the runners take it: the pause towards the logger holds
 * for all of them. Given back when it is closed; should the program be killed before, it runs out.
 */
final class ArchiveTurn implements AutoCloseable {

    /** For what is done beside the request. */
    private static final Duration REST = Duration.ofSeconds(10);

    private final NamedParameterJdbcTemplate database;
    private final Map<String, Object> parameters;
    private boolean answered;

    private ArchiveTurn(NamedParameterJdbcTemplate database, Map<String, Object> parameters) {
        this.database = database;
        this.parameters = parameters;
    }

    /** Empty where it is not the time: another program reads this site, or the pause after its last request is not over. */
    static Optional<ArchiveTurn> take(DataSource dataSource, String site, Settings.Archive settings) {
        var database = new NamedParameterJdbcTemplate(dataSource);
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("site", site);
        parameters.put("pause", Spelling.canonical(settings.pause()));
        // the archive, and where that is not found, the version
        parameters.put("longest", Spelling.canonical(settings.connectTimeout().plus(settings.timeout()).multipliedBy(2).plus(REST)));
        List<Map<String, Object>> taken = database.queryForList(SqlFile.read("take-turn.sql"), parameters);
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        parameters.put("lease", taken.get(0).get("lease").toString());
        parameters.put("restedUntil", taken.get(0).get("rested_until"));
        return Optional.of(new ArchiveTurn(database, parameters));
    }

    /** The logger has answered as it should. */
    void answered() {
        answered = true;
    }

    @Override
    public void close() {
        parameters.put("answered", answered);
        database.update(SqlFile.read("give-turn-back.sql"), parameters);
    }
}
