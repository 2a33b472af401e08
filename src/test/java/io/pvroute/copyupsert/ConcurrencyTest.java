package io.pvroute.copyupsert;

import static io.pvroute.copyupsert.Upserts.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several writers of the same rows: nobody fails, no row is lost, and each has the whole value of one of them. */
@Timeout(120)
class ConcurrencyTest {

    private static Upserts upserts;
    private static ExecutorService threads;

    @BeforeAll
    static void open() {
        upserts = new Upserts();
        threads = Executors.newFixedThreadPool(8);
    }

    @AfterAll
    static void close() throws InterruptedException {
        threads.shutdown();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        upserts.close();
    }

    @Test
    void eightWritersOfTheSameKeysInAnyOrderAllSucceed() throws Exception {
        upserts.execute("CREATE TABLE contested (k int PRIMARY KEY, a int, b int)");
        CopyUpsertProcessor processor = upserts.into("contested");
        var calls = new ArrayList<Callable<Counts>>();
        for (int writer = 0; writer < 8; writer++) {
            int id = writer;
            calls.add(() -> {
                var random = new Random(id);
                Counts counts = Counts.NONE;
                for (int round = 0; round < 10; round++) {
                    var rows = new ArrayList<Object>();
                    for (int k = 0; k < 200; k++) {
                        int value = 1_000 * id + round;
                        rows.add(row("k", 50 * round + k, "a", value, "b", value));
                    }
                    Collections.shuffle(rows, random);
                    counts = counts.plus(upserts.run(processor, rows));
                }
                return counts;
            });
        }

        Counts sum = Counts.NONE;
        for (Future<Counts> result : threads.invokeAll(calls)) {
            sum = sum.plus(result.get());
        }

        assertThat(upserts.one("SELECT count(*), count(*) FILTER (WHERE a = b AND a % 1000 < 10 AND a / 1000 < 8) FROM contested"))
                .isEqualTo("650|650");
        assertThat(sum.inserted()).as("each row was inserted once").isEqualTo(650);
        assertThat(sum.updated() + sum.unchanged()).isEqualTo(8 * 10 * 200 - 650);
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
