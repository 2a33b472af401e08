package io.pvroute.routes;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.pvroute.TestDatabase;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The book of windows alone: the shipped statements, run by camel-sql on a real server whose clock the test holds. The statements say
 * {@code now()}; a schema before pg_catalog in the search path answers it.
 */
final class Book implements AutoCloseable {

    /** What the upsert and the rows tell the book, as the route's variable {@code rows} offers it. */
    public record Rows(Instant newest, long sampleRows, long eventRows, long rejected, int channels, String rejectedJson) {

        Rows(Instant newest, long sampleRows, long eventRows, long rejected) {
            this(newest, sampleRows, eventRows, rejected, sampleRows == 0 ? 0 : 12, "[]");
        }
    }

    /** The route's variable {@code failure}. */
    public record Failure(String fault, boolean heals, String reason) {}

    /** One of any number of runners on the same database. */
    final class Runner implements AutoCloseable {

        private final DefaultCamelContext context = new DefaultCamelContext();
        private final ProducerTemplate template;

        private Runner() {
            context.getPropertiesComponent().setInitialProperties(settings);
            ((PropertiesComponent) context.getPropertiesComponent()).setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_NEVER);
            context.getRegistry().bind("dataSource", DataSource.class, dataSource);
            context.getRegistry().bind("runnerId", UUID.randomUUID());
            context.start();
            template = context.createProducerTemplate();
        }

        List<Map<String, Object>> claim() {
            return run("claim-windows", Map.of());
        }

        Map<String, Object> claimOne() {
            List<Map<String, Object>> claimed = claim();
            return claimed.isEmpty() ? null : claimed.get(0);
        }

        /** What is read while that window, which is in hand, is stored; null where nothing is. */
        Map<String, Object> claimNext(Map<String, Object> window) {
            return run("claim-windows", Map.of("inHand", window.get("in_hand"))).stream().findFirst().orElse(null);
        }

        /** The answer held one row per instant given; all of them were new. */
        Map<String, Object> loaded(Map<String, Object> window, Instant... samples) {
            Instant newest = samples.length == 0 ? null : samples[samples.length - 1];
            return loaded(window, new Rows(newest, samples.length, 0, 0), samples.length, 0, 0);
        }

        Map<String, Object> loaded(Map<String, Object> window, Rows rows, long inserted, long updated, long unchanged) {
            return loaded(window, rows, inserted, updated, unchanged, false);
        }

        private Map<String, Object> loaded(Map<String, Object> window, Rows rows, long inserted, long updated, long unchanged,
                boolean goesOn) {
            Map<String, Object> variables = new HashMap<>(Map.of("window", window, "rows", rows));
            variables.putAll(Map.of("samplesInserted", inserted, "samplesUpdated", updated, "samplesUnchanged", unchanged,
                    "eventsInserted", 0L, "eventsUpdated", 0L, "eventsUnchanged", 0L));
            variables.put("newest", Objects.toString(rows.newest(), null));
            variables.put("goesOn", goesOn);
            List<Map<String, Object>> booked = run("window-loaded", variables);
            return booked.isEmpty() ? null : booked.get(0);
        }

        /** The same, with whether the next window is being read. */
        Map<String, Object> loadedAndGoesOn(Map<String, Object> window, boolean goesOn, Instant sample) {
            return loaded(window, new Rows(sample, 1, 0, 0), 1, 0, 0, goesOn);
        }

        int prolong(Map<String, Object> window) {
            return template.request("sql:file:routes/sql/prolong-lease.sql", e -> e.setVariable("window", window))
                    .getMessage().getHeader("CamelSqlUpdateCount", Integer.class);
        }

        Map<String, Object> siteDown(Map<String, Object> window, String reason) {
            return run("site-down", Map.of("window", window, "failure", new Failure("SITE", true, reason))).stream().findFirst().orElse(null);
        }

        Map<String, Object> windowDead(Map<String, Object> window, String fault, String reason) {
            return run("window-dead", Map.of("window", window, "failure", new Failure(fault, true, reason))).stream().findFirst().orElse(null);
        }

        Map<String, Object> siteDownForGood(Map<String, Object> window, String reason) {
            return run("site-down", Map.of("window", window, "failure", new Failure("SITE", false, reason))).get(0);
        }

        Map<String, Object> windowDeadForGood(Map<String, Object> window, String reason) {
            return run("window-dead", Map.of("window", window, "failure", new Failure("WINDOW", false, reason))).get(0);
        }

        /** The answer held so many channels with one row in all, the node's counted apart. */
        Map<String, Object> loadedChannels(Map<String, Object> window, int channels) {
            return loaded(window, new Rows(((Timestamp) window.get("from_at")).toInstant(), 1, 0, 0, channels, "[]"), 1, 0, 0);
        }

        /** Somebody has pressed the button of this window on the page. */
        void retryWindow(Map<String, Object> window) {
            template.requestBodyAndHeaders("sql:file:routes/sql/retry-window.sql", null,
                    Map.of("site", window.get("site"), "window", ((Timestamp) window.get("starts_at")).toInstant().toString()));
        }

        /** What became of samples that were refused: JSON as the rows of an answer offer it. */
        void storeRejected(Map<String, Object> window, String json) {
            var rows = new Rows(null, 0, 0, 0, 0, json);
            var answer = template.request("sql:file:routes/sql/store-rejected.sql", e -> {
                e.setVariable("window", window);
                e.setVariable("rows", rows);
            });
            if (answer.getException() != null) {
                throw new IllegalStateException("store-rejected", answer.getException());
            }
        }

        void windowDeadAndGoesOn(Map<String, Object> window, String reason) {
            run("window-dead", Map.of("window", window, "failure", new Failure("WINDOW", true, reason), "goesOn", true));
        }

