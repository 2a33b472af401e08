package io.pvroute.bench;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** {@code pvroute run} with one site and settings as shipped but for the pause, started again and again on the same database. */
final class SmallRunner {

    private static final Duration LOOK_EVERY = Duration.ofMillis(10);
    /** After the history is read, until what is measured is the rest. */
    private static final Duration SETTLE = Duration.ofSeconds(30);

    private final Server server;
    private final List<String> java = new ArrayList<>();
    private final Path jar;
    private final Path folder;
    private final int port = freePort();
    private final HttpClient http = HttpClient.newHttpClient();
    private long started;

    /**
     * @param megabytes        resident at the end
     * @param highestMegabytes resident at any time
     * @param percent          of one core
     */
    record Idle(double megabytes, double highestMegabytes, double percent) {}

    SmallRunner(Server server, String logger, Path jar, List<String> javaOptions) throws IOException {
        this.server = server;
        this.folder = Files.createDirectory(server.folder().resolve("small"));
        this.jar = jar.toAbsolutePath();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.addAll(javaOptions);
        Files.writeString(folder.resolve("application.properties"), """
                site.small = %s
                site.small.since = 365d
                archive.pause = 0s
                observe.port = %d
                db.url = %s
                """.formatted(logger, port, server.jdbcUrl()));
    }

    void migrate() throws IOException, InterruptedException {
        try (Program program = program("migrate")) {
            program.awaitSuccess();
        }
    }

    /** Makes a class data sharing archive by a start of its own, as docs/operating.md says it, and starts with it from now on. */
    void shareClasses() throws IOException, InterruptedException {
        String archive = folder.resolve("pvroute.jsa").toString();
        java.add("-XX:ArchiveClassesAtExit=" + archive);
        try (Program program = start()) {
            awaitReady(program);
        }
        if (Files.notExists(Path.of(archive))) {
            throw new BenchException("Java made no archive of classes.");
        }
        java.set(java.size() - 1, "-XX:SharedArchiveFile=" + archive);
    }

    Program start() throws IOException {
        started = System.nanoTime();
        return program("run");
    }

    /**
     * @param seconds    from its start until {@code /observe/health/ready} says so
     * @param cpuSeconds that it has computed until then, which other work on the machine does not change much
     */
    record Ready(double seconds, double cpuSeconds) {}

    Ready awaitReady(Program program) {
        HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/observe/health/ready")).timeout(Duration.ofSeconds(5)).build();
        await().atMost(Duration.ofMinutes(2)).pollInSameThread().pollDelay(Duration.ZERO).pollInterval(LOOK_EVERY).ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            program.requireAlive();
            return http.send(ready, BodyHandlers.discarding()).statusCode() == 200;
        });
        return new Ready((System.nanoTime() - started) / 1e9, program.handle().info().totalCpuDuration().orElseThrow().toMillis() / 1e3);
    }

    void awaitHistory(Program program) {
        await().atMost(Duration.ofMinutes(30)).pollInterval(Duration.ofSeconds(1)).until(() -> {
            program.requireAlive();
            return server.number("""
                    SELECT (count(*) FILTER (WHERE w.state IN ('open', 'loaded')) = count(*))::integer
                      FROM pv_site AS s
                     CROSS JOIN generate_series(pv_window_start(s.since), now(), interval '384 hours') AS g(starts_at)
                      LEFT JOIN pv_window AS w ON w.site = s.site AND w.starts_at = g.starts_at""") == 1;
        });
    }

    /** What it holds and does when there is nothing to do but to look whether there is, and to read today once a period. */
    Idle watch(Program program, int seconds) throws IOException, InterruptedException {
        Thread.sleep(SETTLE.toMillis());
        ProcessHandle process = program.handle();
        Duration before = process.info().totalCpuDuration().orElseThrow();
        long began = System.nanoTime();
        Thread.sleep(seconds * 1000L);
        Duration cpu = process.info().totalCpuDuration().orElseThrow().minus(before);
        return new Idle(megabytes(process, "VmRSS"), megabytes(process, "VmHWM"), 100.0 * cpu.toNanos() / (System.nanoTime() - began));
    }

    private static double megabytes(ProcessHandle process, String name) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
            String kibibytes = lines.filter(line -> line.startsWith(name + ":")).findFirst().orElseThrow().replaceAll("\\D", "");
            return Long.parseLong(kibibytes) * 1024 / 1e6;
        }
    }

    private Program program(String command) throws IOException {
        List<String> words = new ArrayList<>(java);
        words.addAll(List.of("-jar", jar.toString(), command));
        return new Program(folder, words, line -> { });
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
