package io.pvroute.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code pvroute run} as a process, which a test may freeze, thaw and kill. What it prints goes to a file. */
final class RunnerProgram implements AutoCloseable {

    private final Process process;
    private final Path output;

    /** @param settings by the names of their environment variables */
    RunnerProgram(Path folder, Map<String, String> settings) throws IOException {
        output = Files.createTempFile(folder, "runner", ".log");
        // a build that runs in the background has Ctrl-C switched off, and hands that on
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), Main.class.getName(), "run", "--routes", Path.of("routes").toAbsolutePath().toString()));
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("OBSERVE_PORT", "off");
        builder.environment().put("REALTIME_PERIOD", "0s");
        builder.environment().putAll(settings);
        process = builder.start();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it has printed so far. */
    String told() throws IOException {
        return Files.readString(output);
    }

    /** @param name STOP freezes it, CONT thaws it, TERM and INT (Ctrl-C) ask it to end, KILL ends it */
    void signal(String name) throws IOException, InterruptedException {
        if (new ProcessBuilder("kill", "-s", name, String.valueOf(process.pid())).start().waitFor() != 0) {
            throw new IOException("process " + process.pid() + " did not take the signal " + name);
        }
    }

    /** @return its exit code, or empty text where it still runs after so many seconds */
    String end(int seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS) ? String.valueOf(process.exitValue()) : "";
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
