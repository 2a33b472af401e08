package io.pvroute.runner;

import static io.pvroute.runner.EmbeddedDatabaseFolder.execute;
import static io.pvroute.runner.EmbeddedDatabaseFolder.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** The embedded database after kills, power cuts and lost files: it comes back by itself, or says in a sentence what is wrong. */
@Timeout(180)
class EmbeddedDatabaseRecoveryTest {

    @TempDir
    Path folder;

    private EmbeddedDatabaseFolder at;

    @BeforeEach
    void chooseDirectory() {
        at = new EmbeddedDatabaseFolder(folder);
    }

    @AfterEach
    void nothingIsLeftRunning() throws IOException {
        at.close();
    }

    @Test
    void whenTheProgramIsKilledTheNextOneTakesOverWithAllRows() throws Exception {
        at.copyMadeDatabase();
        // Given a program that wrote a row and was killed, with its server still running
        Process program = at.program();
        execute(at.url(program), at.password(), "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)");
        ProcessHandle orphan = at.cluster().postmaster().orElseThrow();
        program.destroyForcibly().waitFor();
        assertThat(orphan.isAlive()).isTrue();

        // When the next one starts
        try (var database = at.start()) {
            // Then it has a server of its own with the row
            assertThat(value(database, "SELECT n FROM kept")).isEqualTo("1");
            assertThat(PostgresCluster.isRunning(orphan)).isFalse();
        }
    }

    @Test
    void whenProgramAndServerAreKilledAtOnceTheNextOneHasAllRows() throws Exception {
        at.copyMadeDatabase();
        // Given a program with a busy server, and both killed
        Process program = at.program();
        execute(at.url(program), at.password(), "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)");
        try (Connection busy = DriverManager.getConnection(at.url(program), "pvroute", at.password());
                Statement statement = busy.createStatement()) {
            CompletableFuture<Boolean> query = CompletableFuture.supplyAsync(() -> sleep(statement));
            await().until(() -> value(at.url(program), at.password(),
                    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'").equals("1"));
            ProcessHandle postmaster = at.cluster().postmaster().orElseThrow();
            program.destroyForcibly().waitFor();
            kill(postmaster);

            // When the next one starts, while a child of the killed server may still be at work
            try (var database = at.start()) {
                // Then the row is there
                assertThat(value(database, "SELECT n FROM kept")).isEqualTo("1");
            }
            assertThat(query).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(false);
        }
    }

    @Test
    void aStalePidThatBelongsToAnotherProgramByNowIsLeftAlone() throws Exception {
        at.copyMadeDatabase();
        // Given the postmaster.pid of a killed server, whose number is that of a program that has nothing to do with it
        try (var database = at.start()) {
            execute(database, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)");
        }
        Process bystander = new ProcessBuilder("sleep", "600").start();
        at.endLater(bystander);
        Files.writeString(at.data().resolve("postmaster.pid"), bystander.pid() + "\n" + at.data()
                + "\n1700000000\n5432\n\n127.0.0.1\n 1 1\nready\n");

        // When the next one starts
        try (var database = at.start()) {
            // Then it runs, and so does the other program
            assertThat(value(database, "SELECT n FROM kept")).isEqualTo("1");
            assertThat(bystander.isAlive()).isTrue();
        }
    }

    @Test
    void aServerThatIsKilledUnderTheProgramComesBack() throws Exception {
        at.copyMadeDatabase();
        try (var database = at.start()) {
            // Given a row
            execute(database, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)");

            // When the server is killed
            kill(at.cluster().postmaster().orElseThrow());

            // Then it is started again, at the same place
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> value(database, "SELECT n FROM kept").equals("1"));
        }
    }

    @Test
    void aBackendThatIsKilledIsRecoveredFromByTheServerItself() throws Exception {
        at.copyMadeDatabase();
        try (var database = at.start(); Connection busy = DriverManager.getConnection(database.url(), database.user(), database.password());
                Statement statement = busy.createStatement()) {
            // Given a row that is committed and one that is not
            execute(database, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)");
            ProcessHandle postmaster = at.cluster().postmaster().orElseThrow();
            busy.setAutoCommit(false);
            statement.execute("INSERT INTO kept VALUES (2)");

            // When the process that serves it is killed, for which all others have to end too
            kill(ProcessHandle.of(busy.unwrap(PGConnection.class).getBackendPID()).orElseThrow());

            // Then the same server is there again, with what was committed
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions()
                    .until(() -> value(database, "SELECT string_agg(n::text, ',') FROM kept").equals("1"));
            assertThat(postmaster.isAlive()).isTrue();
        }
    }

    @Test
    void allItsProcessesKilledAtOnceItComesBackToo() throws Exception {
        at.copyMadeDatabase();
        try (var database = at.start()) {
            execute(database, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)");
            ProcessHandle postmaster = at.cluster().postmaster().orElseThrow();
            List<ProcessHandle> all = Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
            assertThat(all).hasSizeGreaterThan(3);

            all.forEach(ProcessHandle::destroyForcibly);

            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> value(database, "SELECT n FROM kept").equals("1"));
        }
    }

