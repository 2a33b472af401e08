package io.pvroute.elsewhere;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The way to a database that is away at first: who comes is turned away at once until it is opened, and gets through from then on. */
final class ShutDoor implements AutoCloseable {

    private static final String SCHEME = "jdbc:";

    private final URI behind;
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> inside = new CopyOnWriteArrayList<>();
    private volatile boolean isOpen;

    /** @param url of the database, for JDBC */
    ShutDoor(String url) throws IOException {
        behind = URI.create(url.substring(SCHEME.length()));
        start(this::accept);
    }

    /** The same database by this way. */
    String url() {
        return SCHEME + behind.toString().replace(behind.getAuthority(), "127.0.0.1:" + listener.getLocalPort());
    }

    void open() {
        isOpen = true;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket guest = listener.accept();
                inside.add(guest);
                if (isOpen) {
                    var host = new Socket(behind.getHost(), behind.getPort());
                    inside.add(host);
                    start(() -> forward(guest, host));
                    start(() -> forward(host, guest));
                } else {
                    guest.close();
                }
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private static void forward(Socket from, Socket to) {
        try (from; to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException closedByTheOtherDirection) {
            // as is meant
        }
    }

    private static void start(Runnable work) {
        var thread = new Thread(work, "door");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : inside) {
            socket.close();
        }
    }
}
