package io.pvroute.copyupsert;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Upserts the rows in the message's body into a PostgreSQL table: new keys are inserted, rows that differ are updated, and rows that are
 * the same are not touched, so that a repeated message writes nothing. Every setting can be replaced by a header of the message.
 *
 * <p>The body is an {@link Iterable}, {@link java.util.Iterator}, {@link java.util.stream.Stream} or array of rows, an {@code ArrayNode} of
 * Jackson, a {@link ColumnBatch}, or one row as a Map or {@code ObjectNode}. A row is a {@link java.util.Map} or {@code ObjectNode} by
 * column name, or a {@link List}, {@code Object[]} or {@code ArrayNode} by the position of {@code columns}. Rows by name need not all have
 * the same columns: one that a row does not have stays as it is stored (in a new row it gets its default), where null is written. The rows
 * are written in transactions of {@code batchSize}; of rows with the same key in one of them the last wins. A failure rolls back its batch,
 * and the exception tells which batches before are stored.
 *
 * <p>Afterwards the headers {@value #INSERTED}, {@value #UPDATED}, {@value #UNCHANGED}, {@value #MISSING} and {@value #DUPLICATES} hold
 * the counts as {@link Long}; their sum is the number of rows. The body stays. So do headers that were options: remove them before another
 * upsert in the same exchange that is not to follow them. An Iterator or Stream is closed once read, and one that was read before (as in a
 * redelivery by Camel) is refused, never taken for no rows. So is an Iterable that had rows and now has none; it must begin anew each time.
 *
 * <p>Failures are {@link UpsertDataException}, which repeating does not cure, and {@link TransientUpsertException}, which is worth trying
 * later: what a second try is good for at once has been tried. One instance may serve any number of routes and threads.
 */
public final class CopyUpsertProcessor implements Processor {

    /** The table to write, in place of the setting. */
    public static final String TABLE = "CamelCopyUpsertTable";
    /** The columns, as comma separated text, a collection or an array. */
    public static final String COLUMNS = "CamelCopyUpsertColumns";
    /** The key's columns, as comma separated text, a collection or an array. */
    public static final String KEY = "CamelCopyUpsertKey";
    /** {@code upsert}, {@code insert} or {@code update}. */
    public static final String MODE = "CamelCopyUpsertMode";
    /** {@code overwrite} or {@code keep}. */
    public static final String NULLS = "CamelCopyUpsertNulls";
    /** Rows in a transaction. */
    public static final String BATCH_SIZE = "CamelCopyUpsertBatchSize";
    /** {@code auto}, {@code range}, {@code keys}, {@code stage} or {@code arrays}. */
    public static final String WAY = "CamelCopyUpsertWay";

    /** Rows whose key was not there. */
    public static final String INSERTED = "CamelCopyUpsertInserted";
    /** Rows whose key was there with other values. */
    public static final String UPDATED = "CamelCopyUpsertUpdated";
    /**
     * Rows that were there just so, or that the mode {@code insert} leaves as they are; also those that a trigger of the table keeps out, as
     * PostgreSQL does not tell them apart.
     */
    public static final String UNCHANGED = "CamelCopyUpsertUnchanged";
    /** Rows that were not there and that the mode {@code update} does not create. */
    public static final String MISSING = "CamelCopyUpsertMissing";
    /** Rows that a later row of the same batch replaced. */
    public static final String DUPLICATES = "CamelCopyUpsertDuplicates";

    /** Exchange property: the body that can be read once only and was read, or that may be such a one. */
    private static final String CONSUMED = "CamelCopyUpsertConsumed";
    private static final int DEFAULT_BATCH_SIZE = 10_000;

    private final Targets targets = new Targets();
    private final Buffers buffers = new Buffers();

    private volatile DataSource dataSource;
    private volatile String table;
    private volatile List<String> columns = List.of();
    private volatile List<String> key = List.of();
    private volatile Mode mode = Mode.UPSERT;
    private volatile Nulls nulls = Nulls.OVERWRITE;
    private volatile Way way = Way.AUTO;
    private volatile int batchSize = DEFAULT_BATCH_SIZE;

    /** Where to write. Unset: the only {@link DataSource} in the Camel registry. */
    public void setDataSource(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Name of the table, with or without its schema; quotes and capitals as in SQL, or just as the table has them. */
    public void setTable(String table) {
        this.table = table;
    }

    /**
     * Names of the columns that are written, separated by commas. A row by position has a value for each of them, a row by name may lack
     * some, or have all of them and more. Unset: all columns that the rows have, which are Maps then.
     */
    public void setColumns(String columns) {
        this.columns = names(columns, "columns");
    }

    /** The same as a list. */
    public void setColumns(List<String> columns) {
        this.columns = names(columns, "columns");
    }

    /** Names of the columns that identify a row, separated by commas; they have a unique index. Unset: the primary key. */
    public void setKey(String key) {
        this.key = names(key, "key");
    }

    /** The same as a list. */
    public void setKey(List<String> key) {
        this.key = names(key, "key");
    }

    /**
     * @param mode {@code upsert} (the default): new rows are inserted, stored ones updated where they differ; {@code insert}: new rows are
     *             inserted, stored ones win; {@code update}: stored rows are updated, new ones are counted as missing
     */
    public void setMode(String mode) {
        this.mode = choice(mode, Mode.values(), "mode");
    }

    /** @param nulls {@code overwrite} (the default), or {@code keep}: a NULL never erases a value that is stored */
    public void setNulls(String nulls) {
        this.nulls = choice(nulls, Nulls.values(), "nulls");
    }

    /** @param batchSize rows in a transaction, at least 1; default 10,000. So many rows are held in memory at most. */
    public void setBatchSize(int batchSize) {
        this.batchSize = batchSize(batchSize);
    }

    /**
     * How rows are compared and carried, for tests and diagnosis; where a table does not allow it, another way is taken.
     *
     * @param way {@code auto} (the default); {@code range} or {@code keys}: the stored rows of the batch's range, or of its keys, are read
     *            and compared here; {@code stage} or {@code arrays}: the server compares, and the rows get there through a temporary table
     *            or as parameters
     */
    public void setWay(String way) {
        this.way = choice(way, Way.values(), "way");
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        // Counts of an upsert before, left where this one fails, would be taken for its own.
        for (String header : Set.of(INSERTED, UPDATED, UNCHANGED, MISSING, DUPLICATES)) {
            message.removeHeader(header);
        }
        Settings settings = settings(exchange);
        Object body = message.getBody();
        boolean onceOnly = Rows.onceOnly(body);
        // Any Iterable may turn out to be so too: that of a cursor, or with a Stream behind it.
        boolean perhaps = body instanceof Iterable && !(body instanceof Collection);
        boolean consumed = (onceOnly || perhaps) && exchange.getProperty(CONSUMED) == body;
        if (onceOnly) {
            if (consumed) {
                throw consumed(body);
            }
            exchange.setProperty(CONSUMED, body);
        }
        Counts counts;
        try (var rows = new Rows(body, settings.columns(), settings.batchSize())) {
            try {
                counts = new Upsert(settings, targets, buffers, rows).run();
            } finally {
                if (perhaps && rows.read() > 0) {
                    exchange.setProperty(CONSUMED, body);
                }
            }
            if (consumed && rows.read() == 0) {
                throw consumed(body);
            }
        }
        message.setHeader(INSERTED, counts.inserted());
        message.setHeader(UPDATED, counts.updated());
        message.setHeader(UNCHANGED, counts.unchanged());
        message.setHeader(MISSING, counts.missing());
        message.setHeader(DUPLICATES, counts.duplicates());
    }

    private static UpsertDataException consumed(Object body) {
        return new UpsertDataException("The rows in the body, " + body.getClass().getTypeName() + ", can be read only once and have been "
                + "read by an upsert before. Nothing was written. Collect them into a List where it is to be repeated.");
    }

    private Settings settings(Exchange exchange) {
        Message message = exchange.getMessage();
        String toTable = message.getHeader(TABLE, table, String.class);
        if (toTable == null || toTable.isBlank()) {
            throw new UpsertDataException("No table is named. Nothing was written. Set table of CopyUpsertProcessor, or the header " + TABLE
                    + '.');
        }
        Object givenColumns = message.getHeader(COLUMNS);
        Object givenKey = message.getHeader(KEY);
        Object givenMode = message.getHeader(MODE);
        Object givenNulls = message.getHeader(NULLS);
        Object givenWay = message.getHeader(WAY);
        Object givenBatchSize = message.getHeader(BATCH_SIZE);
        return new Settings(dataSource(exchange), toTable,
                givenColumns == null ? columns : names(givenColumns, COLUMNS),
                givenKey == null ? key : names(givenKey, KEY),
                givenMode == null ? mode : choice(givenMode, Mode.values(), MODE),
                givenNulls == null ? nulls : choice(givenNulls, Nulls.values(), NULLS),
                givenBatchSize == null ? batchSize : batchSize(givenBatchSize),
                givenWay == null ? way : choice(givenWay, Way.values(), WAY));
    }

    private DataSource dataSource(Exchange exchange) {
        DataSource configured = dataSource;
        if (configured != null) {
            return configured;
        }
        Set<DataSource> registered = exchange.getContext().getRegistry().findByType(DataSource.class);
        if (registered.size() != 1) {
            throw new UpsertDataException("CopyUpsertProcessor has no dataSource, and the Camel registry has "
                    + (registered.isEmpty() ? "none" : registered.size() + " of them, which leaves open which one is meant")
                    + ". Nothing was written. Set dataSource of CopyUpsertProcessor.");
        }
        return registered.iterator().next();
    }

    private static List<String> names(Object given, String setting) {
        var names = new ArrayList<String>();
        if (given instanceof Object[] array) {
            return names(Arrays.asList(array), setting);
        }
        if (given instanceof Collection<?> collection) {
            collection.forEach(name -> names.add(String.valueOf(name)));
        } else if (given != null && !given.toString().isBlank()) {
            names.addAll(Name.list(given.toString(), ','));
        }
        if (names.stream().anyMatch(String::isBlank)) {
            throw new UpsertDataException("An empty name is in " + setting + " (" + given + "). Name columns separated by single commas.");
        }
        return List.copyOf(names);
    }

    private static <E extends Enum<E>> E choice(Object given, E[] choices, String setting) {
        String word = String.valueOf(given).strip();
        for (E one : choices) {
            if (one.name().equalsIgnoreCase(word)) {
                return one;
            }
        }
        throw new UpsertDataException(setting + " is " + given + "; it can be "
                + Stream.of(choices).map(one -> one.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", ")) + '.');
    }

    private static int batchSize(Object given) {
        try {
            // By its text: Camel's conversion fails with an exception of its own, and cuts a long down to another number.
            int rows = Integer.parseInt(given.toString().strip());
            if (rows > 0) {
                return rows;
            }
        } catch (NumberFormatException noNumberOfRows) {
            // as any other that is none
        }
        throw new UpsertDataException("batchSize is " + given + "; it is a number of rows, at least 1.");
    }
}
