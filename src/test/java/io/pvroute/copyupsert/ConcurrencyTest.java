package io.pvroute.copyupsert;

import static io.pvroute.copyupsert.Upserts.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several writers of the same rows: nobody fails, no row is lost, and each has the whole value of one of them. */
@Timeout(120)
class ConcurrencyTest {

    private static final int WRITERS = 8;
    private static final int ROUNDS = 10;
    private static final int ROWS = 200;
    private static final int KEYS = 50 * (ROUNDS - 1) + ROWS;

    private static Upserts upserts;
    private static ExecutorService threads;

    @BeforeAll
    static void open() {
        upserts = new Upserts();
        threads = Executors.newFixedThreadPool(WRITERS);
    }

    @AfterAll
    static void close() throws InterruptedException {
        threads.shutdown();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        upserts.close();
    }

    @ParameterizedTest
    @CsvSource({"upsert, overwrite, int PRIMARY KEY", "upsert, keep, int PRIMARY KEY", "insert, overwrite, int PRIMARY KEY",
            "update, overwrite, int PRIMARY KEY", "update, keep, int PRIMARY KEY", "upsert, overwrite, numeric PRIMARY KEY",
            "update, overwrite, numeric PRIMARY KEY", "upsert, overwrite, int"})
    void eightWritersOfTheSameKeysAllSucceedAndNoRowIsLostDoubledOrMixed(String mode, String nulls, String key) throws Exception {
        boolean keep = nulls.equals("keep");
        upserts.execute("DROP TABLE IF EXISTS contested");
        upserts.execute("CREATE TABLE contested (k " + key + ", a int, b int)");
        if (mode.equals("update")) {
            upserts.execute("INSERT INTO contested SELECT k, -1, -1 FROM generate_series(0, " + (KEYS - 1) + ") k");
        }
        CopyUpsertProcessor processor = upserts.into("contested");
        processor.setKey("k");
        var calls = new ArrayList<Callable<Writer>>();
        for (int id = 0; id < WRITERS; id++) {
            var writer = new Writer(id, mode, nulls);
            calls.add(() -> writer.writeInto(processor));
        }

        var writers = new ArrayList<Writer>();
        try (var retries = new Retries()) {
            for (Future<Writer> writer : threads.invokeAll(calls)) {
                writers.add(writer.get());
            }
            assertThat(retries.told()).as("who writes in the same order as the others waits for them and does not die")
                    .noneMatch(told -> told.contains("deadlock"));
        }

        Counts sum = writers.stream().map(writer -> writer.counts).reduce(Counts.NONE, Counts::plus);
        assertThat(sum.inserted()).as("each row was inserted once").isEqualTo(mode.equals("update") ? 0 : KEYS);
        assertThat(sum.inserted() + sum.updated() + sum.unchanged()).isEqualTo(WRITERS * ROUNDS * ROWS);
        assertThat(sum.missing() + sum.duplicates()).isZero();
        List<String> rows = upserts.query("SELECT k, a, b FROM contested ORDER BY k");
        assertThat(rows).hasSize(KEYS);
        for (int k = 0; k < KEYS; k++) {
            String[] row = rows.get(k).split("\\|");
            int number = k;
            assertThat(row[0]).isEqualTo(String.valueOf(k));
            for (int column = 1; column <= 2; column++) {
                int field = column;
                assertThat(row[column]).as("column %d of row %d", column, k)
                        .isIn(writers.stream().flatMap(writer -> writer.given(number, field)).toList());
            }
            assertThat(keep || row[1].equals(row[2])).as("row %d is one writer's: %s", k, rows.get(k)).isTrue();
        }
    }

    /** Writes windows of keys that overlap with those of the others, in random order, each batch in another way. */
    private static final class Writer {

        private final int id;
        private final String mode;
        private final String nulls;
        private final Map<Integer, List<Map<String, Object>>> given = new HashMap<>();
        private Counts counts = Counts.NONE;

        Writer(int id, String mode, String nulls) {
            this.id = id;
            this.mode = mode;
            this.nulls = nulls;
        }

        Writer writeInto(CopyUpsertProcessor processor) {
            var random = new Random(id);
            for (int round = 0; round < ROUNDS; round++) {
                var rows = new ArrayList<Map<String, Object>>();
                int value = 1_000 * (id + 1) + round;
                for (int k = 50 * round; k < 50 * round + ROWS; k++) {
                    boolean onlyA = nulls.equals("keep") && random.nextInt(3) == 0;
                    boolean onlyB = nulls.equals("keep") && !onlyA && random.nextInt(3) == 0;
                    rows.add(row("k", k, "a", onlyB ? null : value, "b", onlyA ? null : value));
                    given.computeIfAbsent(k, key -> new ArrayList<>()).add(rows.get(rows.size() - 1));
                }
                Collections.shuffle(rows, random);
                var exchange = upserts.exchange(rows);
                exchange.getMessage().setHeader(CopyUpsertProcessor.MODE, mode);
                exchange.getMessage().setHeader(CopyUpsertProcessor.NULLS, nulls);
                exchange.getMessage().setHeader(CopyUpsertProcessor.WAY, Way.values()[random.nextInt(Way.values().length)]);
                processor.process(exchange);
                counts = counts.plus(Upserts.counts(exchange));
            }
            return this;
        }

