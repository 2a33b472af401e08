package io.pvroute.bench;

import java.util.List;
import java.util.Set;

/**
 * Who takes part in {@code bench/run write}, beside the seed in Python, which runs for itself.
 *
 * @param chosen names of those that do; empty: all
 */
record Contestants(Set<String> chosen) {

    /** Rows as Object[], as most have them: what the ratios are about. */
    static final String OURS = "ours";
    /** The same rows in a ColumnBatch. */
    static final String OURS_COLUMNS = "ours columns";
    static final String SEED_SQL = "seed sql";
    static final String PLAIN_COPY = "plain copy";
    static final String BULK_INSERT = "pgbulkinsert";
    /** As most write it: what is there is overwritten. */
    static final String CAMEL_SQL = "camel-sql";
    /** As the careful write it: only what differs is overwritten. */
    static final String CAMEL_SQL_WHERE = "camel-sql where";

    /** As they stand in the tables. */
    static final List<String> NAMES = List.of(SeedPython.NAME, SEED_SQL, CAMEL_SQL, CAMEL_SQL_WHERE, BULK_INSERT, PLAIN_COPY, OURS,
            OURS_COLUMNS);

    /** camel-sql takes long for a million rows: it gets a tenth of them. */
    private static final int SHARE_OF_CAMEL_SQL = 10;

    static Entry ours() {
        return new Entry(OURS, (server, shape, table) -> new Ours(server, shape, table, rows -> rows));
    }

    boolean has(String name) {
        return chosen.isEmpty() || chosen.contains(name);
    }

    List<Entry> ofLoads() {
        return of(seedSql(), camelSql(SHARE_OF_CAMEL_SQL), bulkInsert(), plainCopy(), ours(), columns());
    }

    /** PgBulkInsert comes near its SQL here too, and would take a minute more. */
    List<Entry> ofLargeBatches() {
        return of(seedSql(), plainCopy(), ours(), columns());
    }

    List<Entry> ofBatches() {
        return of(seedSql(), camelSql(1), camelSqlWhere(), bulkInsert(), ours(), columns());
    }

    private List<Entry> of(Entry... entries) {
        return List.of(entries).stream().filter(entry -> has(entry.name())).toList();
    }

    private static Entry columns() {
        return new Entry(OURS_COLUMNS, (server, shape, table) -> new Ours(server, shape, table, rows -> Columns.of(shape, rows)));
    }

    private static Entry seedSql() {
        return new Entry(SEED_SQL, (server, shape, table) -> new SeedSql(server.connect(), shape, table));
    }

    private static Entry plainCopy() {
        return new Entry(PLAIN_COPY, true, 1, (server, shape, table) -> new PlainCopy(server.connect(), shape, table));
    }

    private static Entry bulkInsert() {
        return new Entry(BULK_INSERT, (server, shape, table) -> new BulkInsert(server.connect(), shape, table));
    }

    private static Entry camelSql(int share) {
        return new Entry(CAMEL_SQL, false, share, (server, shape, table) ->
                new CamelSql(CamelSql.connect(server), shape, table, SeedSql.overwrite(shape)));
    }

    private static Entry camelSqlWhere() {
        return new Entry(CAMEL_SQL_WHERE, (server, shape, table) ->
                new CamelSql(CamelSql.connect(server), shape, table, SeedSql.onConflict(shape, table)));
    }
}
