package io.pvroute.copyupsert;

import static io.pvroute.copyupsert.Upserts.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What fails is repeated where that helps, told where it does not, and never half stored. */
@Timeout(120)
class FailureTest {

    private static Upserts upserts;

    @BeforeAll
    static void open() {
        upserts = new Upserts();
    }

    @AfterAll
    static void close() {
        upserts.close();
    }

    @ParameterizedTest
    @CsvSource({"40001, AGAIN", "40P01, AGAIN", "55P03, AGAIN", "57P01, AGAIN", "57P02, AGAIN", "57P03, AGAIN", "53300, AGAIN",
            "08006, AGAIN",
            "08001, AGAIN", "23505, RACE", "57014, LATER", "53100, LATER", "25006, LATER", "58030, LATER", "42P01, SCHEMA", "42501, SCHEMA",
            "0A000, SCHEMA", "21000, NEVER", "22003, NEVER", "23502, NEVER", "23503, NEVER", "23514, NEVER", "28P01, NEVER",
            "P0001, NEVER"})
    void theStateOfAFailureDecidesWhetherItIsRepeated(String state, Failure failure) {
        assertThat(Failure.of(new SQLException("", state))).isEqualTo(failure);
    }

    @Test
    void aPoolThatHasNoConnectionToGiveIsWorthAnotherTry() {
        assertThat(Failure.of(new SQLTransientConnectionException("timed out"))).isEqualTo(Failure.AGAIN);
        assertThat(Failure.of(new SQLException("unknown"))).isEqualTo(Failure.NEVER);
    }

    @Test
    void whatTheServerRefusesIsToldWithItsReasonAndTheRowsThatAreStored() {
        upserts.execute("CREATE TABLE strict (k int PRIMARY KEY, v int NOT NULL CHECK (v > 0))");
        CopyUpsertProcessor processor = upserts.into("strict");
        processor.setBatchSize(2);

        assertThatThrownBy(() -> upserts.run(processor, rows(1, 2, 3, -4))).isInstanceOf(UpsertDataException.class)
                .hasMessageContaining("strict does not take rows 3 to 4: row 4: new row for relation \"strict\" violates check constraint")
                .hasMessageContaining("Failing row contains (4, -4).")
                .hasMessageEndingWith("The batch (rows 3 to 4) was rolled back; rows 1 to 2 are stored.");
        assertThatThrownBy(() -> upserts.run(processor, row("k", 9, "v", null))).hasMessageContaining("null value in column \"v\"");
        assertThat(upserts.query("SELECT k FROM strict ORDER BY k")).containsExactly("1", "2");
    }

    @Test
    void aMessageIsOneLineWhateverIsInTheValuesAndWhateverTheServerSays() {
        upserts.execute("CREATE TABLE lines (k int PRIMARY KEY, v text CHECK (v NOT LIKE 'x%'), w int)");
        upserts.execute("CREATE FUNCTION two_lines() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION E'one\\ntwo'; END$$");
        upserts.execute("CREATE TABLE raising (k int PRIMARY KEY)");
        upserts.execute("CREATE TRIGGER two_lines BEFORE INSERT ON raising FOR EACH ROW EXECUTE FUNCTION two_lines()");

        assertThatThrownBy(() -> upserts.run(upserts.into("lines"), row("k", 1, "w", "a\r\nb")))
                .hasMessageContaining("'a b' (String) does not fit the type integer").hasMessageNotContainingAny("\r", "\n");
        assertThatThrownBy(() -> upserts.run(upserts.into("lines"), row("k", 1, "v", "x\ny")))
                .hasMessageContaining("Failing row contains (1, x y, null).").hasMessageNotContaining("\n");
        assertThatThrownBy(() -> upserts.run(upserts.into("raising"), row("k", 1)))
                .hasMessageContaining("raising does not take row 1: one two. The batch").hasMessageNotContaining("\n");
        // As of a deadlock; a log gets this text too.
        var deadlock = new PSQLException(new ServerErrorMessage("SERROR\0C40P01\0Mdeadlock detected\0DProcess 1 waits.\nProcess 2 waits.\0"
                + "WSQL function \"a\"\nline 2\0"));
        assertThat(ServerMessage.of(deadlock, new RowBatch(1, List.of(), List.of()), null)).isEqualTo("deadlock detected. Process 1 waits. Process 2 waits.");
    }

