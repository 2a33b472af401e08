package io.pvroute.copyupsert;

import java.lang.reflect.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.postgresql.copy.CopyIn;

/**
 * A batch as binary COPY takes it, with what was learnt from its keys on the way: whether they increase strictly, which proves without
 * asking the server that none is there twice, and the {@link Range} that they are in.
 *
 * <p>A row has a field more than the target has columns: its number in the batch, from 1, by which the last of duplicates is told.
 */
final class EncodedBatch {

    private static final int SHOWN = 60;
    private static final int INT_BYTES = 4;

    private final Target target;
    private final Batch batch;
    private final CopyBuffer buffer = new CopyBuffer();
    private final List<Span> spans;
    private boolean increasing;

    /** @throws UpsertDataException for the first value that does not fit its column, and for NULL in a key */
    EncodedBatch(Target target, Batch batch) {
        this.target = target;
        this.batch = batch;
        spans = target.key().stream().map(part -> new Span(part, buffer)).toList();
        increasing = target.key().stream().allMatch(KeyPart::faithful);
        encode();
    }

    int rows() {
        return batch.size();
    }

    /** Every key is greater than the one before it: there are no duplicates. Where this is false, there may be some. */
    boolean increasing() {
        return increasing;
    }

    void sendTo(CopyIn copy) throws SQLException {
        buffer.sendTo(copy);
    }

    Range range() {
        var bounds = new ArrayList<Range.Bound>();
        int combinations = 1;
        for (int i = 0; i < spans.size(); i++) {
            boolean few = spans.get(i).few(combinations);
            if (few || target.key().get(i).defaultOrder()) {
                bounds.add(spans.get(i).bound(few));
            }
            if (!few) {
                break;
            }
            combinations *= spans.get(i).size();
        }
        return new Range(bounds);
    }

    /**
     * @param number of the row in the batch, from 1
     * @param column its position, from 0
     * @param reason ends the sentence
     */
    UpsertDataException misfit(int number, int column, String reason) {
        return new UpsertDataException(place(number, target.columns().get(column)) + ": " + shown(batch.value(number - 1, column))
                + " does not fit the type " + target.columns().get(column).typeName() + "; " + reason + '.');
    }

    private void encode() {
        int[] starts = new int[target.columns().size()];
        for (int number = 1; number <= batch.size(); number++) {
            encodeRow(number, starts);
            int order = 0;
            for (int i = 0; i < spans.size(); i++) {
                int start = starts[target.key().get(i).position()];
                int ofPart = spans.get(i).add(new Span.Field(start + INT_BYTES, buffer.intAt(start)));
                order = order == 0 ? ofPart : order;
            }
            increasing &= order > 0;
        }
        buffer.end();
    }

    private void encodeRow(int number, int[] starts) {
        int columns = target.columns().size();
        buffer.startRow(columns + 1);
        for (int i = 0; i < columns; i++) {
            starts[i] = buffer.size();
            try {
                batch.encode(number - 1, i, target.columns().get(i).encoding().encoder(), buffer);
            } catch (Misfit misfit) {
                throw misfit(number, i, "expected " + misfit.expected());
            }
        }
        for (KeyPart part : target.key()) {
            if (batch.value(number - 1, part.position()) == null) {
                throw new UpsertDataException(place(number, part.column())
                        + " is NULL, but belongs to the key: such a row would be inserted again with every run.");
            }
        }
        buffer.putInt(INT_BYTES);
        buffer.putInt(number);
    }

    private String place(int number, Column column) {
        return "Row " + (batch.firstRow() + number - 1) + ", column " + column.name() + " of " + target.name();
    }

    /** A value for a message: what it is and of which class, cut where it is long. */
    private static String shown(Object value) {
        String text = value.getClass().isArray() ? Array.getLength(value) + " elements" : String.valueOf(value);
        String cut = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
        return '\'' + cut.replace("\0", "\\0") + "' (" + value.getClass().getSimpleName() + ')';
    }
}
