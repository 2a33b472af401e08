package io.pvroute.runner;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.pvroute.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** {@code pvroute run} as a program of its own, as an operator starts it. */
class RunTest {

    @TempDir
    private Path folder;

    private final WireMockServer logger = new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
    private final TestDatabase database = new TestDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(database.dataSource());
    private Process program;

    @BeforeEach
    void startTheLogger() {
        logger.start();
    }

    @AfterEach
    void end() throws InterruptedException {
        if (program != null) {
            program.destroy();
            if (!program.waitFor(30, TimeUnit.SECONDS)) {
                program.destroyForcibly().waitFor();
            }
        }
        logger.stop();
        database.close();
    }

    @Test
    void aVariableIsReadAsTheLineInTheFileIs() throws IOException {
        // Given a logger that is out of order
        logger.stubFor(any(anyUrl()).willReturn(serverError()));

        // When the program starts with settings in the environment, in spellings that neither Camel nor PostgreSQL knows
        run(Map.of("ARCHIVE_TIMEOUT", "PT30S", "ARCHIVE_CONNECT_TIMEOUT", "5s", "ARCHIVE_MAX_ANSWER", "2MiB", "ARCHIVE_SINCE", "auto",
                "ARCHIVE_PERIOD", "1h30m", "ARCHIVE_PAUSE", "1m500ms", "ARCHIVE_TICK", "100ms"));

        // Then it runs, and they count: the logger is asked again after the period
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().failFast(() -> assertThat(program.isAlive()).as(told()).isTrue())
                .until(() -> sql.queryForObject("SELECT count(*) FROM pv_site WHERE error LIKE '%500%'", Integer.class) == 1);
        assertThat(sql.queryForObject("SELECT next_request_at - down_since = interval '90 minutes' FROM pv_site", Boolean.class)).isTrue();
    }

    private void run(Map<String, String> environment) throws IOException {
        var builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Main.class.getName(), "run", "--routes", Path.of("routes").toAbsolutePath().toString());
        builder.environment().putAll(environment);
        builder.environment().put("OBSERVE_PORT", "off");
        builder.environment().put("REALTIME_PERIOD", "0s");
        builder.environment().put("SITE_HOME", "http://127.0.0.1:" + logger.port());
        builder.environment().put("DB_URL", database.url());
        program = builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output().toFile()).start();
    }

    private Path output() {
        return folder.resolve("output");
    }

    private String told() {
        try {
            return Files.readString(output());
        } catch (IOException e) {
            return e.toString();
        }
    }
}
