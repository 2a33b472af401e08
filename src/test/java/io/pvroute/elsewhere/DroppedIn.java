package io.pvroute.elsewhere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.pvroute.TestDatabase;
import io.pvroute.runner.Schema;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The project {@code src/it/dropped-in}, an application of somebody else with the routes of pvroute in it: it has the dependencies that
 * docs/deploying.md lists and no others, and they are enough. Called by its postbuild.groovy.
 */
public final class DroppedIn {

    /** Of the program alone. */
    private static final List<String> OF_THE_RUNNER = List.of("com.zaxxer:", "org.flywaydb:", "io.zonky.test", "info.picocli:",
            "org.apache.logging.log4j:", "me.tongfei:", "com.github.freva:", "org.apache.commons:commons-compress");

    private DroppedIn() {}

    public static void verify(File project) throws Exception {
        itHasWhatTheGuideLists(project.toPath());
        var clock = Clock.systemUTC();
        try (var database = new TestDatabase(); var simulator = new Simulator(Plant.demo(clock), clock).start(0)) {
            Schema.upgrade(database.dataSource());
            itReads(project.toPath(), simulator, database);
        }
    }

    private static void itHasWhatTheGuideLists(Path project) throws IOException {
        DependencyTree tree = DependencyTree.of(project);
        assertThat(tree.direct()).containsExactlyInAnyOrderElementsOf(listed(project.resolve("../../../docs/deploying.md")));
        assertThat(tree.all()).noneMatch(name -> OF_THE_RUNNER.stream().anyMatch(name::startsWith));
    }

    /** The first row of the table of what an application provides. */
    private static List<String> listed(Path guide) throws IOException {
        String row = Files.readString(guide).lines().filter(line -> line.startsWith("| the jar |")).findFirst().orElseThrow();
        var ofCamel = Pattern.compile("of Camel, in its version: ([^;]+);").matcher(row);
        assertThat(ofCamel.find()).as(row).isTrue();
        List<String> listed = new ArrayList<>(Stream.of(ofCamel.group(1).replaceAll(" \\([^)]*\\)", "").split(", "))
                .map("org.apache.camel:camel-"::concat).toList());
        Pattern.compile("`([a-z.]+:[a-z-]+)`").matcher(row).results().map(found -> found.group(1)).forEach(listed::add);
        return listed;
    }

    private static void itReads(Path project, Simulator logger, TestDatabase database) throws Exception {
        String port = freePort();
        write(project.resolve("here.properties"), "plant.url", database.url(), "plant.port", port, "site.roof", logger.url());
        Path told = project.resolve("target/told.txt");
        String classPath = "target/classes" + File.pathSeparator + Files.readString(project.resolve("target/classpath.txt")).strip();
        Process application = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", classPath, "com.example.PlantApplication")
                .directory(project.toFile()).redirectErrorStream(true).redirectOutput(told.toFile()).start();
        try {
            var sql = new JdbcTemplate(database.dataSource());
            await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(100))
                    .failFast(() -> assertThat(application.isAlive()).as(text(told)).isTrue())
                    .untilAsserted(() -> itHasRead(sql, told));
            assertThat(get(port, "/page/uplot.js")).contains("uPlot");
            assertThat(get(port, "/api/sites")).contains("\"roof\"");

            application.getOutputStream().close();
            assertThat(application.waitFor(30, TimeUnit.SECONDS)).as(text(told)).isTrue();
            assertThat(application.exitValue()).as(text(told)).isZero();
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_site WHERE lease IS NOT NULL", Integer.class)).isZero();
        } finally {
            application.destroyForcibly();
        }
    }

    /** The newest window, a name that the logger writes in HTML, and a reading with its text. */
    private static void itHasRead(JdbcTemplate sql, Path told) {
        assertThat(sql.queryForList("""
                SELECT error FROM pv_window WHERE error IS NOT NULL
                UNION ALL SELECT error FROM pv_site WHERE error IS NOT NULL
                UNION ALL SELECT request || ': ' || error FROM pv_reading WHERE error IS NOT NULL""", String.class)).as(text(told)).isEmpty();
        assertThat(sql.queryForObject("SELECT count(*) FROM pv_archive WHERE site = 'roof'", Integer.class)).as(text(told)).isGreaterThan(100);
        assertThat(sql.queryForObject("SELECT count(*) FROM pv_window WHERE loaded_through IS NOT NULL", Integer.class)).isPositive();
        assertThat(sql.queryForList("SELECT name FROM pv_device WHERE name IS NOT NULL", String.class)).as(text(told)).containsExactly("Symo");
        assertThat(sql.queryForList("SELECT DISTINCT mode FROM pv_power_flow", String.class)).as(text(told)).containsExactly("meter");
        assertThat(sql.queryForObject("SELECT zone || ' ' || source FROM pv_site", String.class)).isEqualTo("Europe/Vienna config");
    }

    private static void write(Path file, String... namesAndValues) throws IOException {
        var properties = new Properties();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.setProperty(namesAndValues[i], namesAndValues[i + 1]);
        }
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
    }

    private static String get(String port, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private static String freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return String.valueOf(socket.getLocalPort());
        }
    }

    private static String text(Path told) {
        try {
            return Files.readString(told);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
