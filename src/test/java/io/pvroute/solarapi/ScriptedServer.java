package io.pvroute.solarapi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A server on a port of its own that does with every connection what a test wants. */
final class ScriptedServer implements AutoCloseable {

    /** What is done with a connection; it is closed afterwards. */
    interface Script {
        void play(Socket connection) throws IOException;
    }

    private final ServerSocket server;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Thread thread;

    ScriptedServer(Script script) {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new Thread(() -> serve(script), "scripted-server");
        thread.start();
    }

    /** Waits for the request, sends these bytes as they are, and closes. */
    static Script sending(String bytes) {
        return connection -> {
            readRequest(connection.getInputStream());
            connection.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
        };
    }

    /** Answers in plain HTTP whatever comes, TLS too. */
    static Script speakingPlainHttp() {
        return connection -> {
            connection.getInputStream().read();
            connection.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            connection.shutdownOutput();
            // closed with bytes unread, the connection would be reset before the other side has read the answer
            connection.getInputStream().transferTo(OutputStream.nullOutputStream());
        };
    }

    /** Answers with this status line, headers and body, and a Content-Length. */
    static Script answering(String statusAndHeaders, String body) {
        return sending("HTTP/1.1 " + statusAndHeaders + "\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length
                + "\r\nConnection: close\r\n\r\n" + body);
    }

    /** Sends these bytes and tears the connection down, without the end that TCP has for it. */
    static Script resettingAfter(String bytes) {
        return connection -> {
            sending(bytes).play(connection);
            connection.setSoLinger(true, 0);
        };
    }

    /** Sends these bytes and then nothing more, until the other side has gone. */
    static Script hangingAfter(String bytes) {
        return connection -> {
            sending(bytes).play(connection);
            connection.getInputStream().read();
        };
    }

    private void serve(Script script) {
        while (!server.isClosed()) {
            try (Socket connection = server.accept()) {
                connections.add(connection);
                script.play(connection);
            } catch (SocketException e) {
                // the client has gone, or the test is over: the next connection tells
                continue;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void readRequest(InputStream in) throws IOException {
        int lineEnds = 0;
        while (lineEnds < 4) {
            int next = in.read();
            if (next < 0) {
                return;
            }
            lineEnds = next == '\r' || next == '\n' ? lineEnds + 1 : 0;
        }
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket connection : connections) {
            connection.close();
        }
        try {
            thread.join(5000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
