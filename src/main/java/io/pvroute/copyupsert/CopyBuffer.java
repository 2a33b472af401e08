package io.pvroute.copyupsert;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.sql.SQLException;
import java.util.Arrays;

import org.postgresql.copy.CopyIn;

/**
 * Rows in the format of {@code COPY … (FORMAT binary)}, written into memory first and sent in one go: a slow source of rows must not hold
 * a transaction open.
 *
 * <p>Source of the format: PostgreSQL documentation, COPY, "Binary Format".
 */
final class CopyBuffer {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final int NULL_FIELD = -1;
    private static final int MAXIMUM = Integer.MAX_VALUE - 16;
    private static final int MESSAGE = 64 * 1024;

    private byte[] bytes = new byte[MESSAGE];
    private int size;

    CopyBuffer() {
        putBytes(SIGNATURE);
        putInt(0); // flags
        putInt(0); // length of the header's extension
    }

    void startRow(int fields) {
        putShort(fields);
    }

    void end() {
        putShort(-1);
    }

    void putNull() {
        putInt(NULL_FIELD);
    }

    void putByte(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    void putShort(int value) {
        room(2);
        SHORT.set(bytes, size, (short) value);
        size += 2;
    }

    void putInt(int value) {
        room(4);
        INT.set(bytes, size, value);
        size += 4;
    }

    void putLong(long value) {
        room(8);
        LONG.set(bytes, size, value);
        size += 8;
    }

    void putBytes(byte[] value) {
        room(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    /** Writes the text in UTF-8, without a length. Refuses what PostgreSQL cannot store: NUL, and halves of surrogate pairs. */
    void putUtf8(String text) throws Misfit {
        room(3L * text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new Misfit("text without the NUL character, which PostgreSQL cannot store");
            } else if (c < 0x80) {
                bytes[size++] = (byte) c;
            } else if (c < 0x800) {
                bytes[size++] = (byte) (0xc0 | c >> 6);
                bytes[size++] = (byte) (0x80 | c & 0x3f);
            } else if (!Character.isSurrogate(c)) {
                bytes[size++] = (byte) (0xe0 | c >> 12);
                bytes[size++] = (byte) (0x80 | c >> 6 & 0x3f);
                bytes[size++] = (byte) (0x80 | c & 0x3f);
            } else if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                bytes[size++] = (byte) (0xf0 | point >> 18);
                bytes[size++] = (byte) (0x80 | point >> 12 & 0x3f);
                bytes[size++] = (byte) (0x80 | point >> 6 & 0x3f);
                bytes[size++] = (byte) (0x80 | point & 0x3f);
            } else {
                throw new Misfit("text of whole characters (half of a surrogate pair stands alone)");
            }
        }
    }

    int size() {
        return size;
    }

    void setInt(int position, int value) {
        INT.set(bytes, position, value);
    }

    int intAt(int position) {
        return (int) INT.get(bytes, position);
    }

    byte[] copyOf(int from, int length) {
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    /** Compares two fields byte by byte; the sign bit of signed numbers is turned, so that the negative ones come first. */
    int compare(int one, int oneLength, int other, int otherLength, boolean signed) {
        if (signed && bytes[one] != bytes[other]) {
            return Byte.compare(bytes[one], bytes[other]);
        }
        return Arrays.compareUnsigned(bytes, one, one + oneLength, bytes, other, other + otherLength);
    }

    void sendTo(CopyIn copy) throws SQLException {
        for (int sent = 0; sent < size; sent += MESSAGE) {
            copy.writeToCopy(bytes, sent, Math.min(MESSAGE, size - sent));
        }
    }

    private void room(long more) {
        long needed = size + more;
        if (needed > MAXIMUM) {
            throw new UpsertDataException("A batch of more than 2 GB cannot be held in memory. Set a smaller batchSize.");
        }
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(MAXIMUM, Math.max(needed, 2L * bytes.length)));
        }
    }
}
