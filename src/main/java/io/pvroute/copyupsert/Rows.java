package io.pvroute.copyupsert;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of a body, a batch at a time: no more than one batch is ever held.
 *
 * <p>A row is a Map by column name, or a List or Object[] by the position of the configured columns. Without configured columns, those of
 * the first Map are taken and every later row must have the same: NULL is never written over what was not given.
 */
final class Rows implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Rows.class);

    private final Object body;
    private final Iterator<?> iterator;
    private final int batchSize;
    private final boolean configured;
    private List<String> columns;
    private long read;

    /**
     * @param columns as configured; empty: those of the first row
     * @throws UpsertDataException if the body is nothing that has rows
     */
    Rows(Object body, List<String> columns, int batchSize) {
        this.body = body;
        this.columns = columns;
        this.batchSize = batchSize;
        configured = !columns.isEmpty();
        iterator = iterator(body);
    }

    /** Whether the body can be read once only. */
    static boolean onceOnly(Object body) {
        return body instanceof Iterator || body instanceof Stream;
    }

    /** Rows read so far. */
    long read() {
        return read;
    }

    /** The next batch, or null at the end. */
    Batch next() {
        var rows = new ArrayList<Object[]>();
        long first = read + 1;
        while (rows.size() < batchSize && iterator.hasNext()) {
            Object row = iterator.next();
            read++;
            rows.add(values(row));
        }
        return rows.isEmpty() ? null : new RowBatch(first, columns, rows);
    }

    /** What was read from will not be read again: a stream of the database, for one, can let its connection go. */
    @Override
    public void close() {
        try {
            if (body instanceof Stream<?> stream) {
                stream.close();
            } else if (body instanceof Iterator && body instanceof Closeable closeable) {
                closeable.close();
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("The rows were read, but their {} could not be closed.", body.getClass().getName(), e);
        }
    }

    private static Iterator<?> iterator(Object body) {
        if (body instanceof Map) {
            return List.of(body).iterator();
        }
        if (body instanceof Iterable<?> iterable) {
            return iterable.iterator();
        }
        if (body instanceof Iterator<?> iterator) {
            return iterator;
        }
        if (body instanceof Stream<?> stream) {
            try {
                return stream.iterator();
            } catch (IllegalStateException e) {
                throw new UpsertDataException("The stream of rows in the body has been read already. Nothing was written.", e);
            }
        }
        if (body instanceof Object[] array) {
            return Arrays.asList(array).iterator();
        }
        throw new UpsertDataException("The body is " + type(body) + ", which has no rows. Nothing was written. "
                + "Give an Iterable, Iterator, Stream or array of rows, or one row as a Map.");
    }

    private Object[] values(Object row) {
        if (row instanceof Map<?, ?> map) {
            return byName(map);
        }
        Object[] values = row instanceof List<?> list ? list.toArray() : row instanceof Object[] array ? array : null;
        if (values == null) {
            throw new UpsertDataException("Row " + read + " is " + type(row) + "; expected a Map, a List or an Object[].");
        }
        if (!configured) {
            throw new UpsertDataException("Row " + read + " has values by position, but the setting columns of CopyUpsertProcessor does "
                    + "not tell which columns they are. Set it, or give Maps.");
        }
        if (values.length != columns.size()) {
            throw new UpsertDataException("Row " + read + " has " + values.length + " values for the " + columns.size() + " columns "
                    + columns + '.');
        }
        return values;
    }

    private Object[] byName(Map<?, ?> row) {
        if (columns.isEmpty()) {
            columns = columnsOf(row);
        }
        Object[] values = new Object[columns.size()];
        boolean same = configured || row.size() == values.length;
        for (int i = 0; i < values.length && same; i++) {
            values[i] = row.get(columns.get(i));
            same = values[i] != null || row.containsKey(columns.get(i));
        }
        if (!same) {
            Set<Object> missing = new LinkedHashSet<>(columns);
            missing.removeAll(row.keySet());
            Set<Object> more = new LinkedHashSet<>(row.keySet());
            more.removeAll(columns);
            throw new UpsertDataException("Row " + read + " has other columns than " + (configured ? "those configured" : "row 1") + ": "
                    + (missing.isEmpty() ? "" : missing + " missing") + (missing.isEmpty() || more.isEmpty() ? "" : ", ")
                    + (more.isEmpty() ? "" : more + " more")
                    + ". What was not given must not become NULL: give every row the same columns, null where one has no value.");
        }
        return values;
    }

    private List<String> columnsOf(Map<?, ?> row) {
        var names = new ArrayList<String>();
        for (Object name : row.keySet()) {
            if (!(name instanceof String)) {
                throw new UpsertDataException("Row " + read + " has a value for " + name + ", which is " + type(name)
                        + ", not the name of a column.");
            }
            names.add((String) name);
        }
        if (names.isEmpty()) {
            throw new UpsertDataException("Row " + read + " is an empty Map: it has no columns.");
        }
        return List.copyOf(names);
    }

    private static String type(Object value) {
        return value == null ? "null" : "a " + value.getClass().getTypeName();
    }
}
