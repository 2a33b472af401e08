package io.pvroute.elsewhere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.pvroute.TestDatabase;
import io.pvroute.copyupsert.UpsertDataException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.Driver;
import org.springframework.jdbc.core.JdbcTemplate;

/** The Kamelet as the jar brings it, in routes and in a Pipe as somebody would write them. */
class KameletTest {

    /** With all that has a meaning in a URI. */
    private static final String PASSWORD = "p%41&b+c d?e=f#ä'\"";

    private static final String CONNECTIONS = """
            SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'postgresql-copy-upsert-sink'""";

    private static TestDatabase database;
    private static JdbcTemplate sql;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Properties properties = new Properties();

    @BeforeAll
    static void open() {
        database = new TestDatabase();
        sql = new JdbcTemplate(database.dataSource());
    }

    @AfterAll
    static void drop() {
        database.close();
    }

    @BeforeEach
    void tables() {
        database.execute("""
                DROP SCHEMA IF EXISTS plant CASCADE;
                CREATE SCHEMA plant;
                CREATE TABLE plant.reading (sensor text, ts timestamptz, watts double precision, PRIMARY KEY (sensor, ts));
                CREATE TABLE plant.bill (number integer PRIMARY KEY, amount numeric, payer text)""");
        Properties url = Driver.parseURL(database.url(), null);
        given("serverName", url.getProperty("PGHOST"));
        given("serverPort", url.getProperty("PGPORT"));
        given("databaseName", url.getProperty("PGDBNAME"));
        given("username", url.getProperty("user"));
        properties.put("plant.user", url.getProperty("user"));
        given("password", url.getProperty("password", PASSWORD));
        context.getPropertiesComponent().setInitialProperties(properties);
    }

