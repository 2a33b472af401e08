package io.pvroute.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A process of another program, whose lines are read as they come. It ends when it is closed, and with this program at the latest. */
final class Program implements AutoCloseable {

    private static final int LAST_LINES = 50;
    private static final int SECONDS_TO_END = 20;

    private final Process process;
    private final Thread reader;
    private final AtExit atExit;
    private final List<String> lastLines = new ArrayList<>();

    /** @param line is told each line that it prints, errors too, on another thread */
    Program(Path folder, List<String> command, Consumer<String> line) throws IOException {
        process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        atExit = new AtExit(process::destroy);
        reader = new Thread(() -> read(line), "lines of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    private void read(Consumer<String> line) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String next = lines.readLine(); next != null; next = lines.readLine()) {
                synchronized (lastLines) {
                    lastLines.add(next);
                    if (lastLines.size() > LAST_LINES) {
                        lastLines.remove(0);
                    }
                }
                line.accept(next);
            }
        } catch (IOException e) {
            // it has ended while it was read from
        }
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** @throws BenchException where it has failed, with what it said last */
    void awaitSuccess() throws InterruptedException {
        int exit = process.waitFor();
        reader.join();
        if (exit != 0) {
            throw failed("ended with " + exit);
        }
    }

    /** @throws BenchException where it runs no more */
    void requireAlive() throws InterruptedException {
        if (!process.isAlive()) {
            reader.join();
            throw failed("ended with " + process.exitValue() + ", too early");
        }
    }

    private BenchException failed(String how) {
        synchronized (lastLines) {
            return new BenchException(process.info().commandLine().orElse("A program") + ' ' + how + ". It said last:\n"
                    + String.join("\n", lastLines));
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        atExit.cancel();
    }
}
