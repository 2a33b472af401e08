package io.pvroute.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A logger that does wrong as it is told, over HTTP: what a {@link Simulator} knows, answered truly but for the
 * faults that are played. What it should have told is the truth of the simulator, which needs not be started.
 *
 * <p>A fault is drawn for each archive request when it has arrived: the next one that {@link #next} has asked for, else the one that
 * {@link #choose} chooses, else none; and in the same way for each request for the present of the devices, by {@link #nextRealtime} and
 * {@link #chooseRealtime}, so that both can be told apart. A fault in what an archive answer alone has leaves an answer about the present
 * true. Other requests are answered truly. Can be told and asked by any thread at any time.
 */
public final class FaultyLogger implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FaultyLogger.class);
    private static final int REMEMBERED = 100_000;
    private static final Duration OFF = Duration.ofSeconds(3);

    private final Simulator simulator;
    private final Latest<FaultyRequest> requests = new Latest<>(REMEMBERED);
    private final Latest<PresentRequest> realtimeRequests = new Latest<>(REMEMBERED);
    private final FaultChoice archiveFaults = new FaultChoice();
    private final FaultChoice realtimeFaults = new FaultChoice();
    private Fault last;
    private Door door;

    /** @param simulator whose memory and clock it has */
    public FaultyLogger(Simulator simulator) {
        this.simulator = simulator;
    }

    /** As {@link #start(InetSocketAddress)}, on the loopback interface. */
    public FaultyLogger start(int port) {
        return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /**
     * Begins to answer; once.
     *
     * @param address of this computer, with port 0 for any that is free
     * @return this
     * @throws UncheckedIOException  if nothing can listen there
     * @throws IllegalStateException if it has begun before
     */
    public synchronized FaultyLogger start(InetSocketAddress address) {
        if (door != null) {
            throw new IllegalStateException("this logger has been started before");
        }
        door = new Door(address, this::converse);
        return this;
    }

    /** Where it answers, also while it refuses to: {@code http://127.0.0.1:8099}. */
    public synchronized String url() {
        if (door == null) {
            throw new IllegalStateException("the logger does not answer: start it first");
        }
        return door.url();
    }

    /** The next archive requests get these faults, one each, whatever else is chosen. */
    public void next(Fault... faults) {
        archiveFaults.next(List.of(faults));
    }

    /**
     * Every archive request gets this fault, until it is told otherwise. {@link Fault#REFUSED}: from now on nobody is let in.
     *
     * @throws IllegalStateException if it shall refuse before it is started
     */
    public void always(Fault fault) {
        choose(query -> Optional.of(fault));
        if (fault == Fault.REFUSED) {
            refuse(Duration.ofDays(1));
        }
    }

    /**
     * Some archive requests get a fault, until it is told otherwise.
     *
     * @param probability 0 to 1
     * @param seed        the same faults for the same number of requests
     * @param faults      each as likely as any other; at least one
     */
    public void atRandom(double probability, long seed, List<Fault> faults) {
        if (faults.isEmpty() || !(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("expected at least one fault, and a probability of 0 to 1");
        }
        List<Fault> each = List.copyOf(faults);
        Random random = new Random(seed);
        choose(query -> random.nextDouble() < probability ? Optional.of(each.get(random.nextInt(each.size()))) : Optional.empty());
    }

    /** @param chooser gets the query of each archive request, one at a time; empty for a true answer */
    public synchronized void choose(Function<String, Optional<Fault>> chooser) {
        archiveFaults.choose(chooser);
        if (door != null) {
            door.open();
        }
    }

    /** The next requests for the present of the devices get these faults, one each, whatever else is chosen. */
    public void nextRealtime(Fault... faults) {
        realtimeFaults.next(List.of(faults));
    }

    /**
     * Some requests for the present of the devices get a fault, until it is told otherwise.
     *
     * @param chooser gets the path and the query of each, one at a time; empty for a true answer
     */
    public void chooseRealtime(Function<String, Optional<Fault>> chooser) {
        realtimeFaults.choose(chooser);
    }

    /** No fault any more: what is asked for from now on is answered truly. */
    public synchronized void heal() {
        archiveFaults.clear();
        realtimeFaults.clear();
        last = null;
        if (door != null) {
            door.open();
        }
    }

    /**
     * Closes its socket and all connections for so long: whoever comes is refused.
     *
     * @throws IllegalStateException before it is started
     */
    public synchronized void refuse(Duration time) {
        if (door == null) {
            throw new IllegalStateException("the logger does not answer: start it first");
        }
        door.shut(time);
    }

    /** The archive requests that have ended, in the order of their ends: the last 100,000. */
    public List<FaultyRequest> requests() {
        return requests.list();
    }

    /** The requests for the present of the devices that have ended, in the order of their ends: the last 100,000. */
    public List<PresentRequest> realtimeRequests() {
        return realtimeRequests.list();
    }

    /** Stops at once: answers under way break off, and new connections are refused. */
    @Override
    public synchronized void close() {
        if (door != null) {
            door.close();
        }
    }

    private void converse(Socket socket) {
        try (FaultyConnection connection = new FaultyConnection(socket)) {
            FaultyConnection.Head head = connection.next();
            while (head != null) {
                if (head.path().equals(Firmware.ARCHIVE) && simulator.hasArchive()) {
                    archive(head.query(), connection);
                } else if (Firmware.asksForPresent(head.path())) {
                    present(head, connection);
                } else {
                    other(head, connection);
                }
                head = head.keepAlive() && !socket.isClosed() ? connection.next() : null;
            }
        } catch (IOException e) {
            LOG.debug("a client has gone, or was cut off", e);
        } catch (RuntimeException e) {
            LOG.error("the faulty logger could not answer; the connection is cut", e);
        }
    }

    private void other(FaultyConnection.Head head, FaultyConnection connection) throws IOException {
        if (isSwitchedOff()) {
            connection.switchedOff();
        } else {
            Reply reply = simulator.reply(head.path(), head.query(), simulator.now());
            connection.answer(reply.status(), reply.contentType(), reply.body());
        }
    }

    private synchronized boolean isSwitchedOff() {
        return last == Fault.SOLAR_API_OFF;
    }

    private void archive(String query, FaultyConnection connection) throws IOException {
        long began = System.nanoTime();
        Instant arrivedAt = Instant.now();
        Fault fault = draw(query);
        byte[] truth = simulator.reply(Firmware.ARCHIVE, query, simulator.now()).body();
        FalseAnswer answer = fault != null && saysWrong(fault)
                ? FalseAnswer.of(truth, fault, simulator.now())
                : new FalseAnswer(truth, 0, fault != null);
        connection.begin(ended -> requests.add(new FaultyRequest(new ArchiveRequest(query, began, ended), arrivedAt,
                arrivedAt.plusNanos(ended - began), answer.isFalse() ? fault : null, answer.falseRows())));
        try {
            send(answer.body(), fault, connection);
        } finally {
            connection.end();
            if (fault == Fault.REFUSED) {
                refuse(OFF);
            }
        }
    }

    private void present(FaultyConnection.Head head, FaultyConnection connection) throws IOException {
        long began = System.nanoTime();
        Instant now = simulator.now();
        String asked = head.query() == null ? head.path() : head.path() + '?' + head.query();
        Fault fault = isSwitchedOff() ? Fault.SOLAR_API_OFF : realtimeFaults.draw(asked);
        Reply reply = simulator.reply(head.path(), head.query(), now);
        boolean json = reply.status() == 200;
        FalseAnswer answer = json && fault != null && saysWrong(fault)
                ? FalseAnswer.of(reply.body(), fault, now)
                : new FalseAnswer(reply.body(), 0, fault != null);
        boolean whole = !answer.isFalse() || fault == Fault.REFUSED;
        AtomicReference<PresentRequest> remembered = new AtomicReference<>();
        connection.begin(ended -> {
            remembered.set(new PresentRequest(head.path(), head.query(), now, began, ended, whole ? reply.told() : List.of()));
            realtimeRequests.add(remembered.get());
        });
        try {
            if (json) {
                send(answer.body(), fault, connection);
            } else {
                connection.answer(reply.status(), reply.contentType(), reply.body());
            }
        } catch (IOException e) {
            connection.end();
            realtimeRequests.correct(remembered.get(), remembered.get().withoutTold());
            throw e;
        } finally {
            connection.end();
            if (fault == Fault.REFUSED) {
                refuse(OFF);
            }
        }
    }

    private synchronized Fault draw(String query) {
        last = archiveFaults.draw(query);
        return last;
    }

    /** Whether it is the content that is wrong, rather than how it is sent. */
    private static boolean saysWrong(Fault fault) {
        return fault.statusCode() >= 0 || switch (fault) {
            case EMPTY_ANSWER, START_OUTSIDE, ALL_OUTSIDE, NEGATIVE_KEYS, YEAR_2000, CLOCK_OFF, DOUBLED_CHANNEL, MISSING_CHANNEL,
                    BAD_SAMPLES, LATE, CORRECTED -> true;
            default -> false;
        };
    }

    private static void send(byte[] body, Fault fault, FaultyConnection connection) throws IOException {
        if (fault == null || saysWrong(fault)) {
            connection.answer(200, "text/javascript", body);
            return;
        }
        switch (fault) {
            case SILENT -> connection.silence();
            case SLOW -> connection.trickle(body);
            case RESET, CUT -> connection.breakOff(body, fault == Fault.RESET);
            case HTTP_500 -> connection.error(500);
            case HTTP_503 -> connection.error(503);
            case HTTP_404 -> connection.error(404);
            case SOLAR_API_OFF -> connection.switchedOff();
            case HTTP_301 -> connection.error(301);
            case HTML -> connection.login();
            case EMPTY_BODY -> connection.nothing();
            case HALF_JSON -> connection.firstHalf(body);
            case HUGE -> connection.padded(body);
            case DEEP -> connection.nested(body);
            default -> connection.answer(200, "text/javascript", body);      // refused: it goes off after this answer
        }
    }
}
