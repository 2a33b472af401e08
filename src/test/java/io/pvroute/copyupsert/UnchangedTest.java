package io.pvroute.copyupsert;

import static io.pvroute.copyupsert.Upserts.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** What a batch costs that brings nothing new: next to nothing. And that a batch never reads more of the target than its own range. */
class UnchangedTest {

    private static final int WINDOW = 4_608; // 16 days of a sample every 5 minutes
    private static final Counts ALL_UNCHANGED = new Counts(0, 0, WINDOW, 0, 0);

    private static Upserts upserts;

    @BeforeAll
    static void open() {
        upserts = new Upserts();
    }

    @AfterAll
    static void close() {
        upserts.close();
    }

    @Test
    void writesNoRowNoDeadRowAndAlmostNoWal() {
        createTable("quiet");
        CopyUpsertProcessor processor = upserts.into("quiet");
        assertThat(upserts.run(processor, window(0))).isEqualTo(new Counts(WINDOW, 0, 0, 0, 0));
        // The stage's own first use is behind us, and so are hint bits, which checksums would log.
        upserts.execute("VACUUM quiet");
        upserts.run(processor, window(0));
        String before = statistics("quiet");
        long least = Long.MAX_VALUE; // others write WAL too: checkpoints, autovacuum

        for (int pass = 0; pass < 3; pass++) {
            long start = wal();
            assertThat(upserts.run(processor, window(0))).isEqualTo(ALL_UNCHANGED);
            least = Math.min(least, wal() - start);
        }

        assertThat(least).as("bytes of WAL").isLessThan(2_048);
        assertThat(statistics("quiet")).isEqualTo(before).endsWith("|0|0|0");
    }

    @Test
    void locksNoRow() {
        createTable("unlocked");
        upserts.run(upserts.into("unlocked"), window(0));

        upserts.run(upserts.into("unlocked"), window(0));

        assertThat(upserts.one("SELECT count(*) FROM unlocked WHERE xmax <> '0'")).isEqualTo("0");
    }

    @Test
    void changesOnlyTheRowsThatDiffer() {
        createTable("touched");
        upserts.run(upserts.into("touched"), window(0));
        List<Object> rows = window(0);
        rows.set(17, row("site", "roof", "ts", Instant.EPOCH.plusSeconds(17 * 300), "v", -1));

        assertThat(upserts.run(upserts.into("touched"), rows)).isEqualTo(new Counts(0, 1, WINDOW - 1, 0, 0));

        assertThat(statistics("touched")).isEqualTo(WINDOW + "|1|0|1");
    }

    @Test
    void theCatalogsDoNotGrowHoweverManyBatches() {
        createTable("steady");
        CopyUpsertProcessor processor = upserts.into("steady");
        processor.setBatchSize(10);
        upserts.run(processor, window(0).subList(0, 10));
        String before = catalogs();

        for (int round = 0; round < 4; round++) {
            upserts.run(processor, window(round).subList(0, 500));
        }

        assertThat(catalogs()).isEqualTo(before);
    }

    @Test
    void aSessionKeepsNoMoreStagesThanItNeedsHoweverManyShapesRowsHave() throws SQLException {
        upserts.execute("CREATE TABLE shapes (k int PRIMARY KEY, a int, b int, c int, d int, e int, f int)");
        var config = new HikariConfig();
        config.setJdbcUrl(upserts.database.url());
        config.setMaximumPoolSize(1);
        try (var pool = new HikariDataSource(config)) {
            CopyUpsertProcessor processor = upserts.into("shapes");
            processor.setDataSource(pool);
            processor.setWay("stage");
            for (int shape = 0; shape < 64; shape++) {
                Map<String, Object> row = row("k", shape);
                for (int column = 0; column < 6; column++) {
                    if ((shape >> column & 1) == 1) {
                        row.put("abcdef".substring(column, column + 1), shape);
                    }
                }
                assertThat(upserts.run(processor, row)).isEqualTo(new Counts(1, 0, 0, 0, 0));
            }
            try (Connection connection = pool.getConnection(); ResultSet stages = connection.createStatement().executeQuery(
                    "SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relname LIKE 'copyupsert%' AND relkind = 'r'")) {
                stages.next();
                assertThat(stages.getInt(1)).isBetween(1, 32);
            }
        }
        assertThat(upserts.one("SELECT count(*), count(f) FROM shapes")).isEqualTo("64|32");
    }