        /** What a field may end with, as far as this writer has to do with it: what it gave last, or in mode insert what it gave first. */
        Stream<String> given(int key, int column) {
            List<String> values = given.getOrDefault(key, List.of()).stream().map(row -> row.get(column == 1 ? "a" : "b"))
                    .filter(value -> value != null || mode.equals("insert")).map(String::valueOf).toList();
            return values.isEmpty() ? Stream.empty() : Stream.of(values.get(mode.equals("insert") ? 0 : values.size() - 1));
        }
    }

    @Test
    void aKeyThatSomeoneElseInsertsMeanwhileIsUpdatedAndCountedSo() throws Exception {
        upserts.execute("CREATE TABLE raced (k int PRIMARY KEY, v text) PARTITION BY RANGE (k)");
        upserts.execute("CREATE TABLE raced_1 PARTITION OF raced FOR VALUES FROM (MINVALUE) TO (MAXVALUE)");
        upserts.execute("INSERT INTO raced VALUES (1, 'stored')");
        Future<Counts> ours;
        try (Connection other = upserts.database.dataSource().getConnection(); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("INSERT INTO raced VALUES (2, 'theirs'), (3, 'same')");
            ours = threads.submit(() -> upserts.run(upserts.into("raced"), List.of(
                    row("k", 1, "v", "ours"), row("k", 2, "v", "ours"), row("k", 3, "v", "same"), row("k", 4, "v", "ours"))));
            awaitOneWaiting();
            other.commit();
            other.setAutoCommit(true);
        }

        assertThat(ours.get()).isEqualTo(new Counts(1, 2, 1, 0, 0));
        assertThat(upserts.query("SELECT * FROM raced ORDER BY k")).containsExactly("1|ours", "2|ours", "3|same", "4|ours");
    }

    @Test
    void givingWayCountsEachRowOnceAlsoWhereATriggerChangesIt() throws Exception {
        upserts.execute("CREATE TABLE raced_too (k int PRIMARY KEY, v int)");
        upserts.execute("CREATE FUNCTION add() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.v := NEW.v + 1; RETURN NEW; END'");
        upserts.execute("CREATE TRIGGER add BEFORE INSERT ON raced_too FOR EACH ROW EXECUTE FUNCTION add()");
        Future<Counts> ours;
        try (Connection other = upserts.database.dataSource().getConnection(); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("INSERT INTO raced_too VALUES (2, 0)");
            ours = threads.submit(() -> upserts.run(upserts.into("raced_too"),
                    List.of(row("k", 3, "v", 5), row("k", 2, "v", 5), row("k", 2, "v", 6), row("k", 1, "v", 5))));
            awaitOneWaiting();
            other.commit();
            other.setAutoCommit(true);
        }

        assertThat(ours.get()).isEqualTo(new Counts(2, 1, 0, 0, 1));
        assertThat(upserts.query("SELECT * FROM raced_too ORDER BY k")).containsExactly("1|6", "2|6", "3|6");
    }

    @Test
    void aRowThatSomeoneElseChangesMeanwhileEndsWithOurs() throws Exception {
        upserts.execute("CREATE TABLE changed (k int PRIMARY KEY, v text)");
        upserts.execute("INSERT INTO changed VALUES (1, 'a'), (2, 'a'), (3, 'a')");
        Future<Counts> ours;
        try (Connection other = upserts.database.dataSource().getConnection(); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE changed SET v = 'theirs' WHERE k = 1");
            statement.execute("UPDATE changed SET v = 'b' WHERE k = 2");
            statement.execute("DELETE FROM changed WHERE k = 3");
            ours = threads.submit(() -> upserts.run(upserts.into("changed"),
                    List.of(row("k", 1, "v", "b"), row("k", 2, "v", "b"), row("k", 3, "v", "b"))));
            awaitOneWaiting();
            other.commit();
            other.setAutoCommit(true);
        }

        // Of the second they have just stored what we bring; the third we find gone.
        assertThat(ours.get()).isEqualTo(new Counts(1, 1, 1, 0, 0));
        assertThat(upserts.query("SELECT * FROM changed ORDER BY k")).containsExactly("1|b", "2|b", "3|b");
    }

    @Test
    void anAlterationThatWaitsForUsOrForWhichWeWaitLosesNothing() throws Exception {
        upserts.execute("CREATE TABLE moving (k int PRIMARY KEY, v numeric(4,1))");
        CopyUpsertProcessor processor = upserts.into("moving");
        upserts.run(processor, row("k", 1, "v", "1.25"));
        Future<Counts> ours;
        try (Connection other = upserts.database.dataSource().getConnection(); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("ALTER TABLE moving ALTER v TYPE numeric(6,2)");
            ours = threads.submit(() -> upserts.run(processor, row("k", 1, "v", "1.25")));
            awaitOneWaiting();
            other.commit();
            other.setAutoCommit(true);
        }

        assertThat(ours.get()).isEqualTo(new Counts(0, 1, 0, 0, 0));
        assertThat(upserts.query("SELECT * FROM moving")).containsExactly("1|1.25");
    }

    private static void awaitOneWaiting() {
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> upserts.one(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").equals("1"));
    }
}
