package io.pvroute.runner;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.pvroute.runner.observe.Observation;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.model.ModelCamelContext;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * All that runs, in the order in which it is opened: the database, its schema, the sites, and Camel with the routes. Closed in the
 * opposite order, also when only a part was opened, and from any thread.
 */
final class Runner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("pvroute");

    private static final Duration AFTER_LEASE = Duration.ofSeconds(30);

    private final Settings settings;
    private final CountDownLatch ended = new CountDownLatch(1);
    private EmbeddedDatabase embedded;
    private HikariDataSource pool;
    private DatabaseWait database;
    private Sites sites;
    private Observation observation;
    private Main camel;
    private Optional<String> pageUrl = Optional.empty();
    private boolean running;
    private boolean closed;

    Runner(Settings settings) {
        this.settings = settings;
    }

    /** Ctrl-C and a kill end it cleanly, also while the calling thread still opens it. */
    void closeWithTheProgram() {
        Thread opening = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            opening.interrupt();
            close();
        }, "stop"));
    }

    /** The database with its schema, without looking at sites. */
    synchronized void openSchema() {
        openPool();
        database = new DatabaseWait(directly(), settings.database().toString());
        try {
            // not over the pool: an upgrade of many rows may take longer than a statement of the routes
            database.through(() -> Schema.upgrade(directly()));
        } catch (SQLException e) {
            throw new StartException("The tables of " + settings.database() + " could not be looked at: " + e.getMessage(), e);
        }
    }

    /** The database with its schema and the sites of the settings in it. */
    synchronized void openDatabase() {
        openSchema();
        sites = new Sites(pool);
        if (embedded != null) {
            // nobody else can have been reading: whoever held these leases has died
            sites.releaseAll(settings.archive().pause());
        }
        throughDatabase(() -> {
            sites.write(settings.sites(), settings.archive().zone());
            return null;
        });
    }

    private <T> T throughDatabase(Supplier<T> step) {
        try {
            return database.through(step::get);
        } catch (SQLException e) {
            throw new StartException(settings.database() + " could not be used: " + e.getMessage(), e);
        }
    }

    synchronized void startRoutes() {
        startRoutes(Map.of(), PageServer.of(settings.page()));
    }

    /** Of the routes only those that read the archive, and what they call: none that a runner beside this one has started already. */
    synchronized void startReading() {
        var noPage = new Settings.Page(settings.page().listener().off(), "", "");
        startRoutes(Map.of("camel.main.routeFilterIncludePattern", "archive,direct:*"), PageServer.of(noPage));
    }

    private void startRoutes(Map<String, String> more, PageServer page) {
        RouteFolder folder = RouteFolder.of(settings.routesDirectory());
        camel = folder.camel(settings, pool);
        camel.addProperty("camel.main.routesIncludePattern", folder.pattern());
        more.forEach(camel::addProperty);
        Listener observe = settings.observe().settled();
        if (!observe.isOff()) {
            observation = new Observation(observe, pool, settings.properties());
            observation.addTo(camel);
        }
        try (page) {
            page.addTo(camel);
            camel.init();
            RouteProblem.refuse(new RouteReferences((ModelCamelContext) camel.getCamelContext(), folder).problems(), routes(), null);
            camel.start();
            running = true;
            pageUrl = page.isOff() ? Optional.empty() : Optional.of(page.url());
        } catch (StartException e) {
            throw e;
        } catch (Exception e) {
            // all that is wrong, in the words of validate
            RouteProblem.refuse(RouteCheck.of(settings).problems(), routes(), e);
            throw new StartException("The routes in " + routes() + " do not start: " + RouteFault.deepest(e), e);
        }
    }

    private String routes() {
        return settings.routesDirectory().toString();
    }

    /** Blocks until {@link #close()}, or until the thread is interrupted. */
    void awaitEnd() {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The names of the sites in the database that are enabled. */
    synchronized List<String> sites() {
        return throughDatabase(sites::enabled);
    }

    synchronized DataSource dataSource() {
        return pool;
    }

    /** Where health and metrics are, or empty where they are off. */
    synchronized Optional<String> observedAt() {
        return Optional.ofNullable(observation).map(Observation::url);
    }

    /** Camel with the routes, once they were started. */
    synchronized CamelContext camel() {
        return camel.getCamelContext();
    }

    /** Where the page is, once the routes have started; empty where there is none. */
    synchronized Optional<String> pageUrl() {
        return pageUrl;
    }

    /** A command line that opens psql on the database. */
    synchronized String psql() {
        return embedded != null ? embedded.psql() : settings.database().psql();
    }

    private void openPool() {
        Settings.Database database = settings.database();
        var config = new HikariConfig();
        config.setPoolName("pvroute");
        if (database.embedded()) {
            embedded = EmbeddedDatabase.start(database.directory());
            config.setJdbcUrl(embedded.url());
            config.setUsername(embedded.user());
            config.setPassword(embedded.password());
        } else {
            config.setJdbcUrl(database.url());
            config.setUsername(database.user().isEmpty() ? null : database.user());
            config.setPassword(database.password().isEmpty() ? null : database.password());
        }
        config.addDataSourceProperty("ApplicationName", "pvroute");
        config.setMaximumPoolSize(database.pool());
        config.setMinimumIdle(1);
        config.setConnectionTimeout(10_000);
        config.setConnectionInitSql(sessionSettings(settings.archive().lease()));
        // The end of patience with a network that swallows everything; the server itself ends a statement before. The URL may say otherwise.
        config.addDataSourceProperty("socketTimeout", String.valueOf(settings.archive().lease().plus(AFTER_LEASE).toSeconds()));
        config.setInitializationFailTimeout(-1);      // a database that is away now may come
        pool = new HikariDataSource(config);
    }

    /**
     * claim-windows runs every second and reads much for many sites: to compile it each time takes longer than to run it. A statement that
     * waits for a lock longer than a lease lasts is worth nothing any more. A runner that stands still, or whose computer has vanished, in the
     * middle of a transaction keeps what it has locked from the others no longer than some seconds, and not for the two hours of TCP.
     */
    private static String sessionSettings(Duration lease) {
        return """
                SET jit = off;
                SET statement_timeout = %d;
                SET idle_in_transaction_session_timeout = '10s';
                SET tcp_keepalives_idle = 30;
                SET tcp_keepalives_interval = 10;
                SET tcp_keepalives_count = 3""".formatted(lease.toMillis());
    }

    /** Connections without the pool, which would keep to itself for ten seconds why there is none: not for the first and the last word. */
    private DataSource directly() {
        var directly = new DriverManagerDataSource(pool.getJdbcUrl());
        directly.setUsername(pool.getUsername());
        directly.setPassword(pool.getPassword());
        var patience = new Properties();
        patience.setProperty("connectTimeout", "3");
        directly.setConnectionProperties(patience);
        return directly;
    }

    /** Camel tells each exchange that it breaks off with a stack trace; that something was broken off is all that a person needs to know. */
    private void stopCamel() {
        Configurator.setLevel("org.apache.camel", Level.ERROR);
        long began = System.nanoTime();
        camel.stop();
        if (running && Duration.ofNanos(System.nanoTime() - began).compareTo(settings.stopTimeout()) >= 0) {
            LOG.info("What was being read took longer than stop.timeout and was broken off; it is read again at the next start.");
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        // the thread that was woken up for the stop: still interrupted, it would wait for no window in hand
        boolean interrupted = Thread.interrupted();
        try {
            closeAll();
        } finally {
            ended.countDown();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void closeAll() {
        if (camel != null) {
            if (running) {
                LOG.info("Stopping.");
            }
            UUID runner = camel.getCamelContext() == null ? null : camel.getCamelContext().getRegistry().lookupByNameAndType("runnerId", UUID.class);
            stopCamel();
            if (runner != null) {
                new Sites(directly()).release(runner, settings.archive().pause());
            }
        }
        if (observation != null) {
            observation.close();
        }
        if (pool != null) {
            pool.close();
        }
        if (embedded != null) {
            embedded.close();
        }
    }
}