    @Test
    void aConnectionThatIsKilledInTheMiddleIsReplacedAndTheBatchRepeated() throws Exception {
        upserts.execute("CREATE TABLE killed (k int PRIMARY KEY, v int)");
        upserts.execute("INSERT INTO killed VALUES (1, 0)");

        CompletableFuture<Counts> ours;
        try (Connection other = upserts.database.dataSource().getConnection(); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE killed SET v = -1");
            ours = CompletableFuture.supplyAsync(() -> upserts.run(upserts.into("killed"), rows(1, 2, 3)));
            awaitOneWaiting();
            terminateWaiting();
            awaitOneWaiting(); // the second attempt
            assertThat(upserts.one("SELECT count(*), min(v) FROM killed")).isEqualTo("1|0");
            other.commit();
            other.setAutoCommit(true);
        }

        assertThat(ours.get()).isEqualTo(new Counts(2, 1, 0, 0, 0));
        assertThat(upserts.query("SELECT v FROM killed ORDER BY k")).containsExactly("1", "2", "3");
    }

    @Test
    void aLockThatIsNotGivenEndsAsTransientAfterItsAttemptsAndTheConnectionIsGoodForTheNext() throws Exception {
        upserts.execute("CREATE TABLE locked (k int PRIMARY KEY, v int)");
        upserts.execute("INSERT INTO locked VALUES (1, 0)");
        try (HikariDataSource single = single("lock_timeout=50")) {
            CopyUpsertProcessor processor = upserts.into("locked");
            processor.setDataSource(single);
            try (Connection other = upserts.database.dataSource().getConnection(); Statement statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("UPDATE locked SET v = -1");

                assertThatThrownBy(() -> upserts.run(processor, rows(1, 2))).isInstanceOf(TransientUpsertException.class)
                        .hasMessageContaining("did not take rows 1 to 2 for locked, tried 5 times: canceling statement due to lock timeout")
                        .hasMessageContaining("nothing was stored").hasRootCauseInstanceOf(SQLException.class);
                other.rollback();
                other.setAutoCommit(true);
            }
            assertThat(upserts.run(processor, rows(1, 2))).isEqualTo(new Counts(1, 1, 0, 0, 0));
            try (Connection connection = single.getConnection()) {
                assertThat(connection.getAutoCommit()).isTrue();
            }
        }
    }

