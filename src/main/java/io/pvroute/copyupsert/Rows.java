package io.pvroute.copyupsert;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of a body, a batch at a time: no more than one batch is ever held. What a row may be, see {@link RowReader}; those of a
 * {@link ColumnBatch} are there already, and only cut.
 */
final class Rows implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Rows.class);

    private final Object body;
    private final List<String> columns;
    private final int batchSize;
    private final Iterator<?> iterator;
    private long read;

    /**
     * @param columns as configured; empty: those that the rows have
     * @throws UpsertDataException if the body is nothing that has rows
     */
    Rows(Object body, List<String> columns, int batchSize) {
        this.body = body;
        this.columns = columns;
        this.batchSize = batchSize;
        iterator = body instanceof ColumnBatch columnar ? columnar.batches(columns, batchSize) : iterator(body);
    }

    /** Whether the body can be read once only. */
    static boolean onceOnly(Object body) {
        return body instanceof Iterator || body instanceof Stream;
    }

    /** Rows read so far. */
    long read() {
        return read;
    }

    /**
     * The next batch, or null at the end.
     *
     * @throws UpsertDataException if one of its rows is none, or has other columns than it may have
     */
    Batch next() {
        if (!iterator.hasNext()) {
            return null;
        }
        if (body instanceof ColumnBatch) {
            Batch batch = (Batch) iterator.next();
            read += batch.size();
            return batch;
        }
        var reader = new RowReader(columns, read + 1);
        do {
            read++;
            reader.add(iterator.next());
        } while (reader.size() < batchSize && iterator.hasNext());
        return reader.batch();
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
        // A node of Jackson is an Iterable too, that of an object of its values.
        if (body instanceof Map || JacksonNodes.isObject(body)) {
            return List.of(body).iterator();
        }
        if (body instanceof Iterator<?> iterator) {
            return iterator;
        }
        if (body instanceof Iterable<?> iterable && (!JacksonNodes.isNode(body) || JacksonNodes.isArray(body))) {
            return iterable.iterator();
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
        throw new UpsertDataException("The body is " + RowReader.type(body) + ", which has no rows. Nothing was written. "
                + "Give an Iterable, Iterator, Stream or array of rows, a ColumnBatch, or one row as a Map.");
    }
}
