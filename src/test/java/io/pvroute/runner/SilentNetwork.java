package io.pvroute.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The way to a server on loopback, which can fall silent: what is sent then is taken and never arrives, and nothing is said of it. A
 * connection that has lost bytes is of no use afterwards; the next one is.
 */
final class SilentNetwork implements AutoCloseable {

    private final int server;
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile boolean silent;

    /** @param server port of the server */
    SilentNetwork(int server) throws IOException {
        this.server = server;
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    void swallow(boolean silent) {
        this.silent = silent;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
                open.addAll(List.of(client, behind));
                start(() -> forward(client, behind));
                start(() -> forward(behind, client));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void forward(Socket from, Socket to) {
        byte[] bytes = new byte[8_192];
        try (from; to) {
            for (int read = from.getInputStream().read(bytes); read >= 0; read = from.getInputStream().read(bytes)) {
                if (!silent) {
                    to.getOutputStream().write(bytes, 0, read);
                }
            }
        } catch (IOException closedByTheOtherDirection) {
            // as is meant
        } finally {
            open.removeAll(List.of(from, to));
        }
    }

    private static void start(Runnable work) {
        var thread = new Thread(work, "silent network");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
