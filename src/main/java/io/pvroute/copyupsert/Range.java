package io.pvroute.copyupsert;

import java.util.ArrayList;
import java.util.List;

/**
 * Where in the target's key the rows of a batch lie. The leading columns of the key are bound to the values that they have, as long as
 * these are few, and the first column of many values to what lies between its least and its greatest; a bound on a later column alone
 * makes it worse.
 */
record Range(List<Bound> bounds) {

    private static final int FEW = 64;

    /**
     * @param key  whose equal values have equal bytes
     * @param rows none of which has NULL in its key
     */
    static Range of(List<KeyPart> key, EncodedRows rows) {
        var bounds = new ArrayList<Bound>();
        int combinations = 1;
        for (int i = 0; i < key.size(); i++) {
            KeyPart part = key.get(i);
            List<String> values = few(part, i, rows, FEW / combinations);
            if (!values.isEmpty()) {
                bounds.add(Bound.among(part, values));
                combinations *= values.size();
            } else {
                if (part.byteOrdered()) {
                    bounds.add(between(part, i, rows));
                }
                break;
            }
        }
        return new Range(bounds);
    }

    /**
     * A column of the key and the values that the batch has of it, as text that the type's input function takes.
     *
     * @param among   all its values; empty where they are many
     * @param atLeast the least of many
     * @param atMost  the greatest of many
     */
    record Bound(KeyPart part, List<String> among, String atLeast, String atMost) {

        static Bound among(KeyPart part, List<String> values) {
            return new Bound(part, values, null, null);
        }

        static Bound between(KeyPart part, String atLeast, String atMost) {
            return new Bound(part, List.of(), atLeast, atMost);
        }
    }

    /** The values of a column, none if there are more than {@code most}. */
    private static List<String> few(KeyPart part, int column, EncodedRows rows, int most) {
        var fields = new ArrayList<Integer>();
        int before = -1;
        for (int row = 0; row < rows.size(); row++) {
            int field = rows.field(row, column);
            if (before < 0 || rows.compareFields(before, field, false) != 0
                    && fields.stream().noneMatch(known -> rows.compareFields(known, field, false) == 0)) {
                fields.add(field);
                if (fields.size() > most) {
                    return List.of();
                }
            }
            before = field;
        }
        return fields.stream().map(field -> rows.text(field, part.column().encoding())).toList();
    }

    private static Bound between(KeyPart part, int column, EncodedRows rows) {
        int least = rows.field(0, column);
        int greatest = least;
        for (int row = 1; row < rows.size(); row++) {
            int field = rows.field(row, column);
            least = rows.compareFields(field, least, part.signed()) < 0 ? field : least;
            greatest = rows.compareFields(field, greatest, part.signed()) > 0 ? field : greatest;
        }
        return Bound.between(part, rows.text(least, part.column().encoding()), rows.text(greatest, part.column().encoding()));
    }
}
