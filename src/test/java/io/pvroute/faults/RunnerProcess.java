package io.pvroute.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code pvroute run} as a process, again and again; each start has a log of its own. */
final class RunnerProcess implements AutoCloseable {

    private static final Pattern LIVE_BYTES = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final int LAST_LINES = 5;
    private static final int WARM = 3;

    private final String name;
    private final Path folder;
    private final List<String> ended = new ArrayList<>();
    private Process process;
    private int starts;
    private boolean frozen;
    private OptionalLong earlyHeap = OptionalLong.empty();

    /** @param folder where its {@code application.properties} is */
    RunnerProcess(String name, Path folder) {
        this.name = name;
        this.folder = folder;
    }

    String name() {
        return name;
    }

    synchronized void start() throws IOException {
        if (process != null && process.isAlive()) {
            return;
        }
        starts++;
        process = process("run", log());
        frozen = false;
        earlyHeap = OptionalLong.empty();
    }

    /** Makes the tables. */
    void migrate() throws IOException, InterruptedException {
        Path log = folder.resolve("migrate.log");
        if (process("migrate", log).waitFor() != 0) {
            throw new IOException("the tables could not be made; see " + log);
        }
    }

    private Process process(String command, Path log) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx192m", "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), "io.pvroute.runner.Main", command)
                .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    /** Notes where it has ended by itself; that is looked at before it is made to end. */
    synchronized boolean isAlive() throws IOException {
        if (process == null) {
            return false;
        }
        if (!process.isAlive()) {
            List<String> lines = Files.readAllLines(log(), StandardCharsets.UTF_8);
            ended.add("runner " + name + " ended by itself with " + process.exitValue() + "; it said last: "
                    + String.join(" | ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())) + " (" + log() + ")");
            process = null;
            return false;
        }
        return true;
    }

    /** Whether there was somebody to kill. */
    synchronized boolean kill() throws IOException, InterruptedException {
        boolean alive = isAlive();
        if (alive) {
            process.destroyForcibly().waitFor();
        }
        process = null;
        return alive;
    }

    /** As Ctrl-C does; whether there was somebody to stop. A runner that does not end then is noted, and killed. */
    synchronized boolean stop() throws IOException, InterruptedException {
        boolean alive = isAlive();
        if (alive) {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                ended.add("runner " + name + " did not end within 20 s of being asked to");
                process.destroyForcibly().waitFor();
            }
        }
        process = null;
        return alive;
    }

    /** Whether there was somebody to freeze. */
    synchronized boolean freeze() throws IOException, InterruptedException {
        frozen = isAlive() && signal("-STOP");
        return frozen;
    }

    synchronized void unfreeze() throws IOException, InterruptedException {
        if (frozen && process != null) {
            signal("-CONT");
        }
        frozen = false;
    }

    private boolean signal(String signal) throws IOException, InterruptedException {
        return new ProcessBuilder("kill", signal, String.valueOf(process.pid())).start().waitFor() == 0;
    }

    /** Looks at its heap for the first time when it has read some windows: then all that it needs is loaded. */
    synchronized void noteEarlyHeap() throws IOException, InterruptedException {
        if (earlyHeap.isEmpty() && !frozen && isAlive() && windowsRead() >= WARM) {
            earlyHeap = heap();
        }
    }

    /** Those of history, of which its log tells. */
    private long windowsRead() throws IOException {
        try (Stream<String> lines = Files.lines(log(), StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.contains(" rows new, ")).count();
        }
    }

    private Path log() {
        return folder.resolve(name + "-" + starts + ".log");
    }

    /** What lived in its heap after a collection when it had read some windows, in bytes; empty where nobody looked. */
    synchronized OptionalLong earlyHeap() {
        return earlyHeap;
    }

    /** What lives in its heap after a collection now, in bytes; empty where it runs no more. */
    synchronized OptionalLong heap() throws IOException, InterruptedException {
        if (!isAlive()) {
            return OptionalLong.empty();
        }
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), String.valueOf(process.pid()),
                "GC.class_histogram").redirectErrorStream(true).start();
        String histogram = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        jcmd.waitFor();
        Matcher total = LIVE_BYTES.matcher(histogram);
        return total.find() ? OptionalLong.of(Long.parseLong(total.group(1))) : OptionalLong.empty();
    }

    /** How it ended where nobody had ended it, a line each. */
    synchronized List<String> ended() {
        return List.copyOf(ended);
    }

    synchronized int starts() {
        return starts;
    }

    @Override
    public synchronized void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