    @Test
    void leavesNoPreparedStatementAndNoSettingWithTheSession() {
        createTable("pooled");
        CopyUpsertProcessor processor = upserts.into("pooled");
        String settings = "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings WHERE name NOT LIKE 'in_%'";
        String before = upserts.one(settings);

        for (int pass = 0; pass < 8; pass++) {
            upserts.run(processor, window(0).subList(0, 5 + pass % 2));
        }

        // The driver itself prepares these, unless it is told not to (prepareThreshold=0).
        assertThat(upserts.query("SELECT statement FROM pg_prepared_statements")).isSubsetOf("BEGIN", "COMMIT", "ROLLBACK");
        assertThat(upserts.one(settings)).isEqualTo(before);
    }

    @Test
    void aBatchIntoABigTableThatWasNeverAnalyzedReadsOnlyItsRange() throws SQLException {
        createTable("big");
        upserts.execute("ALTER TABLE big SET (autovacuum_enabled = false)");
        upserts.execute("INSERT INTO big SELECT 'roof', 'epoch'::timestamptz + i * interval '5 minutes', i"
                + " FROM generate_series(0, 299999) i");
        var settings = new Settings(upserts.database.dataSource(), "big", List.of(), List.of(), Mode.UPSERT, Nulls.OVERWRITE, 1, Way.STAGE);
        Target target = new Targets().get(settings, List.of("site", "ts", "v"));
        var rows = new ArrayList<Object[]>();
        for (int i = 0; i < WINDOW; i++) {
            rows.add(new Object[] {"roof", Instant.EPOCH.plusSeconds((100_000 + i) * 300L), i % 2 == 0 ? 100_000 + i : -1});
        }
        var batch = new EncodedBatch(target, new RowBatch(1, List.of("site", "ts", "v"), rows), new CopyBuffer());
        Range range = Range.of(target.key(), batch.rows());
        var statements = Statements.ofStage(target, Nulls.OVERWRITE);

        try (Connection connection = upserts.database.dataSource().getConnection()) {
            String copied = statements.copyRange(3, range, 2 * WINDOW + 1, text -> "'" + text + "'");
            assertReadsOnlyItsRange(explain(connection, new Sql(copied.substring("COPY (".length(), copied.indexOf(") TO STDOUT")), List.of())));
            connection.setAutoCommit(false);
            // As the writer does it, but for the commit that empties the stage.
            execute(connection, Statements.lookUp());
            execute(connection, statements.createStage());
            CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(statements.copyToStage());
            batch.rows().sendTo(copy);
            copy.endCopy();
            for (Sql sql : List.of(statements.update(), statements.insert(), statements.insertOrKeep(), statements.countThere())) {
                assertReadsOnlyItsRange(explain(connection, sql));
            }
            connection.rollback();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void assertReadsOnlyItsRange(String plan) {
        assertThat(plan).contains("big_pkey").doesNotContain("Seq Scan on big");
        assertThat(rowsOfTargetRead(plan)).as(plan).isBetween(WINDOW / 2L, 2L * WINDOW);
    }

    @Test
    void severalDevicesInTurnAreReadNoFurtherThanTheirWindow() {
        createHistory("devices", 20);
        var rows = new ArrayList<Object>();
        for (int i = 0; i < 2_000; i++) {
            rows.add(row("device", "d" + (10 + i % 4), "ts", i / 4, "v", i / 4));
        }

        Counts counts = upserts.run(upserts.into("devices"), rows);

        assertThat(counts).isEqualTo(new Counts(0, 0, 2_000, 0, 0));
        assertReadsFewOf("devices", 2_000);
    }

    @Test
    void rowsFarApartAreLookedUpOneByOne() {
        createHistory("scattered", 100);
        var rows = new ArrayList<Object>();
        for (int i = 0; i < 300; i++) {
            rows.add(row("device", "d" + (10 + i % 100), "ts", i * 7 % 1_000, "v", i % 2 == 0 ? i * 7 % 1_000 : -1));
        }
        rows.add(row("device", "d10", "ts", 1_000, "v", 0));

        Counts counts = upserts.run(upserts.into("scattered"), rows);

        assertThat(counts).isEqualTo(new Counts(1, 150, 150, 0, 0));
        assertReadsFewOf("scattered", 301);
    }

    /** A thousand rows of each device, and no statistics of them. */
    private static void createHistory(String name, int devices) {
        upserts.execute("CREATE TABLE " + name + " (device text COLLATE \"C\", ts int, v int, PRIMARY KEY (device, ts))"
                + " WITH (autovacuum_enabled = false)");
        upserts.execute("INSERT INTO " + name + " SELECT 'd' || (10 + d), ts, ts FROM generate_series(0, " + (devices - 1)
                + ") d, generate_series(0, 999) ts");
    }

    /** By its count, by the update's two joins and by the insert: a few times each row, and never the whole. */
    private static void assertReadsFewOf(String table, int rows) {
        flushStatistics();
        String[] read = upserts.one("SELECT t.seq_tup_read, i.idx_tup_read FROM pg_stat_user_tables t"
                + " JOIN pg_stat_user_indexes i USING (relid) WHERE t.relname = '" + table + "'").split("\\|");
        assertThat(Long.parseLong(read[0])).isZero();
        assertThat(Long.parseLong(read[1])).isBetween((long) rows, 5L * rows);
    }

    private static String explain(Connection connection, Sql sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) " + sql.text())) {
            for (int i = 0; i < sql.parameters().size(); i++) {
                statement.setObject(i + 1, sql.parameters().get(i), Types.OTHER);
            }
            var plan = new StringBuilder();
            try (ResultSet line = statement.executeQuery()) {
                while (line.next()) {
                    plan.append(line.getString(1)).append('\n');
                }
            }
            return plan.toString();
        }
    }

