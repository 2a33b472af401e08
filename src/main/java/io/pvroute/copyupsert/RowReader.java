package io.pvroute.copyupsert;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the rows of one batch: a Map or a Jackson object by column name, a List, an Object[] or a Jackson array by the position of the
 * configured columns.
 *
 * <p>The batch has the columns configured, else those that any of its rows has, in the order in which they first appear. A row by name that
 * lacks a column leaves it as it is stored; one by position must have all, as which of them it lacks cannot be told. With columns
 * configured, a row that has them all may have more, which are left out. One that lacks some and has others is refused: most likely a name
 * is misspelt, and its value would be lost without a word.
 */
final class RowReader {

    /** PostgreSQL's limit for a table (MaxHeapAttributeNumber): more names are no columns, and would fill the memory. */
    private static final int MOST_COLUMNS = 1600;

    private final boolean configured;
    private final long first;
    private final List<String> columns;
    private final Set<String> known;
    private final List<Object[]> rows = new ArrayList<>();

    /**
     * @param configured names of the columns; empty: those that the rows have
     * @param first      number of the first row in the body, from 1
     */
    RowReader(List<String> configured, long first) {
        this.configured = !configured.isEmpty();
        this.first = first;
        columns = new ArrayList<>(configured);
        known = new HashSet<>(configured);
    }

    int size() {
        return rows.size();
    }

    /** @throws UpsertDataException if it is no row, or has other columns than it may have */
    void add(Object row) {
        if (row instanceof Map<?, ?> map) {
            rows.add(byName(map));
        } else if (row instanceof Object[] array) {
            // Copied: whoever gives the rows may fill the same array again for the next one.
            rows.add(byPosition(Arrays.copyOf(array, array.length, Object[].class)));
        } else if (row instanceof List<?> list) {
            rows.add(byPosition(list.toArray()));
        } else if (JacksonNodes.isObject(row)) {
            rows.add(byName(JacksonNodes.fields(row)));
        } else if (JacksonNodes.isArray(row)) {
            rows.add(byPosition(JacksonNodes.elements(row)));
        } else {
            throw new UpsertDataException(place() + " is " + type(row) + "; expected a Map, a List or an Object[]"
                    + (row != null && row.getClass().isArray() ? ". Columns of primitive values can be given as a ColumnBatch." : "."));
        }
    }

    /** The rows added, which must be one at least. */
    Batch batch() {
        int width = columns.size();
        rows.replaceAll(values -> values.length == width ? values : widened(values, width));
        return new RowBatch(first, List.copyOf(columns), rows);
    }

    private Object[] byPosition(Object[] values) {
        if (!configured) {
            throw new UpsertDataException(place() + " has values by position, but the setting columns of CopyUpsertProcessor does not tell "
                    + "which columns they are. Set it, or give Maps.");
        }
        if (values.length != columns.size()) {
            throw new UpsertDataException(place() + " has " + values.length + (values.length == 1 ? " value" : " values") + " for the "
                    + columns.size() + " columns " + columns + '.');
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = JacksonNodes.given(values[i]);
        }
        return values;
    }

    private Object[] byName(Map<?, ?> row) {
        if (row.isEmpty()) {
            throw new UpsertDataException(place() + " is an empty Map: it has no columns.");
        }
        Object[] values = new Object[columns.size()];
        int found = 0;
        try {
            for (int i = 0; i < values.length; i++) {
                Object value = row.get(columns.get(i));
                if (value != null || row.containsKey(columns.get(i))) {
                    values[i] = JacksonNodes.given(value);
                    found++;
                } else {
                    values[i] = RowBatch.ABSENT;
                }
            }
        } catch (ClassCastException e) {
            // A sorted Map that compares its names, which are no text.
            row.keySet().forEach(this::requireText);
            throw e;
        }
        if (found == row.size() || configured && found == values.length) {
            return values;
        }
        if (configured) {
            throw new UpsertDataException(otherColumns(place(), columns, row.keySet()));
        }
        return withMore(row, values);
    }

    /** The row has columns that those before did not have. */
    private Object[] withMore(Map<?, ?> row, Object[] values) {
        row.keySet().forEach(this::requireText);
        for (Object name : row.keySet()) {
            if (known.add((String) name)) {
                columns.add((String) name);
            }
        }
        if (columns.size() > MOST_COLUMNS) {
            throw new UpsertDataException(place() + " and those before it in its batch have values for " + columns.size()
                    + " columns; a table has at most " + MOST_COLUMNS + ". Give Maps by the names of columns.");
        }
        Object[] more = Arrays.copyOf(values, columns.size());
        for (int i = values.length; i < more.length; i++) {
            more[i] = JacksonNodes.given(row.get(columns.get(i)));
        }
        return more;
    }

    private void requireText(Object name) {
        if (!(name instanceof String)) {
            String which = name == null ? "null" : name + ", which is " + type(name);
            throw new UpsertDataException(place() + " has a value for " + which + ", not for the name of a column.");
        }
    }

    private String place() {
        return "Row " + (first + rows.size());
    }

    /** The sentence about what has not all the columns configured, but others. */
    static String otherColumns(String what, List<String> columns, Set<?> given) {
        Set<Object> missing = new LinkedHashSet<>(columns);
        missing.removeAll(given);
        Set<Object> more = new LinkedHashSet<>(given);
        columns.forEach(more::remove);
        return what + " has other columns than those configured: " + missing + " missing, " + more
                + " more. Name them alike: the value of a misspelt one would be lost.";
    }

    /** What it is, for a sentence. */
    static String type(Object value) {
        if (value == null) {
            return "null";
        }
        String name = value.getClass().getTypeName();
        return ("aeiou".indexOf(name.charAt(0)) < 0 ? "a " : "an ") + name;
    }

    private static Object[] widened(Object[] values, int width) {
        Object[] wide = Arrays.copyOf(values, width);
        Arrays.fill(wide, values.length, width, RowBatch.ABSENT);
        return wide;
    }
}
