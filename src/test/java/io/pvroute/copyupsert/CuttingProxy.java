package io.pvroute.copyupsert;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Stands between the driver and the server, counts the bytes that pass, and cuts the connection where a test wants it: after so many bytes,
 * or when the answer to a statement comes. What is cut is cut for good; the next connection passes, unless all are refused.
 */
final class CuttingProxy implements AutoCloseable {

    enum Direction {
        TO_SERVER, TO_CLIENT
    }

    private static final long NEVER = Long.MAX_VALUE;

    private final URI server;
    private final ServerSocket listener;
    private final Map<Direction, Long> passed = new EnumMap<>(Direction.class);
    private final Map<Direction, Long> ends = new EnumMap<>(Direction.class);
    private final List<Socket> open = new ArrayList<>();
    private String statement;
    private boolean sent;
    private boolean refusing;
    private boolean cut;

    /** @param url of the server, as JDBC has it */
    CuttingProxy(String url) throws IOException {
        server = URI.create(url.substring("jdbc:".length()));
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        pass();
        start("accept", this::accept);
    }

    /** The server's URL by way of this. */
    String url() {
        return "jdbc:postgresql://127.0.0.1:" + listener.getLocalPort() + server.getPath()
                + (server.getRawQuery() == null ? "" : '?' + server.getRawQuery());
    }

    /** Counts from 0 again and cuts nothing. */
    synchronized void pass() {
        for (Direction direction : Direction.values()) {
            passed.put(direction, 0L);
            ends.put(direction, NEVER);
        }
        statement = null;
        sent = false;
        refusing = false;
        cut = false;
    }

    /** Counts from 0 again and passes so many bytes of one direction; the connection that brings one more is cut. */
    synchronized void cutAfter(Direction direction, long bytes) {
        pass();
        ends.put(direction, bytes);
    }

    /** Passes this statement and whatever comes before; when the server answers it, the connection is cut instead. */
    synchronized void cutAnswerTo(String text) {
        pass();
        statement = text;
    }

    /** From the cut on, no connection is let through any more. */
    synchronized void thenRefuse() {
        refusing = true;
    }

    synchronized long passed(Direction direction) {
        return passed.get(direction);
    }

    synchronized boolean hasCut() {
        return cut;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        List<Socket> left;
        synchronized (this) {
            left = List.copyOf(open);
        }
        left.forEach(CuttingProxy::close);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (isRefused()) {
                    client.close();
                    continue;
                }
                var behind = new Socket(server.getHost(), server.getPort());
                synchronized (this) {
                    open.add(client);
                    open.add(behind);
                }
                start("to server", () -> forward(client, behind, Direction.TO_SERVER));
                start("to client", () -> forward(behind, client, Direction.TO_CLIENT));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private synchronized boolean isRefused() {
        return refusing && cut;
    }

    private void forward(Socket from, Socket to, Direction direction) {
        byte[] bytes = new byte[8_192];
        try (from; to) {
            for (int read = from.getInputStream().read(bytes); read >= 0; read = from.getInputStream().read(bytes)) {
                int passing = passing(direction, bytes, read);
                to.getOutputStream().write(bytes, 0, passing);
                to.getOutputStream().flush();
                if (passing < read) {
                    return;
                }
            }
        } catch (IOException closedByTheOtherDirection) {
            // as is meant
        } finally {
            synchronized (this) {
                open.remove(from);
                open.remove(to);
            }
        }
    }

    /** How many of these bytes pass; fewer than there are: the connection is cut. */
    private synchronized int passing(Direction direction, byte[] bytes, int read) {
        if (direction == Direction.TO_CLIENT && sent) {
            statement = null;
            sent = false;
            cut = true;
            return 0;
        }
        long before = passed.get(direction);
        int passing = (int) Math.min(read, ends.get(direction) - before);
        passed.put(direction, before + passing);
        if (passing < read) {
            ends.put(direction, NEVER);
            cut = true;
        }
        sent |= direction == Direction.TO_SERVER && statement != null
                && new String(bytes, 0, read, StandardCharsets.ISO_8859_1).contains(statement);
        return passing;
    }

    private static void start(String name, Runnable work) {
        var thread = new Thread(work, "proxy " + name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
