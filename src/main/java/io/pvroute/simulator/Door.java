package io.pvroute.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port that can be shut for a while: then whoever comes is refused, and whoever is in is cut off. */
final class Door implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Door.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_EVERY_MS = 20;

    private final InetSocketAddress address;
    private final int port;
    private final Consumer<Socket> host;
    private final Set<Socket> visitors = ConcurrentHashMap.newKeySet();
    private ServerSocket listening;
    private Instant shutUntil = Instant.MIN;
    private boolean closed;

    /**
     * @param address of this computer, with port 0 for any that is free
     * @param host is given each connection, on a thread of its own, and has it to itself until he returns
     * @throws UncheckedIOException if nothing can listen there
     */
    Door(InetSocketAddress address, Consumer<Socket> host) {
        this.host = host;
        try {
            listening = listen(address);
        } catch (IOException e) {
            throw new UncheckedIOException("the logger cannot listen on " + address.getHostString() + ":" + address.getPort() + ": " + e.getMessage(), e);
        }
        this.address = (InetSocketAddress) listening.getLocalSocketAddress();
        this.port = this.address.getPort();
        thread("faulty-logger-" + this.port, this::accept);
    }

    /** On all addresses of this computer: this one of them. */
    String url() {
        return "http://" + (address.getAddress().isAnyLocalAddress() ? "127.0.0.1" : address.getAddress().getHostAddress()) + ":" + port;
    }

    synchronized void shut(Duration time) {
        shutUntil = Instant.now().plus(time);
        cutAll();
    }

    /** Ends {@link #shut}; whoever comes a moment later is let in. */
    synchronized void open() {
        shutUntil = Instant.MIN;
    }

    /** Shuts it for good. */
    @Override
    public synchronized void close() {
        closed = true;
        cutAll();
    }

    private void cutAll() {
        try {
            listening.close();
            for (Socket visitor : visitors) {
                visitor.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized boolean isShut() {
        return closed || Instant.now().isBefore(shutUntil);
    }

    private void accept() {
        try {
            for (ServerSocket socket = opened(); socket != null; socket = opened()) {
                try {
                    letIn(socket.accept());
                } catch (IOException e) {
                    if (!isShut() && !socket.isClosed()) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            LOG.error("the faulty logger on port {} has to give up", port, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void letIn(Socket visitor) throws IOException {
        visitors.add(visitor);
        if (isShut()) {
            visitor.close();
        }
        thread("faulty-logger-" + port + "-" + visitor.getPort(), () -> {
            try (visitor) {
                host.accept(visitor);
            } catch (IOException e) {
                LOG.debug("a connection could not be closed", e);
            } finally {
                visitors.remove(visitor);
            }
        });
    }

    /** Waits while it is shut; null when it is closed. Another program may have the port of a socket that is closed, for a moment. */
    private ServerSocket opened() throws IOException, InterruptedException {
        long began = System.nanoTime();
        while (true) {
            synchronized (this) {
                if (closed) {
                    return null;
                }
                if (!listening.isClosed()) {
                    return listening;
                }
                if (isShut()) {
                    began = System.nanoTime();
                } else {
                    try {
                        listening = listen(address);
                        return listening;
                    } catch (IOException e) {
                        if (System.nanoTime() - began > PATIENCE.toNanos()) {
                            throw e;
                        }
                    }
                }
            }
            Thread.sleep(LOOK_EVERY_MS);
        }
    }

    private static ServerSocket listen(InetSocketAddress address) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(address, 100);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static void thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
