package io.pvroute.copyupsert;

import static io.pvroute.copyupsert.Upserts.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that stops, or has no room, time or lock to give: nothing is half stored, and then the same pool serves the same batch. */
@Timeout(120)
class ServerFaultsTest {

    private static final int ROWS = 400;
    private static final Counts ALL_INSERTED = new Counts(ROWS, 0, 0, 0, 0);
    private static final Counts ALL_UNCHANGED = new Counts(0, 0, ROWS, 0, 0);

    private static Upserts upserts;

    @BeforeAll
    static void open() {
        upserts = new Upserts();
        Configurator.setLevel(Upsert.class, Level.ERROR); // that something is tried again is what is wanted here
    }

    @AfterAll
    static void close() {
        Configurator.setLevel(Upsert.class, (Level) null);
        upserts.close();
    }

    @Test
    void aServerThatIsStoppedInTheMiddleAndStartedAgainGetsTheBatchAsAWhole(@TempDir Path directory) throws Exception {
        EmbeddedPostgres server = server(directory.resolve("data"), 0);
        String url = server.getJdbcUrl("postgres", "postgres");
        try (HikariDataSource pool = pool(url, "SELECT 1")) {
            CompletableFuture<Counts> ours;
            try (Connection other = DriverManager.getConnection(url); Statement statement = other.createStatement()) {
                statement.execute("CREATE TABLE stopped (k int PRIMARY KEY, v text)");
                statement.execute("INSERT INTO stopped VALUES (0, 'stored')");
                other.setAutoCommit(false);
                statement.execute("UPDATE stopped SET v = 'theirs'");
                ours = CompletableFuture.supplyAsync(() -> upserts.run(into("stopped", pool), rows()));
                Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> statement.executeQuery("SELECT FROM pg_stat_activity"
                        + " WHERE wait_event_type = 'Lock'").next());
                server.close();
                server = server(directory.resolve("data"), server.getPort());
            }

            assertThat(ours.get()).isEqualTo(new Counts(ROWS - 1, 1, 0, 0, 0));
            assertThat(upserts.run(into("stopped", pool), rows())).isEqualTo(ALL_UNCHANGED);
        } finally {
            server.close();
        }
    }

    @Test
    void aStatementTimeoutAtAnyMomentLeavesTheTableUntouchedOrComplete() {
        upserts.execute("CREATE TABLE hasty (k int PRIMARY KEY, v text)");
        int failed = 0;
        for (int milliseconds : List.of(1, 2, 3, 4, 6, 8, 12, 16, 24, 32)) {
            upserts.execute("TRUNCATE hasty");
            try (HikariDataSource pool = pool(upserts.database.url(), "SET statement_timeout = " + milliseconds)) {
                assertThat(upserts.run(into("hasty", pool), rows())).isEqualTo(ALL_INSERTED);
            } catch (TransientUpsertException e) {
                failed++;
                assertThat(e).hasMessageContaining("canceling statement due to statement timeout");
                assertThat(upserts.one("SELECT count(*) FROM hasty")).isEqualTo("0");
            }
        }
        assertThat(failed).as("of the shortest at least one has struck").isPositive();
        assertThat(upserts.run(upserts.into("hasty"), rows()).missing()).isZero();
        assertThat(upserts.run(upserts.into("hasty"), rows())).isEqualTo(ALL_UNCHANGED);
    }

    @Test
    void aTableThatSomeoneKeepsLockedIsTransientAndThenWrittenByTheSamePool() throws SQLException {
        upserts.execute("CREATE TABLE kept (k int PRIMARY KEY, v text)");
        try (HikariDataSource pool = pool(upserts.database.url(), "SET lock_timeout = 30")) {
            try (Connection other = upserts.database.dataSource().getConnection(); Statement statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("LOCK TABLE kept");

                assertThatThrownBy(() -> upserts.run(into("kept", pool), rows())).isInstanceOf(TransientUpsertException.class)
                        .hasMessageContaining("tried 5 times: canceling statement due to lock timeout");
                other.rollback();
                other.setAutoCommit(true);
            }

            assertThat(upserts.one("SELECT count(*) FROM kept")).isEqualTo("0");
            assertThat(upserts.run(into("kept", pool), rows())).isEqualTo(ALL_INSERTED);
        }
    }

    @Test
    void anErrorOfTheDiskInTheMiddleIsTransientAndToldAtOnce() {
        upserts.execute("CREATE TABLE failing (k int PRIMARY KEY, v text)");
        upserts.execute("CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF NEW.k = 300 THEN"
                + " RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END IF; RETURN NEW; END$$");
        upserts.execute("CREATE TRIGGER no_room BEFORE INSERT ON failing FOR EACH ROW EXECUTE FUNCTION no_room()");
        try (HikariDataSource pool = pool(upserts.database.url(), "SELECT 1")) {
            assertThatThrownBy(() -> upserts.run(into("failing", pool), rows())).isInstanceOf(TransientUpsertException.class)
                    .hasMessageContaining("tried once: no room");
            assertThat(upserts.one("SELECT count(*) FROM failing")).isEqualTo("0");

            upserts.execute("DROP TRIGGER no_room ON failing");
            assertThat(upserts.run(into("failing", pool), rows())).isEqualTo(ALL_INSERTED);
        }
    }

    @Test
    void aDiskThatIsFullIsTransientAndOnceThereIsRoomTheBatchIsStored(@TempDir Path directory) throws Exception {
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", directory.toString()),
                "A small disk of its own is mounted only for root");
        try (EmbeddedPostgres server = EmbeddedPostgres.start();
                HikariDataSource pool = pool(server.getJdbcUrl("postgres", "postgres"), "SELECT 1");
                Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLESPACE small LOCATION '" + Files.createDirectory(directory.resolve("data")) + "'");
            statement.execute("CREATE TABLE small (k int PRIMARY KEY, v text) TABLESPACE small");
            Path filler = directory.resolve("filler");
            fill(filler);

            assertThatThrownBy(() -> upserts.run(into("small", pool), rows())).isInstanceOf(TransientUpsertException.class)
                    .hasMessageContaining("tried once: could not extend file");
            assertThat(statement.executeQuery("SELECT FROM small").next()).isFalse();

            Files.delete(filler);
            assertThat(upserts.run(into("small", pool), rows())).isEqualTo(ALL_INSERTED);
        } finally {
            assertThat(run("umount", directory.toString())).isTrue();
        }
    }

    /** Leaves room for some of the rows. */
    private static void fill(Path file) throws IOException {
        long room = Files.getFileStore(file.getParent()).getUsableSpace() - 100 * 1024;
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(new byte[Math.toIntExact(room)]);
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    private static EmbeddedPostgres server(Path directory, int port) throws IOException {
        return EmbeddedPostgres.builder().setDataDirectory(directory).setCleanDataDirectory(false).setPort(port).start();
    }

    private static HikariDataSource pool(String url, String first) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(2);
        config.setConnectionInitSql(first);
        return new HikariDataSource(config);
    }

    private static CopyUpsertProcessor into(String table, HikariDataSource pool) {
        CopyUpsertProcessor processor = upserts.into(table);
        processor.setDataSource(pool);
        return processor;
    }

    private static List<Object> rows() {
        var rows = new ArrayList<Object>();
        for (int k = 0; k < ROWS; k++) {
            rows.add(row("k", k, "v", "given " + k + " " + "x".repeat(1_000)));
        }
        return rows;
    }
}
