package io.pvroute.runner;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.sql.DataSource;

import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * The right to send a logger one request for its present, taken from {@code pv_turn} and {@code pv_reading} as the runners take it. Given
 * back when it is closed; should the program be killed before, it runs out.
 */
final class PresentTurn implements AutoCloseable {

    /** A runner leaves such a gap between two of its own requests. */
    private static final Duration BETWEEN_TWO_LOOKS = Duration.ofMillis(250);
    /** Longer than a runner needs for all that is due of a site in a minute, with the documented 4 s between two. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final NamedParameterJdbcTemplate database;
    private final String site;

    private PresentTurn(NamedParameterJdbcTemplate database, String site) {
        this.database = database;
        this.site = site;
    }

    /** It is waited for, half a minute at most. Empty where it did not come, or the logger does not answer and rests. */
    static Optional<PresentTurn> take(DataSource dataSource, String site, Settings settings) {
        var database = new NamedParameterJdbcTemplate(dataSource);
        Map<String, Object> parameters = Map.of("site", site, "pause", Spelling.canonical(settings.realtime().pause()),
                "longest", Spelling.canonical(settings.archive().connectTimeout().plus(settings.archive().timeout())));
        long end = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (true) {
            List<Boolean> taken = database.queryForList(SqlFile.read("take-present-turn.sql"), parameters, Boolean.class);
            if (taken.contains(true)) {
                return Optional.of(new PresentTurn(database, site));
            }
            if (System.nanoTime() > end || isResting(database, parameters)) {
                return Optional.empty();
            }
            try {
                Thread.sleep(BETWEEN_TWO_LOOKS.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }

    private static boolean isResting(NamedParameterJdbcTemplate database, Map<String, Object> parameters) {
        return database.queryForList("SELECT down_since IS NOT NULL FROM pv_turn WHERE site = :site", parameters, Boolean.class).contains(true);
    }

    @Override
    public void close() {
        database.update("UPDATE pv_reading SET in_flight_until = NULL WHERE site = :site AND request = 'check'", Map.of("site", site));
    }
}