        /** The logger of this window has answered that it has no archive. */
        Map<String, Object> noArchive(Map<String, Object> window) {
            return run("no-archive", Map.of("window", window)).stream().findFirst().orElse(null);
        }

        List<Map<String, Object>> claimReadings() {
            return run("claim-readings", Map.of());
        }

        Map<String, Object> claimReading() {
            List<Map<String, Object>> claimed = claimReadings();
            return claimed.isEmpty() ? null : claimed.get(0);
        }

        Map<String, Object> stored(Map<String, Object> reading) {
            return run("reading-stored", Map.of("reading", reading)).get(0);
        }

        Map<String, Object> failed(Map<String, Object> reading, String fault, boolean heals, String reason) {
            return run("reading-failed", Map.of("reading", reading, "failure", new Failure(fault, heals, reason))).stream().findFirst().orElse(null);
        }

        @SuppressWarnings("unchecked")
        private List<Map<String, Object>> run(String statement, Map<String, Object> variables) {
            var answer = template.request("sql:file:routes/sql/" + statement + ".sql", e -> variables.forEach(e::setVariable));
            if (answer.getException() != null) {
                throw new IllegalStateException(statement, answer.getException());
            }
            return answer.getMessage().getBody(List.class);
        }

        @Override
        public void close() {
            context.stop();
        }
    }

    private static final String CLOCK = "FUNCTION clock.now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now FROM clock.hand'";

    private final TestDatabase database = new TestDatabase();
    private final HikariDataSource dataSource;
    private final List<Runner> runners = new ArrayList<>();
    private final Properties settings = new Properties();
    final JdbcTemplate sql;

    Book() {
        Flyway.configure().dataSource(database.dataSource()).load().migrate();
        database.execute("""
                CREATE SCHEMA clock;
                CREATE TABLE clock.hand (now timestamptz);
                INSERT INTO clock.hand VALUES ('2024-06-01T12:00:00Z');
                """);
        database.execute("CREATE " + CLOCK);
        var config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.addDataSourceProperty("options", "-c search_path=clock,pg_catalog,public");
        config.setMinimumIdle(0);
        dataSource = new HikariDataSource(config);
        sql = new JdbcTemplate(dataSource);
        settings.putAll(Map.of("archive.period", "300s", "archive.pause", "0s", "archive.overlap", "86400s", "archive.settle", "172800s",
                "archive.lease", "300s", "archive.connect-timeout", "10000", "archive.timeout", "120000", "archive.since", "-infinity",
                "archive.until", "infinity"));
        settings.putAll(Map.of("archive.retry", "60s", "archive.retry-max", "86400s", "archive.parallel", "8", "archive.events",
                "InverterEvents,InverterErrors"));
        settings.putAll(Map.of("realtime.period", "60s", "realtime.pause", "4s", "realtime.timeout", "20000", "realtime.parallel", "4",
                "realtime.requests", "power-flow,inverters,inverter,meters,storages,ohmpilots", "realtime.discovery", "86400s",
                "realtime.max-age", "90000s"));
    }

    /** A setting for the runners made from now on. */
    void set(String key, String value) {
        settings.setProperty(key, value);
    }

    Runner runner() {
        var runner = new Runner();
        runners.add(runner);
        return runner;
    }

    void clock(String instant) {
        sql.update("UPDATE clock.hand SET now = ?::timestamptz", instant);
    }

    void pass(Duration time) {
        sql.update("UPDATE clock.hand SET now = now + ?::interval", time.toSeconds() + " s");
    }

    Instant now() {
        return sql.queryForObject("SELECT now()", Timestamp.class).toInstant();
    }

    /**
     * Runs a statement, and something else in between: after it has seen the book, and before it locks a row.
     *
     * @param meanwhile does not ask what time it is
     */
    <T> T withInBetween(Supplier<T> statement, Runnable meanwhile) throws Exception {
        try (Connection holder = database.dataSource().getConnection(); Statement hold = holder.createStatement()) {
            hold.execute("SELECT pg_advisory_lock(1)");
            sql.execute("""
                    CREATE OR REPLACE FUNCTION clock.now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
                    BEGIN
                        PERFORM pg_advisory_lock_shared(1), pg_advisory_unlock_shared(1);
                        RETURN (SELECT now FROM clock.hand);
                    END $$""");
            CompletableFuture<T> answer = CompletableFuture.supplyAsync(statement);
            await().until(() -> sql.queryForObject("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted", Integer.class) == 1);
            meanwhile.run();
            hold.execute("SELECT pg_advisory_unlock(1)");
            return answer.get(30, TimeUnit.SECONDS);
        } finally {
            sql.execute("CREATE OR REPLACE " + CLOCK);
        }
    }

    void site(String site, String since) {
        sql.update("INSERT INTO pv_site (site, url, since) VALUES (?, 'http://127.0.0.1', ?::timestamptz)", site, since);
    }

    Map<String, Object> window(String site, Object startsAt) {
        return sql.queryForMap("SELECT * FROM pv_window WHERE site = ? AND starts_at = ?", site, startsAt);
    }

    Map<String, Object> site(String site) {
        return sql.queryForMap("SELECT * FROM pv_site WHERE site = ?", site);
    }

    void forget() {
        runners.forEach(Runner::close);
        runners.clear();
        sql.execute("DELETE FROM pv_window");
        sql.execute("DELETE FROM pv_rejected");
        sql.execute("DELETE FROM pv_site");
        sql.execute("TRUNCATE pv_turn, pv_reading, pv_logger, pv_device");
    }

    @Override
    public void close() {
        runners.forEach(Runner::close);
        dataSource.close();
        database.close();
    }
}
