package io.pvroute.simulator;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongConsumer;

/** HTTP 1.1 over one connection, as much of it as clients of a logger need, with the means to break it. */
final class FaultyConnection implements AutoCloseable {

    private static final int LONGEST_HEAD = 64 * 1024;
    private static final int SECOND_MS = 1000;
    private static final int PADDED = 70_000_000;
    private static final int DEPTH = 100_000;
    private static final byte[] LOGIN = "<!DOCTYPE html>\n<html><head><title>Login</title></head><body>Password</body></html>\n"
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NO_PAGE = "<html><body><h1>An error has occurred</h1></body></html>\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private LongConsumer atEnd = time -> { };
    private long moved = System.nanoTime();

    FaultyConnection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
        out = new BufferedOutputStream(socket.getOutputStream(), 16 * 1024);
    }

    /**
     * The head of a request.
     *
     * @param query     null without one
     * @param keepAlive whether the client will send another request
     */
    record Head(String path, String query, boolean keepAlive) {}

    /**
     * Begins an answer.
     *
     * @param atEnd gets {@link System#nanoTime()}, once: when the last byte is about to leave, so that who has the whole answer finds what
     *              this has done, and no pause looks shorter than it was; or when who asked was last there
     */
    void begin(LongConsumer atEnd) {
        moved = System.nanoTime();
        this.atEnd = atEnd;
    }

    /** The answer has ended, if nothing said so before. */
    void end() {
        LongConsumer told = atEnd;
        atEnd = time -> { };
        told.accept(moved);
    }

    /** The next request; null where the client has gone. */
    Head next() throws IOException {
        socket.setSoTimeout(0);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int ended = 0; ended < 4; ) {
            int read = in.read();
            if (read < 0 && head.size() == 0) {
                return null;
            }
            if (read < 0 || head.size() > LONGEST_HEAD) {
                throw new EOFException("a request without an end");
            }
            head.write(read);
            ended = read == "\r\n\r\n".charAt(ended) ? ended + 1 : read == '\r' ? 1 : 0;
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        String[] words = text.lines().findFirst().orElse("").split(" ");
        if (words.length != 3) {
            throw new SocketException("no request of HTTP 1: " + text.lines().findFirst().orElse(""));
        }
        int question = words[1].indexOf('?');
        return new Head(question < 0 ? words[1] : words[1].substring(0, question), question < 0 ? null : words[1].substring(question + 1),
                words[2].equals("HTTP/1.1") && !text.toLowerCase(Locale.ROOT).contains("\r\nconnection: close"));
    }

    /** A whole answer; in one chunk, as a logger does not know its length before. */
    void answer(int status, String type, byte[] body) throws IOException {
        head(status, type, "Transfer-Encoding: chunked");
        chunk(body, 0, body.length);
        lastChunk();
    }

    void error(int status) throws IOException {
        error(status, status == 301 ? "Location: http://127.0.0.1:1/solar_api/\r\n" : "", NO_PAGE);
    }

    void switchedOff() throws IOException {
        error(404, "", Reply.SWITCHED_OFF.body());
    }

    private void error(int status, String field, byte[] page) throws IOException {
        head(status, "text/html", field + "Content-Length: " + page.length);
        out.write(page);
        flushLast();
    }

    void login() throws IOException {
        answer(200, "text/html", LOGIN);
    }

    void nothing() throws IOException {
        head(200, "text/javascript", "Content-Length: 0");
        flushLast();
    }

    void firstHalf(byte[] body) throws IOException {
        answer(200, "text/javascript", Arrays.copyOf(body, body.length / 2));
    }

    /** Until the client goes. */
    void silence() throws IOException {
        while (isThere()) {
            // a second is over
        }
    }

    /** Until the client goes. */
    void trickle(byte[] body) throws IOException {
        head(200, "text/javascript", "Content-Length: " + body.length);
        for (byte one : body) {
            out.write(one);
            out.flush();
            if (!isThere()) {
                return;
            }
        }
    }

    /** @param reset whether the client gets an error rather than an end */
    void breakOff(byte[] body, boolean reset) throws IOException {
        head(200, "text/javascript", reset ? "Content-Length: " + body.length : "Transfer-Encoding: chunked");
        if (reset) {
            out.write(body, 0, body.length / 2);
        } else {
            chunk(body, 0, body.length / 2);
        }
        flushLast();
        if (reset) {
            socket.setSoLinger(true, 0);
        }
        socket.close();
    }

    void padded(byte[] body) throws IOException {
        byte[] zeros = ",0".repeat(32 * 1024).getBytes(StandardCharsets.US_ASCII);
        int end = lastBrace(body);
        head(200, "text/javascript", "Transfer-Encoding: chunked");
        chunk(body, 0, end);
        text(",\"Padding\":[0");
        for (int padded = 0; padded < PADDED; padded += zeros.length) {
            chunk(zeros, 0, zeros.length);
        }
        text("]}");
        lastChunk();
    }

    void nested(byte[] body) throws IOException {
        int end = lastBrace(body);
        head(200, "text/javascript", "Transfer-Encoding: chunked");
        chunk(body, 0, end);
        text(",\"Nested\":" + "[".repeat(DEPTH) + "]".repeat(DEPTH) + "}");
        lastChunk();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static int lastBrace(byte[] body) {
        int last = body.length - 1;
        while (body[last] != '}') {
            last--;
        }
        return last;
    }

    /** Waits for a second, or until the client has gone. */
    private boolean isThere() throws IOException {
        socket.setSoTimeout(SECOND_MS);
        try {
            return in.read() >= 0;
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            moved = System.nanoTime();
        }
    }

    private void head(int status, String type, String length) throws IOException {
        out.write(("HTTP/1.1 " + status + ' ' + words(status) + "\r\nContent-Type: " + type + "\r\n" + length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    private static String words(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 301 -> "Moved Permanently";
            case 404 -> "Not Found";
            case 503 -> "Service Unavailable";
            default -> "Internal Server Error";
        };
    }

    private void text(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        chunk(bytes, 0, bytes.length);
    }

    private void chunk(byte[] bytes, int from, int to) throws IOException {
        if (to > from) {
            moved = System.nanoTime();
            out.write((Integer.toHexString(to - from) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(bytes, from, to - from);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void lastChunk() throws IOException {
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        flushLast();
    }

    private void flushLast() throws IOException {
        moved = System.nanoTime();
        end();
        out.flush();
    }
}