    /** Adds up rows × loops of the scans of the target. */
    private static long rowsOfTargetRead(String plan) {
        return plan.lines().filter(line -> line.contains("Scan") && !line.contains("Bitmap Index Scan") && line.contains(" big"))
                .map(line -> line.replaceAll(".*actual rows=([0-9.]+) loops=(\\d+).*", "$1 $2").split(" "))
                .filter(numbers -> numbers.length == 2)
                .mapToLong(numbers -> Math.round(rowsOfLoop(numbers[0]) * Long.parseLong(numbers[1]))).sum();
    }

    /** Before PostgreSQL 18 the average is told as a whole number: half a row more is the most that it was. */
    private static double rowsOfLoop(String average) {
        return Double.parseDouble(average) + (average.contains(".") ? 0 : 0.5);
    }

    private static void createTable(String name) {
        upserts.execute("CREATE TABLE " + name + " (site text COLLATE \"C\", ts timestamptz, v float8, PRIMARY KEY (site, ts))");
    }

    private static List<Object> window(int number) {
        var rows = new ArrayList<Object>();
        for (int i = 0; i < WINDOW; i++) {
            rows.add(row("site", "roof", "ts", Instant.EPOCH.plusSeconds((number * WINDOW + i) * 300L), "v", i / 10.0));
        }
        return rows;
    }

    private static long wal() {
        return Long.parseLong(upserts.one("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')"));
    }

    /** Inserted, updated, deleted, dead. */
    private static String statistics(String table) {
        flushStatistics();
        return upserts.one("SELECT n_tup_ins, n_tup_upd, n_tup_del, n_dead_tup FROM pg_stat_user_tables WHERE relname = '" + table + "'");
    }

    /** A thread gets the connection again that it had last, whose session then reports what it has counted. */
    private static void flushStatistics() {
        upserts.query("SELECT pg_stat_force_next_flush()");
    }

    private static String catalogs() {
        return upserts.one("SELECT (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_attribute), (SELECT count(*) FROM pg_type),"
                + " (SELECT count(*) FROM pg_depend), pg_relation_size('pg_class'), pg_relation_size('pg_attribute'),"
                + " pg_relation_size('pg_type'), pg_relation_size('pg_depend')");
    }
}
