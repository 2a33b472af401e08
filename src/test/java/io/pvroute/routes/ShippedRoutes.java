package io.pvroute.routes;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Properties;

import javax.sql.DataSource;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.pvroute.TestDatabase;
import io.pvroute.runner.TestSettings;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.spi.Registry;
import org.apache.camel.test.junit5.CamelContextConfiguration;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.apache.camel.test.main.junit5.CamelMainTestSupport;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.springframework.jdbc.core.JdbcTemplate;

/** The routes as shipped, against a logger that a test writes and a database of its own. The routes start with {@link #collect}. */
abstract class ShippedRoutes extends CamelMainTestSupport {

    protected final WireMockServer logger = new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
    private final TestDatabase database = new TestDatabase();
    protected final JdbcTemplate sql = new JdbcTemplate(database.dataSource());

    ShippedRoutes() {
        Flyway.configure().dataSource(database.dataSource()).load().migrate();
        logger.start();
    }

    @Override
    public void configureTest(TestExecutionConfiguration configuration) {
        super.configureTest(configuration);
        configuration.withUseAdviceWith(true);       // starts when the test says so
    }

    @Override
    public void configureContext(CamelContextConfiguration configuration) {
        super.configureContext(configuration);
        configuration.withUseOverridePropertiesWithPropertiesComponent(settings());
    }

    /** Settings that differ from the shipped ones. */
    protected Map<String, String> differing() {
        return Map.of();
    }

    private Properties settings() {
        var properties = new Properties();
        properties.putAll(TestSettings.properties(differing()));
        properties.put("routes.location", "file:routes");
        return properties;
    }

    @Override
    protected void configure(MainConfigurationProperties configuration) {
        configuration.withRoutesIncludePattern("file:routes/*.camel.yaml");
    }

    @Override
    protected String getPropertyPlaceholderLocations() {
        return "file:src/test/resources/none.properties;optional=true";
    }

    @Override
    protected void bindToRegistry(Registry registry) {
        registry.bind("dataSource", DataSource.class, dataSource(database));
    }

    /** What the routes work with. */
    protected DataSource dataSource(TestDatabase database) {
        return database.dataSource();
    }

    protected String url() {
        return "http://127.0.0.1:" + logger.port();
    }

    protected void site(String site, String since) {
        sql.update("INSERT INTO pv_site (site, url, zone, since) VALUES (?, ?, 'Europe/Vienna', ?::timestamptz)", site, url(), since);
    }

    protected static String yesterday() {
        return Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofHours(1)).toString();
    }

    protected static String start() {
        return Instant.now().truncatedTo(ChronoUnit.DAYS).toString().replace("Z", "+00:00");
    }

    /** Two samples of an inverter, before now. */
    protected static String node() {
        return """
                {"inverter/1":{"Start":"%s","Data":{"PowerReal_PAC_Sum":{"Unit":"W","Values":{"0":1,"10":2.5}}}}}""".formatted(start());
    }

    protected static String answer(String data) {
        return "{\"Head\":{\"Status\":{\"Code\":0}},\"Body\":{\"Data\":" + data + "}}";
    }

    @AfterEach
    void end() {
        context.stop();
        logger.stop();
        database.close();
    }
}
