package io.pvroute.copyupsert;

import static io.pvroute.copyupsert.Upserts.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.sql.DataSource;
import javax.tools.ToolProvider;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.SimpleMain;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/copy-upsert.md, as they stand there. */
class GuideTest {

    private static final String BODY = "[{\"sensor\": \"a\", \"ts\": \"2024-05-01T12:00:00Z\", \"value\": 1.5},"
            + " {\"sensor\": \"a\", \"ts\": \"2024-05-01T12:05:00Z\", \"value\": null}]";
    private static Upserts upserts;

    @BeforeAll
    static void open() {
        upserts = new Upserts();
    }

    @AfterAll
    static void close() {
        upserts.close();
    }

    @BeforeEach
    void createTable() {
        upserts.execute("DROP SCHEMA IF EXISTS plant CASCADE");
        upserts.execute("CREATE SCHEMA plant");
        upserts.execute("CREATE TABLE plant.reading (sensor text, ts timestamptz, value float8, PRIMARY KEY (sensor, ts))");
        upserts.execute("INSERT INTO plant.reading VALUES ('a', '2024-05-01T12:05:00Z', 3)");
    }

    @Test
    void theRouteInYaml() throws Exception {
        try (var context = new DefaultCamelContext()) {
            context.getRegistry().bind("dataSource", DataSource.class, upserts.database.dataSource());
            Resource resource = ResourceHelper.fromBytes("readings.camel.yaml", example("yaml").getBytes(StandardCharsets.UTF_8));
            PluginHelper.getRoutesLoader(context).loadRoutes(resource);
            context.start();

            assertStores(context, new Counts(1, 0, 1, 0, 0)); // nulls=keep: 3 stays, and is the same
        }
    }

    @Test
    void theBeanInProperties() throws Exception {
        var properties = new Properties();
        properties.load(new ByteArrayInputStream(example("properties").getBytes(StandardCharsets.UTF_8)));
        try (var context = new DefaultCamelContext()) {
            context.getRegistry().bind("dataSource", DataSource.class, upserts.database.dataSource());
            var main = new SimpleMain(context);
            main.setOverrideProperties(properties);
            main.configure().setAutoConfigurationEnabled(true);
            main.start();
            try {
                var processor = context.getRegistry().lookupByNameAndType("storeReadings", CopyUpsertProcessor.class);
                Exchange exchange = upserts.exchange(row("sensor", "a", "ts", "2024-05-01T12:05:00Z", "value", null));
                processor.setDataSource(upserts.database.dataSource());
                processor.process(exchange);
                assertThat(Upserts.counts(exchange)).isEqualTo(new Counts(0, 0, 1, 0, 0));
            } finally {
                main.stop();
            }
        }
    }

    @Test
    void theRouteInJava(@TempDir Path directory) throws Exception {
        Path source = Files.writeString(directory.resolve("Readings.java"), example("java"));
        int compiled = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", directory.toString(), "-cp",
                System.getProperty("java.class.path"), source.toString());
        assertThat(compiled).isZero();
        try (var loader = new URLClassLoader(new URL[] {directory.toUri().toURL()}, getClass().getClassLoader());
                var context = new DefaultCamelContext()) {
            context.getRegistry().bind("dataSource", DataSource.class, upserts.database.dataSource());
            context.addRoutes((RoutesBuilder) loader.loadClass("Readings").getConstructor().newInstance());
            context.start();

            assertStores(context, new Counts(1, 1, 0, 0, 0)); // NULL overwrites 3
        }
    }

    @Test
    void everySettingAndHeaderIsInTheReference() throws Exception {
        String guide = Files.readString(Path.of("docs/copy-upsert.md"));

        for (var field : CopyUpsertProcessor.class.getFields()) {
            assertThat(guide).contains("`" + (String) field.get(null) + '`');
        }
        for (var method : CopyUpsertProcessor.class.getMethods()) {
            if (method.getName().startsWith("set")) {
                assertThat(guide).contains("`" + Character.toLowerCase(method.getName().charAt(3)) + method.getName().substring(4) + '`');
            }
        }
    }

    private static void assertStores(CamelContext context, Counts counts) {
        Exchange stored = context.createFluentProducerTemplate().withBody(BODY).to("direct:readings").send();

        assertThat(stored.getException()).isNull();
        assertThat(Upserts.counts(stored)).isEqualTo(counts);
        assertThat(upserts.one("SELECT value FROM plant.reading WHERE ts = '2024-05-01T12:00:00Z'")).isEqualTo("1.5");
    }

    private static String example(String language) throws Exception {
        String guide = Files.readString(Path.of("docs/copy-upsert.md"));
        Matcher block = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(guide);
        assertThat(block.find()).as("an example in " + language).isTrue();
        return block.group(1);
    }
}
