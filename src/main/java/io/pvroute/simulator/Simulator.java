package io.pvroute.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Fronius logger with an archive, over HTTP on the loopback interface, on a plausible sun: {@code GetAPIVersion}, {@code GetLoggerInfo},
 * {@code GetActiveDeviceInfo} and {@code GetArchiveData} with the real one's manners, everything else a 404.
 *
 * <p>What it tells about the past never changes; today grows while you look, by the given clock. Started, it keeps the program alive until
 * it is closed. Needs the module {@code jdk.httpserver}.
 */
public final class Simulator implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Simulator.class);
    private static final int WORKERS = 8;
    private static final int REMEMBERED = 10_000;
    private static final String API_VERSION = "/solar_api/GetAPIVersion.cgi";
    private static final String LOGGER_INFO = "/solar_api/v1/GetLoggerInfo.cgi";
    private static final String DEVICES = "/solar_api/v1/GetActiveDeviceInfo.cgi";
    static final String ARCHIVE = "/solar_api/v1/GetArchiveData.cgi";
    private static final Set<String> PATHS = Set.of(API_VERSION, LOGGER_INFO, DEVICES, ARCHIVE);
    private static final byte[] NOT_FOUND =
            "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>\n".getBytes(StandardCharsets.UTF_8);

    static {
        // The JDK's server sends the head of an answer apart from its body, and Nagle's algorithm then holds the body back until the head
        // is acknowledged, 40 ms later. There is no setting for one server; the JDK reads this one when the first is created.
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
    }

    private final Clock clock;
    private final Recording recording;
    private final Answers answers;
    private final ArchiveAnswer archive;
    private final Deque<ArchiveRequest> requests = new ArrayDeque<>();
    private HttpServer server;
    private ExecutorService workers;

    /** @param clock tells now: nothing later is ever answered */
    public Simulator(Plant plant, Clock clock) {
        this.clock = clock;
        recording = new Recording(plant);
        answers = new Answers(plant);
        archive = new ArchiveAnswer(plant, recording, answers);
    }

    /**
     * Begins to answer; also again after {@link #close()}, as a logger that was off for the night.
     *
     * @param port 0 for any that is free
     * @return this
     * @throws UncheckedIOException  if the port is taken
     * @throws IllegalStateException if it answers already
     */
    public synchronized Simulator start(int port) {
        if (server != null) {
            throw new IllegalStateException("the simulator answers already, on " + url());
        }
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("the simulator cannot listen on loopback port " + port + ": " + e.getMessage(), e);
        }
        AtomicInteger number = new AtomicInteger();
        workers = Executors.newFixedThreadPool(WORKERS, task -> {
            Thread worker = new Thread(task, "simulator-" + number.incrementAndGet());
            worker.setDaemon(true);
            return worker;
        });
        server.setExecutor(workers);
        server.createContext("/", this::answer);
        server.start();
        return this;
    }

    /**
     * Where it answers, without a slash at the end: {@code http://127.0.0.1:8099}.
     *
     * @throws IllegalStateException if it does not
     */
    public synchronized String url() {
        if (server == null) {
            throw new IllegalStateException("the simulator does not answer: start it first");
        }
        return "http://" + server.getAddress().getAddress().getHostAddress() + ":" + server.getAddress().getPort();
    }

    /** Stops at once: answers under way break off, and new connections are refused. */
    @Override
    public synchronized void close() {
        if (server != null) {
            server.stop(0);
            workers.shutdownNow();
            server = null;
        }
    }

    /** What a collector must have stored of {@code [from, to)}, as of now. Needs no {@link #start(int)}. */
    public Truth truth(Instant from, Instant to) {
        return new Truth(recording, from, to, clock.instant());
    }

    /** The archive requests that have been answered, or broken off by who asked, in the order of their ends: the last 10,000. */
    public List<ArchiveRequest> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    /** What now is for this logger. */
    Instant now() {
        return clock.instant();
    }

    /** Whether there is something other than a 404 at this path. */
    static boolean knows(String path) {
        return PATHS.contains(path);
    }

    /**
     * Writes the body of an answer; in process, started or not, and not among {@link #requests()}.
     *
     * @param query what stands behind the {@code ?}, still encoded; null without one
     */
    void write(String path, String query, OutputStream body) throws IOException {
        switch (path) {
            case API_VERSION -> answers.apiVersion(body);
            case LOGGER_INFO -> answers.loggerInfo(body, clock.instant());
            case DEVICES -> answers.activeDevices(body, recording.devices(), clock.instant());
            case ARCHIVE -> archive.write(new Arguments(query), clock.instant().getEpochSecond(), body);
            default -> body.write(NOT_FOUND);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        boolean known = knows(path);
        exchange.getResponseHeaders().set("Content-Type", known ? "text/javascript" : "text/html");
        exchange.sendResponseHeaders(known ? 200 : 404, 0);
        OutputStream body = new BufferedOutputStream(exchange.getResponseBody());
        try {
            if (path.equals(ARCHIVE)) {
                archive(exchange.getRequestURI().getRawQuery(), body);
            } else {
                write(path, null, body);
            }
        } catch (RuntimeException e) {
            LOG.error("the simulator could not answer {}; the connection is cut", exchange.getRequestURI(), e);
            throw e;
        }
        // not in a finally: after an exception the server cuts the connection, and half an answer does not look whole
        body.close();
    }

    private void archive(String query, OutputStream body) throws IOException {
        long began = System.nanoTime();
        try {
            write(ARCHIVE, query, body);
        } finally {
            // before the body is closed: only that sends the end of the answer
            remember(new ArchiveRequest(query, began, System.nanoTime()));
        }
    }

    private void remember(ArchiveRequest request) {
        synchronized (requests) {
            if (requests.size() == REMEMBERED) {
                requests.removeFirst();
            }
            requests.addLast(request);
        }
    }
}
