package io.pvroute.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** One of the runners of a fleet, as {@code java -jar target/pvroute.jar run} starts it, on a database that others share. */
final class FleetRunner implements AutoCloseable {

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = freePort();
    private final Program program;
    private final String name;
    private UUID id;
    private boolean killed;
    private double cpuSeconds;
    private double windows;
    private double highestMegabytes;

    FleetRunner(String name, Path folder, List<String> java, Path jar, List<String> settings) throws IOException {
        this.name = name;
        Path own = Files.createDirectory(folder.resolve(name));
        List<String> lines = new ArrayList<>(settings);
        lines.add("observe.port = " + port);
        Files.write(own.resolve("application.properties"), lines);
        List<String> words = new ArrayList<>(java);
        words.addAll(List.of("-jar", jar.toAbsolutePath().toString(), "run"));
        program = new Program(own, words, line -> { });
    }

    String name() {
        return name;
    }

    /** As {@code pv_site.leased_by} has it. */
    UUID id() {
        return id;
    }

    void isKnownAs(UUID runner) {
        id = runner;
    }

    void requireAlive() throws InterruptedException {
        if (!killed) {
            program.requireAlive();
        }
    }

    boolean isKilled() {
        return killed;
    }

    /** SIGKILL: it has no time to give anything back. {@link #look()} has been called just before. */
    void kill() {
        program.handle().destroyForcibly();
        killed = true;
    }

    /** Brings the figures below up to now; of one that was killed they stay as they were. */
    void look() throws IOException, InterruptedException {
        if (killed) {
            return;
        }
        cpuSeconds = ProcessFigures.cpuSeconds(program.handle());
        highestMegabytes = ProcessFigures.highestMegabytes(program.handle());
        String metrics = http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/observe/metrics")).build(), BodyHandlers.ofString()).body();
        windows = metrics.lines().filter(line -> line.startsWith("pvroute_windows_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ')))).sum();
    }

    /** Seconds that it has computed. */
    double cpuSeconds() {
        return cpuSeconds;
    }

    /** Windows that it has read. */
    double windows() {
        return windows;
    }

    /** The most that it has ever had resident, in MB. */
    double highestMegabytes() {
        return highestMegabytes;
    }

    /** What it has resident now, in MB; 0 after it was killed. */
    double residentMegabytes() throws IOException {
        return killed ? 0 : ProcessFigures.residentMegabytes(program.handle());
    }

    @Override
    public void close() throws InterruptedException {
        program.close();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
