package io.pvroute.copyupsert;

import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;

/** The values of one column of the key in a batch: all of them while they are few, the least and the greatest where their bytes tell. */
final class Span {

    private static final int FEW = 64;

    private final KeyPart part;
    private final CopyBuffer buffer;
    private final Set<ByteBuffer> values = new LinkedHashSet<>();
    private Field last;
    private Field least;
    private Field greatest;

    Span(KeyPart part, CopyBuffer buffer) {
        this.part = part;
        this.buffer = buffer;
    }

    /** A value where it stands in the buffer. */
    record Field(int start, int length) {
    }

    /** @return how the value compares with the one before, by its bytes: 0 only if they are the same; 1 for the first */
    int add(Field field) {
        Field before = last;
        last = field;
        int order = before == null ? 1 : compare(field, before);
        if (order == 0) {
            return 0;
        }
        if (values.size() <= FEW) {
            values.add(ByteBuffer.wrap(buffer.copyOf(field.start(), field.length())));
        }
        if (least == null || compare(field, least) < 0) {
            least = field;
        }
        if (greatest == null || compare(field, greatest) > 0) {
            greatest = field;
        }
        return order;
    }

    /** How many values there are; {@link Integer#MAX_VALUE} for many. */
    int size() {
        return values.size() <= FEW ? values.size() : Integer.MAX_VALUE;
    }

    /** Whether a range that has so many combinations of the columns before may list the values of this one too. */
    boolean few(int combinations) {
        return size() == 1 || part.faithful() && (long) combinations * size() <= FEW;
    }

    Range.Bound bound(boolean few) {
        if (few) {
            return part.faithful() ? Range.Bound.among(part, values.stream().map(value -> text(value.array())).toList())
                    : Range.Bound.one(part);
        }
        return part.byteOrdered() ? Range.Bound.between(part, text(least), text(greatest)) : Range.Bound.between(part, null, null);
    }

    private int compare(Field one, Field other) {
        return buffer.compare(one.start(), one.length(), other.start(), other.length(), part.signed());
    }

    private String text(Field field) {
        return text(buffer.copyOf(field.start(), field.length()));
    }

    private String text(byte[] bytes) {
        return part.column().encoding().text(bytes, 0, bytes.length);
    }
}
