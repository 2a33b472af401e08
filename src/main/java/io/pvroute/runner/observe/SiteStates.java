package io.pvroute.runner.observe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.sql.DataSource;

/**
 * How the sites are, from the database: one statement, however many ask, and not again for some seconds. Whoever asks is on a thread that must
 * not wait: a database that takes its time is waited for in the background, and known to be away after {@link #PATIENCE}.
 */
final class SiteStates implements AutoCloseable {

    private static final String STATEMENT = "site-states.sql";
    private static final Duration FRESH = Duration.ofSeconds(5);
    /** How long whoever asks waits for news. */
    private static final Duration WAIT = Duration.ofMillis(500);
    /** How long the database may take before it counts as away. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final DataSource database;
    private final String period;
    private final String until;
    private final String realtime;
    private final String sql;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        var looking = new Thread(work, "site-states");
        looking.setDaemon(true);
        return looking;
    });
    private Look latest = new Look(List.of(), "it has not been asked yet", System.nanoTime() - FRESH.toNanos());
    private Future<Look> underway;
    private long begun;

    /**
     * @param sites when the database answered, else empty
     * @param error why it did not, or null
     * @param at    by {@link System#nanoTime()}
     */
    record Look(List<SiteState> sites, String error, long at) {

        boolean answered() {
            return error == null;
        }
    }

    /**
     * @param period   how often archives of sites are read that say nothing else, as PostgreSQL's interval
     * @param until    up to when they are read, as PostgreSQL's timestamptz
     * @param realtime how often the present of sites is read that say nothing else, as PostgreSQL's interval; 0: not at all
     */
    SiteStates(DataSource database, String period, String until, String realtime) {
        this.database = database;
        this.period = period;
        this.until = until;
        this.realtime = realtime;
        try (InputStream in = SiteStates.class.getResourceAsStream(STATEMENT)) {
            sql = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The program's own " + STATEMENT + " could not be read.", e);
        }
    }

    /** At most some seconds old; half a second is waited for a newer one. */
    synchronized Look look() {
        long now = System.nanoTime();
        if (underway == null && now - latest.at() < FRESH.toNanos()) {
            return latest;
        }
        if (underway == null) {
            underway = thread.submit(this::ask);
            begun = now;
        }
        try {
            latest = underway.get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
            underway = null;
        } catch (TimeoutException e) {
            if (now - begun > PATIENCE.toNanos()) {
                return new Look(List.of(), "it has not answered for " + Duration.ofNanos(now - begun).toSeconds() + " s", now);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("The states of the sites could not be looked at.", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return latest;
    }

    private Look ask() {
        try (Connection connection = database.getConnection(); PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout((int) PATIENCE.toSeconds());
            statement.setString(1, period);
            statement.setString(2, until);
            statement.setString(3, realtime);
            List<SiteState> sites = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    double age = row.getDouble("newest_age_seconds");
                    sites.add(new SiteState(row.getString("site"), row.getString("newest"),
                            row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(age), row.getBoolean("down"), row.getBoolean("late"),
                            row.getString("error"), row.getLong("dead_letters")));
                }
            }
            return new Look(List.copyOf(sites), null, System.nanoTime());
        } catch (SQLException e) {
            String said = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            return new Look(List.of(), said.replaceFirst("\\.$", ""), System.nanoTime());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