    @Test
    void filesThatAKillOrAPowerCutLeftBehindDoNotKeepItFromStarting() throws Exception {
        at.copyMadeDatabase();
        // Given the lock of a program that is gone with the number of one that lives, a postmaster.pid that never got to the disk, programs
        // of which some did not either, half of another set, and half a small file
        Files.writeString(at.directory().resolve("pvroute.lock"), ProcessHandle.current().pid() + "\n");
        Files.createFile(at.data().resolve("postmaster.pid"));
        Path own = at.directory().resolve("binaries");
        Path initdb = PostgresBinaries.unpack(own).home().resolve("bin/initdb");
        Files.write(initdb, new byte[0]);
        Files.delete(initdb.resolveSibling("pg_ctl"));
        Files.writeString(Files.createDirectories(own.resolve("unfinished123/bin")).resolve("postgres"), "half");
        Files.createFile(at.directory().resolve("port123.unfinished"));

        // When it starts
        try (var database = EmbeddedDatabase.start(at.directory())) {
            // Then it works, and its programs are whole again
            assertThat(value(database, "SELECT 1")).isEqualTo("1");
            assertThat(initdb).isNotEmptyFile();
            try (Stream<Path> left = Files.list(own)) {
                assertThat(left).hasSize(1);
            }
        }
    }

    @Test
    void aLostPasswordIsReplaced() throws Exception {
        at.copyMadeDatabase();
        String before;
        try (var database = at.start()) {
            before = database.password();
        }
        Files.delete(at.directory().resolve("password"));

        try (var database = at.start()) {
            assertThat(database.password()).isNotEqualTo(before).hasSizeGreaterThan(30);
            assertThat(value(database, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aWrongPasswordInTheFileIsASentenceAndStopsTheServerAgain() throws Exception {
        at.copyMadeDatabase();
        Files.writeString(at.directory().resolve("password"), "wrong");

        assertThatExceptionOfType(StartException.class).isThrownBy(at::start)
                .withMessageContaining("Delete " + at.directory().toRealPath().resolve("password") + " and start again");
        assertThat(at.cluster().postmaster()).isEmpty();
    }

    @Test
    void whereTheFirstStartWasKilledHalfWayTheNextOneBeginsAnew() throws Exception {
        // Given what a killed initdb leaves
        Path unfinished = Files.createDirectories(at.directory().resolve("postgres.unfinished"));
        Files.writeString(unfinished.resolve("PG_VERSION"), "18\n");

        // When it is started
        try (var database = at.start()) {
            // Then it is whole
            assertThat(value(database, "SELECT 1")).isEqualTo("1");
            assertThat(unfinished).doesNotExist();
        }
    }

    @Test
    void brokenDataIsASentenceWithTheReasonAndTheLog() throws Exception {
        at.copyMadeDatabase();
        // Given data without its control file
        Files.delete(at.data().resolve("global/pg_control"));

        // When it is started
        assertThatExceptionOfType(StartException.class).isThrownBy(at::start)
                // Then the reason is PostgreSQL's, and the way to the log is there
                .withMessageContaining("pg_control")
                .withMessageContaining("All that PostgreSQL said is in " + at.directory().toRealPath().resolve("postgres.log"));
    }

    /** Whether a long query came to its end rather than that of its server. */
    private static boolean sleep(Statement statement) {
        try {
            return statement.execute("SELECT pg_sleep(60)");
        } catch (SQLException e) {
            return false;
        }
    }

    private static void kill(ProcessHandle process) throws Exception {
        process.destroyForcibly();
        await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20)).until(() -> !PostgresCluster.isRunning(process));
    }
}
