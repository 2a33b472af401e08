package io.pvroute.runner;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.pvroute.copyupsert.CopyUpsertProcessor;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.component.sql.SqlComponent;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the routes of pvroute find in its own program, for a Camel application that is not pvroute's own: the settings, checked and in the
 * spelling that routes and statements read; the sites in the database; the data source that is meant where there are several. One bean of
 * that application, {@code camel.beans.pvroute = #class:io.pvroute.runner.PvrouteConfiguration}. Settings are what the application has by
 * these names ({@code site.*}, {@code archive.*}, {@code realtime.*}, {@code routes.directory}), and the program's defaults for the rest.
 *
 * <p>The tables have to be there: {@code java -jar pvroute.jar migrate} makes them. A database that is away does not keep the application
 * from starting. When it stops, the sites in hand are given back for other runners.
 */
public final class PvrouteConfiguration implements CamelConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger("pvroute");

    /** A name of the application's own that begins otherwise may mean something else there. */
    private static final Set<String> READ = Set.of("site", "archive", "realtime");
    private static final String DIRECTORY = "routes.directory";
    private static final String LOCATION = "routes.location";
    private static final String SHIPPED = "classpath:io/pvroute/shipped/routes";

    private DataSource dataSource;
    private String database = "the database of the application";

    /** Where the tables of pvroute are. Unset: the only data source of the application. */
    public void setDataSource(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Called by Camel before it loads the routes.
     *
     * @throws SettingsException with every setting that is not right
     * @throws StartException    if it is open which data source is meant, or something else of the application would replace a setting
     */
    @Override
    public void configure(CamelContext context) {
        Settings settings = settings(context.getPropertiesComponent());
        publish(settings, context);
        threads(context, "archive", settings.archive().parallel());
        threads(context, "realtime", settings.realtime().parallel());
        Map<String, DataSource> all = context.getRegistry().findByTypeWithName(DataSource.class);
        if (dataSource == null) {
            dataSource = only(all);
        }
        database = all.entrySet().stream().filter(named -> named.getValue() == dataSource).map(named -> "data source " + named.getKey())
                .findFirst().orElse(database);
        if (all.size() > 1) {
            useForStatements(context);
        }
        context.addLifecycleStrategy(new Life(settings));
    }

    /** For a person who has to go there. */
    String database() {
        return database;
    }

    private static Settings settings(PropertiesComponent properties) {
        Map<String, String> given = new TreeMap<>();
        properties.loadProperties(PvrouteConfiguration::isRead).forEach((key, value) -> given.put((String) key, String.valueOf(value)));
        // a property of the system or a variable of the environment may stand over it
        KnownSettings.NAMES.stream().filter(PvrouteConfiguration::isRead)
                .forEach(key -> properties.resolveProperty(key).ifPresent(value -> given.put(key, value)));
        return new SettingsReader(SettingsSources.of(given, "properties of the application", System.getenv()), Clock.systemDefaultZone()).settings();
    }

    private static boolean isRead(String key) {
        return READ.contains(key.split("\\.", 2)[0]) || key.equals(DIRECTORY);
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

    private static DataSource only(Map<String, DataSource> all) {
        if (all.size() != 1) {
            throw new StartException("The routes of pvroute do not start: the application has " + (all.isEmpty() ? "no data source"
                    : "several data sources (" + String.join(", ", all.keySet()) + ")") + ". Name the one with the tables of pvroute as the property "
                    + "dataSource of PvrouteConfiguration, such as camel.beans.pvroute.dataSource = #bean:name.");
        }
        return all.values().iterator().next();
    }

    /** The statements of the routes name no data source: that of the component is theirs. */
    private void useForStatements(CamelContext context) {
        var sql = context.getComponent("sql", SqlComponent.class);
        if (sql.getDataSource() != null && sql.getDataSource() != dataSource) {
            throw new StartException("The routes of pvroute do not start: their statements would go to the data source of the component sql, which is "
                    + "another than the " + database + ". Name the other one at the endpoints that need it, or run pvroute as a program of its own.");
        }
        sql.setDataSource(dataSource);
    }

    /** What is done when the application starts and stops. */
    private final class Life extends LifecycleStrategySupport {

        private final Settings settings;

        Life(Settings settings) {
            this.settings = settings;
        }

        @Override
        public void onContextStarting(CamelContext context) {
            var store = context.getRegistry().lookupByNameAndType("CopyUpsertProcessor", CopyUpsertProcessor.class);
            if (store != null) {
                store.setDataSource(dataSource);
            }
        }

        @Override
        public void onContextStarted(CamelContext context) {
            context.getExecutorServiceManager().newSingleThreadExecutor(this, "pvroute-sites").execute(this::writeSites);
        }

        private void writeSites() {
            try {
                new DatabaseWait(dataSource, database).through(() -> {
                    new Sites(dataSource).write(settings.sites(), settings.archive().zone());
                    return null;
                });
            } catch (StartException | SQLException e) {
                if (!Thread.currentThread().isInterrupted()) {
                    LOG.error("{} The sites are as they were there before; they are written at the next start.", e.getMessage());
                }
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
