package io.pvroute.runner;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.pvroute.copyupsert.CopyUpsertProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.component.sql.SqlComponent;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the routes of pvroute find in its own program, for an application of Camel Main that is not pvroute's own: the settings, checked and
 * in the spelling that routes and statements read; the sites in the database; the data source that is meant where there are several. One
 * line in the main class of that application: {@code main.addMainListener(new PvrouteListener())}.
 *
 * <p>Settings are what the application has by these names ({@code site.*}, {@code archive.*}, {@code realtime.*},
 * {@code logger.*}, {@code routes.directory}), and the program's defaults for the rest. {@code pvroute.dataSource} names the data source with the tables;
 * without it, it is the only one. The tables have to be there: {@code java -jar pvroute.jar migrate} makes them. A database that is away
 * does not keep the application from starting. When it stops, the sites in hand are given back for other runners.
 */
public final class PvrouteListener extends MainListenerSupport {

    private static final Logger LOG = LoggerFactory.getLogger("pvroute");

    /** What begins so is meant for pvroute, and a slip of the pen where it does not know it; other names may be the application's own. */
    private static final Set<String> OURS = Set.of("site", "archive", "realtime");
    /** Of the program alone; the same name may mean something else in the application. */
    private static final Set<String> OF_THE_PROGRAM = Set.of("db", "observe", "page", "routes", "stop");
    private static final String DIRECTORY = "routes.directory";
    private static final String LOCATION = "routes.location";
    private static final String SHIPPED = "classpath:io/pvroute/shipped/routes";
    private static final String DATA_SOURCE = "pvroute.dataSource";

    private Settings settings;
    private DataSource dataSource;
    private String database;

    /**
     * Before Camel reads the route files, whose beans are made at once.
     *
     * @throws SettingsException with every setting that is not right
     * @throws StartException    if something else of the application would replace a setting
     */
    @Override
    public void beforeConfigure(BaseMainSupport main) {
        CamelContext context = main.getCamelContext();
        settings = settings(context.getPropertiesComponent());
        publish(settings, context);
    }

    /**
     * With the beans of the application and of the routes, before anything runs.
     *
     * @throws StartException if it is open which data source is meant, or the statements of the routes would go to another
     */
    @Override
    public void afterConfigure(BaseMainSupport main) {
        CamelContext context = main.getCamelContext();
        threads(context, "archive", settings.archive().parallel());
        threads(context, "realtime", settings.realtime().parallel());
        Map<String, DataSource> all = context.getRegistry().findByTypeWithName(DataSource.class);
        String name = context.getPropertiesComponent().resolveProperty(DATA_SOURCE).map(String::strip).filter(given -> !given.isEmpty()).orElseGet(() -> only(all));
        dataSource = all.get(name);
        if (dataSource == null) {
            throw new StartException("The routes of pvroute do not start: there is no data source " + name + ", which " + DATA_SOURCE + " names; there "
                    + (all.isEmpty() ? "is none." : "is " + String.join(", ", all.keySet()) + "."));
        }
        database = "of the data source " + name;
        if (all.size() > 1) {
            useForStatements(context, name);
        }
        var store = context.getRegistry().lookupByNameAndType("CopyUpsertProcessor", CopyUpsertProcessor.class);
        if (store != null) {
            store.setDataSource(dataSource);
        }
        context.getRegistry().bind("pvroute", this);
        context.addLifecycleStrategy(new Life());
    }

    private void writeSites() {
        try {
            new DatabaseWait(dataSource, database).through(() -> {
                new Sites(dataSource).write(settings.sites(), settings.archive().zone());
                return null;
            });
        } catch (StartException | SQLException e) {
            if (!Thread.currentThread().isInterrupted()) {
                LOG.error("{} The sites are read as the database has them; the settings of the sites are looked at again at the next start.", e.getMessage());
            }
        }
    }

    /** For a person who has to go there. */
    String database() {
        return database;
    }

