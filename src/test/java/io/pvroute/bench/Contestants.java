package io.pvroute.bench;

import java.util.List;

/** Who takes part in {@code bench/run write}, beside the seed in Python, which runs for itself. */
final class Contestants {

    static final String OURS = "ours";
    static final String SEED_SQL = "seed sql";
    static final String PLAIN_COPY = "plain copy";
    static final String CAMEL_SQL = "camel-sql";
    static final String CAMEL_SQL_WHERE = "camel-sql where";

    /** camel-sql takes long for a million rows: it gets a tenth of them. */
    private static final int SHARE_OF_CAMEL_SQL = 10;

    static final Entry ROWS = new Entry(OURS, (server, shape, table) -> new Ours(server, shape, table, rows -> rows));
    static final Entry SEED = new Entry(SEED_SQL, (server, shape, table) -> new SeedSql(server.connect(), shape, table));
    static final Entry COPY = new Entry(PLAIN_COPY, true, 1, (server, shape, table) -> new PlainCopy(server.connect(), shape, table));
    static final Entry BULK_INSERT = new Entry("pgbulkinsert",
            (server, shape, table) -> new BulkInsert(server.connect(), shape, table));
    /** As most write it: what is there is overwritten. */
    static final Entry CAMEL = new Entry(CAMEL_SQL, false, SHARE_OF_CAMEL_SQL, (server, shape, table) ->
            new CamelSql(CamelSql.connect(server), shape, table, SeedSql.overwrite(shape)));
    /** As the careful write it: only what differs is overwritten. */
    static final Entry CAMEL_WHERE = new Entry(CAMEL_SQL_WHERE, false, SHARE_OF_CAMEL_SQL, (server, shape, table) ->
            new CamelSql(CamelSql.connect(server), shape, table, SeedSql.onConflict(shape, table)));

    private Contestants() {
    }

    static List<Entry> ofLoads() {
        return List.of(SEED, CAMEL, BULK_INSERT, COPY, ROWS);
    }

    static List<Entry> ofLargeBatches() {
        return List.of(SEED, BULK_INSERT, COPY, ROWS);
    }

    static List<Entry> ofSmallBatches() {
        return List.of(SEED, CAMEL, CAMEL_WHERE, BULK_INSERT, ROWS);
    }

    static List<Entry> ofSparseBatches() {
        return List.of(SEED, CAMEL, CAMEL_WHERE, BULK_INSERT, ROWS);
    }
}
