package io.pvroute.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Fronius logger over HTTP, on a plausible sun: what it is, the present of its devices, and where the model has
 * one its archive, with the real one's manners; everything else is a 404.
 *
 * <p>What it tells about the past never changes; today grows while you look, by the given clock. Started, it keeps the program alive until
 * it is closed. Needs the module {@code jdk.httpserver}.
 */
public final class Simulator implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Simulator.class);
    private static final int WORKERS = 8;
    private static final int REMEMBERED = 10_000;
    /** Two days at ten seconds. */
    private static final int REMEMBERED_OF_THE_PRESENT = 100_000;

    static {
        // The JDK's server sends the head of an answer apart from its body, and Nagle's algorithm then holds the body back until the head
        // is acknowledged, 40 ms later. There is no setting for one server; the JDK reads this one when the first is created.
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
    }

    private final Clock clock;
    private final Firmware firmware;
    private final Latest<ArchiveRequest> requests = new Latest<>(REMEMBERED);
    private final Latest<PresentRequest> realtimeRequests = new Latest<>(REMEMBERED_OF_THE_PRESENT);
    private final Latest<PresentRequest> discoveryRequests = new Latest<>(REMEMBERED);
    private volatile Quirks quirks = Quirks.NONE;
    private HttpServer server;
    private ExecutorService workers;

    /** @param clock tells now: nothing later is ever answered */
    public Simulator(Plant plant, Clock clock) {
        this.clock = clock;
        firmware = new Firmware(plant);
    }

    /** As {@link #start(InetSocketAddress)}, on the loopback interface. */
    public Simulator start(int port) {
        return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /**
     * Begins to answer; also again after {@link #close()}, as a logger that was off for the night.
     *
     * @param address of this computer, with port 0 for any that is free
     * @return this
     * @throws UncheckedIOException  if nothing can listen there
     * @throws IllegalStateException if it answers already
     */
    public synchronized Simulator start(InetSocketAddress address) {
        if (server != null) {
            throw new IllegalStateException("the simulator answers already, on " + url());
        }
        try {
            server = HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new UncheckedIOException("the simulator cannot listen on " + address.getHostString() + ":" + address.getPort() + ": " + e.getMessage(), e);
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
     * Where it answers, without a slash at the end: {@code http://127.0.0.1:8099}. On all addresses of this computer: this one of them.
     *
     * @throws IllegalStateException if it does not
     */
    public synchronized String url() {
        if (server == null) {
            throw new IllegalStateException("the simulator does not answer: start it first");
        }
        InetAddress address = server.getAddress().getAddress();
        return "http://" + (address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress()) + ":" + server.getAddress().getPort();
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

    /** From now on it has these quirks and no other, also while it answers; those of the start are none. */
    public void quirks(Quirk... become) {
        quirks = quirks.become(List.of(become), clock.instant().getEpochSecond());
    }

    /**
     * What a collector must have stored of the archive of {@code [from, to)}, as of now; nothing where there is no archive. Needs no
     * {@link #start(int)}.
     */
    public Truth truth(Instant from, Instant to) {
        return new Truth(firmware.recording(), from, to, clock.instant());
    }

    /**
     * What a collector must have stored of the stamp of an answer about the present, whatever {@link #quirks} the logger has. Needs no
     * {@link #start(int)}.
     *
     * @param stamp whole seconds; see {@link Told#stamp()}
     */
    public Present present(Instant stamp) {
        return firmware.measurements().at(stamp.getEpochSecond());
    }

    /** The archive requests that have been answered, or broken off by who asked, in the order of their ends: the last 10,000. */
    public List<ArchiveRequest> requests() {
        return requests.list();
    }

    /** The requests for the present of the devices that have been answered, or broken off, in the order of their ends: the last 100,000. */
    public List<PresentRequest> realtimeRequests() {
        return realtimeRequests.list();
    }

    /** The requests for what there is (API version, logger, devices) that have been answered, or broken off: the last 10,000. */
    public List<PresentRequest> discoveryRequests() {
        return discoveryRequests.list();
    }

    /** What now is for this logger. */
    Instant now() {
        return clock.instant();
    }

    /** Whether an archive request gets an archive answer. */
    boolean hasArchive() {
        return firmware.asksForArchive(Firmware.ARCHIVE, quirks);
    }

    /**
     * A whole answer; in process, started or not, and not among the requests that are remembered.
     *
     * @param query what stands behind the {@code ?}, still encoded; null without one
     */
    Reply reply(String path, String query, Instant now) {
        return firmware.reply(path, query, quirks, now);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = exchange.getRequestURI().getRawQuery();
        try {
            if (firmware.asksForArchive(path, quirks)) {
                archive(exchange, query);
            } else if (Firmware.asksForPresent(path)) {
                present(exchange, path, query, realtimeRequests);
            } else if (Firmware.asksForDevices(path)) {
                present(exchange, path, query, discoveryRequests);
            } else {
                send(exchange, reply(path, query, clock.instant())).close();
            }
        } catch (RuntimeException e) {
            LOG.error("the simulator could not answer {}; the connection is cut", exchange.getRequestURI(), e);
            throw e;
        }
    }

    private void archive(HttpExchange exchange, String query) throws IOException {
        long began = System.nanoTime();
        exchange.getResponseHeaders().set("Content-Type", "text/javascript");
        exchange.sendResponseHeaders(200, 0);
        OutputStream body = new BufferedOutputStream(exchange.getResponseBody());
        try {
            firmware.archive(query, clock.instant(), body);
        } finally {
            // before the body is closed: only that sends the end of the answer
            requests.add(new ArchiveRequest(query, began, System.nanoTime()));
        }
        // not in a finally: after an exception the server cuts the connection, and half an answer does not look whole
        body.close();
    }

    private void present(HttpExchange exchange, String path, String query, Latest<PresentRequest> log) throws IOException {
        long began = System.nanoTime();
        Instant now = clock.instant();
        Reply reply = reply(path, query, now);
        PresentRequest request = null;
        try {
            OutputStream body = send(exchange, reply);
            request = new PresentRequest(path, query, now, began, System.nanoTime(), reply.told());
            log.add(request);
            body.close();
        } catch (IOException e) {
            if (request == null) {
                log.add(new PresentRequest(path, query, now, began, System.nanoTime(), List.of()));
            } else {
                log.correct(request, request.withoutTold());
            }
            throw e;
        }
    }

    /** All but the end, which closing the stream sends. */
    private static OutputStream send(HttpExchange exchange, Reply reply) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", reply.contentType());
        exchange.sendResponseHeaders(reply.status(), 0);
        OutputStream body = new BufferedOutputStream(exchange.getResponseBody());
        body.write(reply.body());
        return body;
    }
}