    private static Settings settings(PropertiesComponent properties) {
        Map<String, String> given = new TreeMap<>();
        Properties all = properties.loadProperties(key -> OURS.contains(group(key)));
        all.stringPropertyNames().forEach(key -> given.put(key, all.getProperty(key)));
        // a property of the system or a variable of the environment may stand over it
        KnownSettings.NAMES.stream().filter(PvrouteListener::isRead)
                .forEach(key -> properties.resolveProperty(key).ifPresent(value -> given.put(key, value)));
        return new SettingsReader(SettingsSources.of(given, "properties of the application"), Clock.systemDefaultZone()).settings();
    }

    private static boolean isRead(String key) {
        return KnownSettings.isOurs(key) && !OF_THE_PROGRAM.contains(group(key)) || key.equals(DIRECTORY);
    }

    private static String group(String key) {
        return key.split("\\.", 2)[0];
    }

    private static void publish(Settings settings, CamelContext context) {
        PropertiesComponent properties = context.getPropertiesComponent();
        Map<String, String> needed = settings.properties().entrySet().stream().filter(setting -> isRead(setting.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        needed.forEach(properties::addOverrideProperty);
        needed.forEach((key, value) -> {
            Optional<String> found = properties.resolveProperty(key);
            if (!found.equals(Optional.of(value))) {
                throw new StartException("The routes of pvroute do not start: they read " + key + " as " + value + ", but a property of the system or "
                        + "the environment variable " + KnownSettings.variable(key) + " puts another text in its place. Write it into the "
                        + "properties of the application instead.");
            }
        });
        if (properties.resolveProperty(LOCATION).isEmpty()) {
            Path directory = settings.routesDirectory();
            properties.addOverrideProperty(LOCATION, Files.isDirectory(directory.resolve("sql")) ? "file:" + directory.toAbsolutePath().normalize() : SHIPPED);
        }
    }

    /** Where the application says nothing of these threads. */
    private static void threads(CamelContext context, String name, int number) {
        if (context.getExecutorServiceManager().getThreadPoolProfile(name) == null) {
            context.getExecutorServiceManager().registerThreadPoolProfile(new ThreadPoolProfileBuilder(name).poolSize(number).maxPoolSize(number).build());
        }
    }

    private static String only(Map<String, DataSource> all) {
        if (all.size() != 1) {
            throw new StartException("The routes of pvroute do not start: the application has " + (all.isEmpty() ? "no data source"
                    : "several data sources (" + String.join(", ", new TreeSet<>(all.keySet())) + ")") + ". Name the one with the tables of pvroute: "
                    + DATA_SOURCE + " = name of its bean.");
        }
        return all.keySet().iterator().next();
    }

    /** The statements of the routes name no data source: that of the component is theirs. */
    private void useForStatements(CamelContext context, String name) {
        var sql = context.getComponent("sql", SqlComponent.class);
        if (sql.getDataSource() != null && sql.getDataSource() != dataSource) {
            throw new StartException("The routes of pvroute do not start: camel.component.sql.dataSource is another data source than " + name + ", and the "
                    + "statements of the routes would go there. Name that other one at the endpoints that need it instead, or run pvroute as a "
                    + "program of its own.");
        }
        sql.setDataSource(dataSource);
    }

    /** Also where Main is started and stopped by other hands than its own run(). */
    private final class Life extends LifecycleStrategySupport {

        private ExecutorService sites;

        @Override
        public void onContextStarted(CamelContext context) {
            sites = context.getExecutorServiceManager().newSingleThreadExecutor(this, "pvroute-sites");
            sites.execute(PvrouteListener.this::writeSites);
        }

        @Override
        public void onContextStopping(CamelContext context) {
            if (sites != null) {
                sites.shutdownNow();
            }
        }

        @Override
        public void onContextStopped(CamelContext context) {
            UUID runner = context.getRegistry().lookupByNameAndType("runnerId", UUID.class);
            if (runner != null) {
                new Sites(dataSource).release(runner, settings.archive().pause());
            }
        }
    }
}
