package io.pvroute.copyupsert;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Rows in the format of {@code COPY … (FORMAT binary)}, written into memory first and sent in one go ({@link CopyMessage}): a slow source
 * of rows must not hold a transaction open.
 *
 * <p>Source of the format: PostgreSQL documentation, COPY, "Binary Format".
 */
final class CopyBuffer {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** In place of the length of a field: the value is NULL. */
    static final int NULL_FIELD = -1;

    private static final int MAXIMUM = Integer.MAX_VALUE - 16;
    private static final int AT_FIRST = 64 * 1024;

    private byte[] bytes = new byte[AT_FIRST];
    private int size;

    void startRow(int fields) {
        putShort(fields);
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

    int capacity() {
        return bytes.length;
    }

    void clear() {
        size = 0;
    }

    void setInt(int position, int value) {
        INT.set(bytes, position, value);
    }

    int intAt(int position) {
        return (int) INT.get(bytes, position);
    }

    /** Adds bytes that are in here already. */
    void putCopy(int from, int length) {
        room(length);
        System.arraycopy(bytes, from, bytes, size, length);
        size += length;
    }

    void copyTo(byte[] other, int at, int from, int length) {
        System.arraycopy(bytes, from, other, at, length);
    }

    String text(Encoding encoding, int from, int length) {
        return encoding.text(bytes, from, length);
    }

    boolean equal(int from, int length, byte[] other, int otherFrom) {
        return Arrays.equals(bytes, from, from + length, other, otherFrom, otherFrom + length);
    }

    int hash(int from, int length) {
        return hash(bytes, from, length);
    }

    static int hash(byte[] bytes, int from, int length) {
        int hash = 1;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash ^ hash >>> 16;
    }

    /** Compares two fields byte by byte; the sign bit of signed numbers is turned, so that the negative ones come first. */
    int compare(int one, int oneLength, int other, int otherLength, boolean signed) {
        if (signed && bytes[one] != bytes[other]) {
            return Byte.compare(bytes[one], bytes[other]);
        }
        return Arrays.compareUnsigned(bytes, one, one + oneLength, bytes, other, other + otherLength);
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
