package io.pvroute.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** {@code logger.py} as a process that tells of each request when it comes. It answers for the second time from memory. */
final class LoggerProgram implements AutoCloseable {

    static final String SCRIPT = "logger.py";

    /** The logger itself, which prints a line for each request before it answers. */
    private static final String TELLING = """
            import sys, logger
            class Telling(logger.Logger):
                def do_GET(self):
                    print("request", flush=True)
                    super().do_GET()
            logger.Logger = Telling
            logger.main()
            """;

    private final int port = freePort();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Program program;
    private Instant firstRequest;
    private int requests;

    LoggerProgram(Python python, String since) throws IOException, InterruptedException {
        program = python.run(this::heard, TELLING, "--port", String.valueOf(port), "--since", since);
        while (!ready.await(100, TimeUnit.MILLISECONDS)) {
            program.requireAlive();
        }
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    private synchronized void heard(String line) {
        if (line.equals("request")) {
            requests++;
            if (firstRequest == null) {
                firstRequest = Instant.now();
            }
        } else if (line.startsWith("logger:")) {
            ready.countDown();
        }
    }

    synchronized void forget() {
        firstRequest = null;
        requests = 0;
    }

    /** When the first request since {@link #forget()} came; null: none has. */
    synchronized Instant firstRequest() {
        return firstRequest;
    }

    /** Requests since {@link #forget()}. */
    synchronized int requests() {
        return requests;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws InterruptedException {
        program.close();
    }
}
