package io.pvroute.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * COPY of rows of an Instant and Doubles in the binary format, with nothing in its way: sent in pieces while it is encoded, so that the
 * server works at the same time.
 */
final class BinaryCopy {

    private static final int PIECE = 65_536;
    private static final long POSTGRES_EPOCH_SECOND = 946_684_800L;

    private final ByteBuffer buffer;
    private final int tuple;

    BinaryCopy(Shape shape) {
        tuple = 2 + 12 * (1 + shape.values());
        buffer = ByteBuffer.allocate(PIECE + tuple);
    }

    void send(Connection connection, String table, List<Object[]> rows) throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY " + table + " FROM STDIN (FORMAT binary)");
        buffer.clear();
        buffer.put("PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1)).putInt(0).putInt(0);
        for (Object[] row : rows) {
            if (buffer.position() >= PIECE - tuple) {
                flush(copy);
            }
            buffer.putShort((short) row.length);
            Instant instant = (Instant) row[0];
            buffer.putInt(8).putLong((instant.getEpochSecond() - POSTGRES_EPOCH_SECOND) * 1_000_000 + instant.getNano() / 1_000);
            for (int i = 1; i < row.length; i++) {
                buffer.putInt(8).putDouble((Double) row[i]);
            }
        }
        buffer.putShort((short) -1);
        flush(copy);
        copy.endCopy();
    }

    private void flush(CopyIn copy) throws SQLException {
        copy.writeToCopy(buffer.array(), 0, buffer.position());
        buffer.clear();
    }
}
