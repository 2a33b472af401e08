package io.pvroute.copyupsert;

import java.sql.SQLException;

import org.postgresql.copy.CopyIn;

/**
 * Rows on their way to the server, between the header and the trailer of binary COPY.
 *
 * <p>Source of the format: PostgreSQL documentation, COPY, "Binary Format".
 */
final class CopyMessage {

    private static final byte[] HEADER = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0};
    private static final byte[] TRAILER = {(byte) 0xff, (byte) 0xff};
    private static final int MOST = 64 * 1024;

    private final CopyIn copy;
    private final byte[] bytes = new byte[MOST];
    private int size;

    CopyMessage(CopyIn copy) {
        this.copy = copy;
        System.arraycopy(HEADER, 0, bytes, 0, HEADER.length);
        size = HEADER.length;
    }

    /** How many bytes of a message that came from the server are its header. */
    static int headerLength(byte[] message) {
        return message.length >= HEADER.length && message[0] == HEADER[0] && message[1] == HEADER[1] ? HEADER.length : 0;
    }

    void add(CopyBuffer rows, int from, int to) throws SQLException {
        for (int at = from; at < to;) {
            int length = Math.min(MOST - size, to - at);
            rows.copyTo(bytes, size, at, length);
            size += length;
            at += length;
            if (size == MOST) {
                flush();
            }
        }
    }

    void end() throws SQLException {
        flush();
        copy.writeToCopy(TRAILER, 0, TRAILER.length);
    }

    private void flush() throws SQLException {
        if (size > 0) {
            copy.writeToCopy(bytes, 0, size);
            size = 0;
        }
    }
}
