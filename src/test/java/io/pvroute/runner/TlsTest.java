package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.pvroute.OwnAuthority;
import io.pvroute.TestDatabase;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** Who is at the other end is made sure of: of a logger with https, and of PostgreSQL. The certificates are made here. */
class TlsTest {

    private static final String VERIFIED = "&sslmode=verify-full&sslrootcert=";

    private final Clock clock = Clock.systemUTC();
    private final Simulator simulator = new Simulator(Plant.demo(clock), clock);
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<HttpsServer> doors = new ArrayList<>();
    private OwnAuthority authority;

    @TempDir
    private Path folder;

    @BeforeEach
    void plugIn() {
        simulator.start(0);
        authority = new OwnAuthority(folder);
    }

    @AfterEach
    void end() {
        doors.forEach(door -> door.stop(0));
        simulator.close();
    }

    @Test
    void anHttpsLoggerIsReadWhereItsCertificateIsTrustedAndForItsHost() throws Exception {
        try (var database = new TestDatabase()) {
            // Given loggers with certificates that are as they should be, and some that are not
            OwnAuthority.Issued itself = authority.selfSigned("itself", "ip:127.0.0.1");
            Path certificates = Files.writeString(folder.resolve("loggers.pem"), "# our own\n" + Files.readString(authority.certificate())
                    + "# of a logger that has signed its own\n" + Files.readString(itself.certificate()));
            Map<String, String> settings = Map.of("db.url", database.url(), "logger.certificates", certificates.toString(), "archive.pause", "0s",
                    "archive.since", "1d", "observe.port", "off", "page.port", "off",
                    "site.issued", door(authority.issue("issued", "ip:127.0.0.1")),
                    "site.itself", door(itself),
                    "site.stranger", door(authority.selfSigned("stranger", "ip:127.0.0.1")),
                    "site.elsewhere", door(authority.issue("elsewhere", "dns:elsewhere.test")));
            var sql = new JdbcTemplate(database.dataSource());

            // When they are read
            try (Runner runner = runner(settings)) {
                runner.openDatabase();
                runner.startRoutes();
                await().atMost(Duration.ofSeconds(60)).until(() -> sql.queryForObject("""
                        SELECT count(*) = 4 FROM pv_site AS s
                         WHERE s.down_since IS NOT NULL OR EXISTS (SELECT FROM pv_archive AS a WHERE a.site = s.site)""", Boolean.class));
            }

            // Then the first two are, and of the others is told what to do
            assertThat(sql.queryForList("SELECT DISTINCT site FROM pv_archive ORDER BY site", String.class)).containsExactly("issued", "itself");
            assertThat(error(sql, "stranger")).startsWith("no secure connection: its certificate is not trusted; name the file of it")
                    .endsWith("in logger.certificates");
            assertThat(error(sql, "elsewhere")).startsWith("no secure connection (").contains("<127.0.0.1>", "the certificate is that of another host");

            // And check says the same
            Path config = Files.writeString(folder.resolve("application.properties"), "");
            Files.writeString(config, settings.entrySet().stream().map(e -> e.getKey() + " = " + e.getValue() + "\n").reduce("", String::concat));
            String check = Typed.command("check", "--config", config.toString()).out();
            assertThat(check).containsPattern("issued +answers +https://").containsPattern("itself +answers +https://")
                    .contains("stranger, answers: No secure connection: ", "elsewhere, answers: No secure connection (");
        }
    }

    @Test
    void aFileWithoutCertificatesStopsTheStart() throws Exception {
        Path key = authority.issue("logger", "ip:127.0.0.1").key();
        Path empty = Files.createFile(folder.resolve("empty.pem"));

        for (String file : List.of(key.toString(), empty.toString(), folder.resolve("nowhere.pem").toString())) {
            assertThatThrownBy(() -> Settings.load(null, Map.of("LOGGER_CERTIFICATES", file), Map.of())).isInstanceOf(SettingsException.class)
                    .hasMessageContaining("logger.certificates = " + file).hasMessageContaining("expected a file in PEM");
        }
    }

    @Test
    void theDatabaseIsReachedOverTlsAloneAndMadeSureOf() throws Exception {
        try (var server = new OwnServer(folder)) {
            // Given a server with a certificate of our own authority
            server.secure(authority.issue("server", "ip:127.0.0.1"));
            Map<String, String> settings = new HashMap<>(Map.of("db.url", server.url() + VERIFIED + authority.certificate(), "site.home", simulator.url(),
                    "archive.since", "1d", "observe.port", "off", "page.port", "off"));

            // Then a runner works on it, and every connection of it is encrypted
            try (Runner runner = runner(settings)) {
                runner.openDatabase();
                runner.startRoutes();
                var sql = new JdbcTemplate(runner.dataSource());
                await().atMost(Duration.ofSeconds(60)).until(() -> sql.queryForObject("SELECT count(*) > 0 FROM pv_archive", Boolean.class));
                assertThat(sql.queryForList("SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'pvroute'",
                        Boolean.class)).containsExactly(true);
                assertThat(runner.psql()).contains("sslmode=verify-full", "sslrootcert=" + authority.certificate());
            }

            // And it does not start where the server is not the one that is meant, or nobody can tell
            Path other = new OwnAuthority(Files.createDirectory(folder.resolve("other"))).certificate();
            refused(settings, server.url() + VERIFIED + other, "PKIX");
            refused(settings, server.url().replace("127.0.0.1", "localhost") + VERIFIED + authority.certificate(), "localhost");
            refused(settings, server.url() + VERIFIED + folder.resolve("nowhere.pem"), "nowhere.pem");
        }
    }

    private static void refused(Map<String, String> settings, String url, String because) {
        settings.put("db.url", url);
        try (Runner runner = runner(settings)) {
            assertThatThrownBy(runner::openDatabase).isInstanceOf(StartException.class)
                    .hasMessageContaining(because).hasMessageContaining("Look at the host and at sslrootcert in db.url").hasMessageNotContaining("password=pv");
        }
    }

    private static Runner runner(Map<String, String> settings) {
        return new Runner(Settings.load(null, Map.of(), settings));
    }

    private static String error(JdbcTemplate sql, String site) {
        return sql.queryForObject("SELECT error FROM pv_site WHERE site = ?", String.class, site);
    }

    /** The simulator behind TLS. */
    private String door(OwnAuthority.Issued issued) throws IOException {
        HttpsServer door = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        door.setHttpsConfigurator(new HttpsConfigurator(issued.tls()));
        door.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "door");
            thread.setDaemon(true);
            return thread;
        }));
        door.createContext("/", exchange -> {
            try (exchange) {
                HttpResponse<byte[]> answer = http.send(HttpRequest.newBuilder(URI.create(simulator.url() + exchange.getRequestURI())).build(), BodyHandlers.ofByteArray());
                exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
                exchange.getResponseBody().write(answer.body());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        door.start();
        doors.add(door);
        return "https://127.0.0.1:" + door.getAddress().getPort();
    }
}