    @Test
    void aCopyThatTheServerCancelsLeavesTheConnectionGoodForTheNext() {
        upserts.execute("CREATE TABLE wide (k int PRIMARY KEY, v text CHECK (v NOT LIKE 'z%'))");
        try (HikariDataSource single = single("statement_timeout=0")) {
            CopyUpsertProcessor processor = upserts.into("wide");
            processor.setDataSource(single);
            var rows = new ArrayList<Object>();
            for (int i = 0; i < 2_000; i++) {
                rows.add(row("k", i, "v", "x".repeat(1_000)));
            }
            rows.add(row("k", -1, "v", "y"));
            rows.set(1_500, row("k", 1_500, "v", "z".repeat(1_000)));

            assertThatThrownBy(() -> upserts.run(processor, rows)).isInstanceOf(UpsertDataException.class)
                    .hasMessageContaining("row 1501: new row for relation \"wide\" violates check constraint");

            rows.remove(1_500);
            assertThat(upserts.run(processor, rows)).isEqualTo(new Counts(2_000, 0, 0, 0, 0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTableWhoseKeysHaveBecomeEqualSinceItsCatalogWasReadIsReadAgain(Way way) {
        upserts.execute("DROP TABLE IF EXISTS alike");
        upserts.execute("CREATE TABLE alike (k text, v int)");
        CopyUpsertProcessor processor = upserts.into("alike");
        processor.setKey("k");
        processor.setWay(way.name());
        upserts.run(processor, row("k", "a", "v", 1));
        upserts.execute("ALTER TABLE alike ALTER k TYPE bpchar, ADD PRIMARY KEY (k)");

        assertThat(upserts.run(processor, List.of(row("k", "b", "v", 1), row("k", "b ", "v", 2)))).isEqualTo(new Counts(1, 0, 0, 0, 1));
        assertThat(upserts.query("SELECT rtrim(k), v FROM alike ORDER BY k")).containsExactly("a|1", "b|2");
    }

    @Test
    void aStatementTimeoutIsToldAtOnceAsTransient() throws Exception {
        upserts.execute("CREATE TABLE slow (k int PRIMARY KEY, v int)");
        upserts.execute("CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(10); RETURN NEW; END'");
        upserts.execute("CREATE TRIGGER sleep BEFORE INSERT ON slow FOR EACH ROW EXECUTE FUNCTION sleep()");
        try (HikariDataSource single = single("statement_timeout=200")) {
            CopyUpsertProcessor processor = upserts.into("slow");
            processor.setDataSource(single);

            assertThatThrownBy(() -> upserts.run(processor, rows(1))).isInstanceOf(TransientUpsertException.class)
                    .hasMessageContaining("tried once: canceling statement due to statement timeout");
        }
        assertThat(upserts.one("SELECT count(*) FROM slow")).isEqualTo("0");
    }

    @Test
    void aDatabaseThatIsAwayIsTransient() throws Exception {
        int closedPort;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closedPort = socket.getLocalPort();
        }
        var absent = new PGSimpleDataSource();
        absent.setServerNames(new String[] {"127.0.0.1"});
        absent.setPortNumbers(new int[] {closedPort});
        absent.setPassword("not to be told");
        CopyUpsertProcessor processor = upserts.into("away");
        processor.setDataSource(absent);

        assertThatThrownBy(() -> upserts.run(processor, rows(1))).isInstanceOf(TransientUpsertException.class)
                .hasMessageContaining("tried 5 times").hasMessageContaining("refused").hasMessageContaining("Try again later")
                .message().doesNotContain("not to be told");
    }

    @Test
    void aThreadThatIsInterruptedStopsTryingAndStaysInterrupted() throws Exception {
        upserts.execute("CREATE TABLE interrupted (k int PRIMARY KEY, v int)");
        upserts.execute("INSERT INTO interrupted VALUES (1, 0)");
        try (HikariDataSource single = single("lock_timeout=20"); Connection other = upserts.database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE interrupted SET v = -1");
            CopyUpsertProcessor processor = upserts.into("interrupted");
            processor.setDataSource(single);
            var stillInterrupted = new CompletableFuture<Boolean>();
            var failure = new CompletableFuture<Throwable>();
            var writer = new Thread(() -> {
                try {
                    upserts.run(processor, rows(1));
                    failure.complete(null);
                } catch (RuntimeException e) {
                    failure.complete(e);
                }
                stillInterrupted.complete(Thread.currentThread().isInterrupted());
            });
            writer.start();
            Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> writer.getState() == Thread.State.TIMED_WAITING);
            writer.interrupt();

            assertThat(failure.get(10, TimeUnit.SECONDS)).isInstanceOf(TransientUpsertException.class);
            assertThat(stillInterrupted.get()).isTrue();
            other.rollback();
            other.setAutoCommit(true);
        }
    }

    private static HikariDataSource single(String option) {
        var config = new HikariConfig();
        config.setJdbcUrl(upserts.database.url());
        config.addDataSourceProperty("options", "-c " + option);
        config.setMaximumPoolSize(1);
        return new HikariDataSource(config);
    }

    private static List<Object> rows(int... values) {
        var rows = new ArrayList<Object>();
        for (int value : values) {
            rows.add(row("k", Math.abs(value), "v", value));
        }
        return rows;
    }

    private static void awaitOneWaiting() {
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> upserts.one("SELECT count(*) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND wait_event_type = 'Lock'").equals("1"));
    }

    private static void terminateWaiting() {
        upserts.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND wait_event_type = 'Lock'");
    }
}