    /** A property of the Kamelet, wherever it is used. */
    private void given(String property, String value) {
        properties.put("camel.kamelet.postgresql-copy-upsert-sink." + property, value);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void storesWhatIsSentInTwoTablesByOneKameletUsedTwice() throws Exception {
        // given
        start(use("readings", "table: plant.reading"), use("bills", "table: plant.bill, columns: 'number,amount', nulls: keep, username: '{{plant.user}}'"));

        // when
        try (ProducerTemplate template = context.createProducerTemplate()) {
            template.sendBody("direct:readings", """
                    [{"sensor": "roof", "ts": "2026-06-01T10:00:00Z", "watts": 1.5}, {"sensor": "barn", "ts": "2026-06-01T10:00:00Z", "watts": null}]""");
            template.sendBody("direct:bills", new ByteArrayInputStream("""
                    {"number": 7, "amount": 12345678901234567890.12, "payer": "not among the columns"}""".getBytes(StandardCharsets.UTF_8)));
            template.sendBody("direct:bills", List.of(Map.of("number", 8, "amount", "0.30")));
            Object inserted = template.request("direct:bills", exchange -> exchange.getMessage().setBody("{\"number\": 8, \"amount\": null}".getBytes()))
                    .getMessage().getHeader("CamelCopyUpsertUnchanged");

            // then
            assertThat(inserted).isEqualTo(1L);
        }
        assertThat(sql.queryForList("SELECT sensor || ' ' || coalesce(watts::text, 'null') FROM plant.reading ORDER BY 1", String.class))
                .containsExactly("barn null", "roof 1.5");
        assertThat(sql.queryForList("SELECT number || ' ' || amount || ' ' || coalesce(payer, 'null') FROM plant.bill ORDER BY 1", String.class))
                .containsExactly("7 12345678901234567890.12 null", "8 0.30 null");
    }

    @Test
    void theModeIsKept() throws Exception {
        start(use("bills", "table: plant.bill, mode: insert, batchSize: 1"));
        sql.update("INSERT INTO plant.bill VALUES (1, 1.00, 'stored')");

        try (ProducerTemplate template = context.createProducerTemplate()) {
            template.sendBody("direct:bills", "[{\"number\": 1, \"payer\": \"sent\"}, {\"number\": 2, \"payer\": \"sent\"}]");
        }

        assertThat(sql.queryForList("SELECT number || ' ' || payer FROM plant.bill ORDER BY 1", String.class)).containsExactly("1 stored", "2 sent");
    }

    @Test
    void aRowThatDoesNotFitIsToldToTheRouteThatSentIt() throws Exception {
        start(use("bills", "table: plant.bill"));

        try (ProducerTemplate template = context.createProducerTemplate()) {
            assertThatThrownBy(() -> template.sendBody("direct:bills", "{\"number\": \"seven\"}"))
                    .isInstanceOf(CamelExecutionException.class).rootCause().isInstanceOf(UpsertDataException.class).hasMessageContaining("seven");
        }
    }

    /** A server that lets nobody in and tells what it was told. */
    @Test
    void thePasswordArrivesAsItIs() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // given
            given("serverName", "127.0.0.1");
            given("serverPort", String.valueOf(server.getLocalPort()));
            given("password", PASSWORD);
            CompletableFuture<String> password = CompletableFuture.supplyAsync(() -> passwordTold(server));
            start(use("readings", "table: plant.reading, sslMode: disable"));

            // when
            try (ProducerTemplate template = context.createProducerTemplate()) {
                assertThatThrownBy(() -> template.sendBody("direct:readings", "{\"sensor\": \"roof\", \"ts\": \"2026-06-01T10:00:00Z\"}"))
                        .isInstanceOf(CamelExecutionException.class);
            }

            // then
            assertThat(password.get(10, TimeUnit.SECONDS)).isEqualTo(PASSWORD);
        }
    }

    @Test
    void itsConnectionsEndWithTheRoutes() throws Exception {
        start(use("readings", "table: plant.reading"));
        try (ProducerTemplate template = context.createProducerTemplate()) {
            template.sendBody("direct:readings", "{\"sensor\": \"roof\", \"ts\": \"2026-06-01T10:00:00Z\"}");
        }
        assertThat(sql.queryForObject(CONNECTIONS, Integer.class)).isPositive();

        context.stop();

        await().untilAsserted(() -> assertThat(sql.queryForObject(CONNECTIONS, Integer.class)).isZero());
    }

    /** The protocol of PostgreSQL up to the refusal: start, request for the password in clear, password, error 28P01. */
    private static String passwordTold(ServerSocket server) {
        try (Socket client = server.accept(); var in = new DataInputStream(client.getInputStream()); var out = new DataOutputStream(client.getOutputStream())) {
            in.readNBytes(in.readInt() - 4);
            out.writeByte('R');
            out.writeInt(8);
            out.writeInt(3);
            in.readByte();
            byte[] password = in.readNBytes(in.readInt() - 4);
            byte[] error = "SFATAL\0C28P01\0Mnobody is let in\0\0".getBytes(StandardCharsets.US_ASCII);
            out.writeByte('E');
            out.writeInt(4 + error.length);
            out.write(error);
            return new String(password, 0, password.length - 1, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theExampleOfAPipeBringsTheReadingsOfAGatewayIntoATable() throws Exception {
        var gateway = new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
        gateway.start();
        try {
            // given
            gateway.stubFor(WireMock.get("/readings").willReturn(WireMock.okJson(
                    "[{\"sensor\": \"roof\", \"ts\": \"2026-06-01T10:00:00Z\", \"watts\": 1.5}]")));
            String pipe = Files.readString(Path.of("kamelets/examples/gateway-readings-pipe.yaml"));
            assertThat(pipe).contains("http://192.168.1.30/");

            // when
            PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("gateway-readings-pipe.yaml",
                    pipe.replace("http://192.168.1.30/", "http://127.0.0.1:" + gateway.port() + "/")));
            context.start();

            // then
            await().untilAsserted(() -> assertThat(sql.queryForObject("SELECT count(*) FROM plant.reading WHERE watts = 1.5", Integer.class)).isOne());
        } finally {
            gateway.stop();
        }
    }

    private void start(String... routes) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("uses.camel.yaml", String.join("", routes)));
        context.start();
    }

    /** A route that sends what it gets to the Kamelet. */
    private static String use(String name, String properties) {
        return """
                - route:
                    id: %s
                    from:
                      uri: direct:%1$s
                      steps:
                        - to:
                            uri: kamelet:postgresql-copy-upsert-sink
                            parameters: {%s}
                """.formatted(name, properties);
    }
}
