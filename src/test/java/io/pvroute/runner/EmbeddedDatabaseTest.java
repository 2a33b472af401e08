package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

@Timeout(180)
class EmbeddedDatabaseTest {

    /** Unpacked once for all tests of the class. */
    @TempDir
    static Path binaries;

    @TempDir
    Path folder;

    private Path directory;
    private final List<Process> programs = new ArrayList<>();

    /** A database that was made once: to copy it is quicker than to make another. */
    @TempDir
    static Path made;

    @BeforeAll
    static void make() {
        EmbeddedDatabase.start(made, binaries).close();
    }

    @BeforeEach
    void chooseDirectory() {
        directory = folder.resolve("da ta"); // a space, as in many a home directory
    }

    /** The directory holds a database that ran before. */
    private void copyMadeDatabase() throws IOException {
        try (Stream<Path> tree = Files.walk(made)) {
            for (Path path : tree.toList()) {
                Files.copy(path, directory.resolve(made.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @AfterEach
    void nothingIsLeftRunning() throws IOException {
        programs.forEach(Process::destroyForcibly);
        if (Files.exists(data())) {
            cluster().stop();
        }
    }

    @Test
    void rowsOutliveTheProgramAndAPowerCutToo() throws SQLException {
        // Given a database with a row
        int port;
        String password;
        try (var database = start()) {
            execute(database, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)");
            port = database.port();
            password = database.password();
        }

        // When it is started again
        try (var database = start()) {
            // Then the row is there, at the same port and with the same password
            assertThat(value(database, "SELECT n FROM kept")).isEqualTo("1");
            assertThat(database.port()).isEqualTo(port);
            assertThat(database.password()).isEqualTo(password);

            // And what is committed is on the disk
            for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
                assertThat(value(database, "SHOW " + setting)).as(setting).isEqualTo("on");
            }
            assertThat(value(database, "SHOW data_checksums")).isEqualTo("on");
            assertThat(value(database, "SHOW server_version")).startsWith("18.");
        }
    }

    @Test
    void nobodyComesInWithoutThePasswordOrFromElsewhere() throws Exception {
        try (var database = start()) {
            // A login of any role needs the right password
            for (String user : List.of("pvroute", "postgres")) {
                assertThatThrownBy(() -> DriverManager.getConnection(database.url(), user, "wrong").close())
                        .isInstanceOf(SQLException.class).hasMessageContaining("password authentication failed");
            }
            // The password is kept as SCRAM, the role is no superuser and owns its database
            assertThat(value(database, "SHOW password_encryption")).isEqualTo("scram-sha-256");
            assertThat(value(database, "SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user"))
                    .isEqualTo("f");
            assertThat(value(database, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"))
                    .isEqualTo("pvroute");
            assertThat(value(database, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(Files.readAllLines(data().resolve("postmaster.pid")).get(4)).as("directory of a Unix socket").isEmpty();
            // And nobody else reads it from the disk
            for (String name : List.of("password", "pgpass", "postgres.log")) {
                assertThat(mode(directory.resolve(name))).as(name).isEqualTo("rw-------");
            }
            assertThat(mode(directory)).isEqualTo("rwx------");
            assertThat(mode(data())).isEqualTo("rwx------");
            assertThat(Files.readString(directory.resolve("postgres.log"))).doesNotContain(database.password());
            assertThat(database.toString() + database.url() + database.psql()).doesNotContain(database.password());
        }
    }

    @Test
    void theCommandLineForPsqlWorksWhenPasted() throws Exception {
        copyMadeDatabase();
        assumeThat(Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, "psql")))).isTrue();
        try (var database = start()) {
            Process psql = new ProcessBuilder("sh", "-c", database.psql() + " -Atc 'SELECT current_user'").redirectErrorStream(true)
                    .start();
            assertThat(new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("pvroute\n");
        }
    }

    @Test
    void whenTheProgramIsKilledTheNextOneTakesOverWithAllRows() throws Exception {
        copyMadeDatabase();
        // Given a program that wrote a row and was killed, with its server still running
        Process program = program();
        execute(url(program), password(), "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)");
        ProcessHandle orphan = cluster().postmaster().orElseThrow();
        program.destroyForcibly().waitFor();
        assertThat(orphan.isAlive()).isTrue();

        // When the next one starts
        try (var database = start()) {
            // Then it has a server of its own with the row
            assertThat(value(database, "SELECT n FROM kept")).isEqualTo("1");
            assertThat(PostgresCluster.isRunning(orphan)).isFalse();
        }
    }

    @Test
    void whenProgramAndServerAreKilledAtOnceTheNextOneHasAllRows() throws Exception {
        copyMadeDatabase();
        // Given a program with a busy server, and both killed
        Process program = program();
        execute(url(program), password(), "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)");
        try (Connection busy = DriverManager.getConnection(url(program), "pvroute", password());
                Statement statement = busy.createStatement()) {
            CompletableFuture<Boolean> query = CompletableFuture.supplyAsync(() -> sleep(statement));
            await().until(() -> value(url(program), password(), "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'")
                    .equals("1"));
            ProcessHandle postmaster = cluster().postmaster().orElseThrow();
            program.destroyForcibly().waitFor();
            kill(postmaster);

            // When the next one starts, while a child of the killed server may still be at work
            try (var database = start()) {
                // Then the row is there
                assertThat(value(database, "SELECT n FROM kept")).isEqualTo("1");
            }
            assertThat(query).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(false);
        }
    }

    @Test
    void aStalePidThatBelongsToAnotherProgramByNowIsLeftAlone() throws Exception {
        copyMadeDatabase();
        // Given the postmaster.pid of a killed server, whose number is that of a program that has nothing to do with it
        try (var database = start()) {
            execute(database, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)");
        }
        Process bystander = new ProcessBuilder("sleep", "600").start();
        programs.add(bystander);
        Files.writeString(data().resolve("postmaster.pid"), bystander.pid() + "\n" + data()
                + "\n1700000000\n5432\n\n127.0.0.1\n 1 1\nready\n");

        // When the next one starts
        try (var database = start()) {
            // Then it runs, and so does the other program
            assertThat(value(database, "SELECT n FROM kept")).isEqualTo("1");
            assertThat(bystander.isAlive()).isTrue();
        }
    }

    @Test
    void aServerThatIsKilledUnderTheProgramComesBack() throws Exception {
        copyMadeDatabase();
        try (var database = start()) {
            // Given a row
            execute(database, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)");

            // When the server is killed
            kill(cluster().postmaster().orElseThrow());

            // Then it is started again, at the same place
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> value(database, "SELECT n FROM kept").equals("1"));
        }
    }

    @Test
    void aBackendThatIsKilledIsRecoveredFromByTheServerItself() throws Exception {
        copyMadeDatabase();
        try (var database = start(); Connection busy = DriverManager.getConnection(database.url(), database.user(), database.password());
                Statement statement = busy.createStatement()) {
            // Given a row that is committed and one that is not
            execute(database, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)");
            ProcessHandle postmaster = cluster().postmaster().orElseThrow();
            busy.setAutoCommit(false);
            statement.execute("INSERT INTO kept VALUES (2)");

            // When the process that serves it is killed, for which all others have to end too
            kill(ProcessHandle.of(busy.unwrap(PGConnection.class).getBackendPID()).orElseThrow());

            // Then the same server is there again, with what was committed
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> value(database, "SELECT string_agg(n::text, ',') FROM kept").equals("1"));
            assertThat(postmaster.isAlive()).isTrue();
        }
    }

    @Test
    void allItsProcessesKilledAtOnceItComesBackToo() throws Exception {
        copyMadeDatabase();
        try (var database = start()) {
            execute(database, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)");
            ProcessHandle postmaster = cluster().postmaster().orElseThrow();
            List<ProcessHandle> all = Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
            assertThat(all).hasSizeGreaterThan(3);

            all.forEach(ProcessHandle::destroyForcibly);

            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> value(database, "SELECT n FROM kept").equals("1"));
        }
    }

    @Test
    void filesThatAKillOrAPowerCutLeftBehindDoNotKeepItFromStarting() throws Exception {
        copyMadeDatabase();
        // Given the lock of a program that is gone with the number of one that lives, a postmaster.pid that never got to the disk, programs
        // of which some did not either, half of another set, and half a small file
        Files.writeString(directory.resolve("pvroute.lock"), ProcessHandle.current().pid() + "\n");
        Files.createFile(data().resolve("postmaster.pid"));
        Path own = directory.resolve("binaries");
        Path initdb = PostgresBinaries.unpack(own).home().resolve("bin/initdb");
        Files.write(initdb, new byte[0]);
        Files.delete(initdb.resolveSibling("pg_ctl"));
        Files.writeString(Files.createDirectories(own.resolve("unfinished123/bin")).resolve("postgres"), "half");
        Files.createFile(directory.resolve("port123.unfinished"));

        // When it starts
        try (var database = EmbeddedDatabase.start(directory)) {
            // Then it works, and its programs are whole again
            assertThat(value(database, "SELECT 1")).isEqualTo("1");
            assertThat(initdb).isNotEmptyFile();
            try (Stream<Path> left = Files.list(own)) {
                assertThat(left).hasSize(1);
            }
        }
    }

    @Test
    void aSecondProgramOnTheDirectoryIsRefused() throws Exception {
        copyMadeDatabase();
        // Given a program
        Process program = program();
        String url = url(program);
        String expected = "Another pvroute (process " + program.pid() + ") uses the directory " + directory.toRealPath() + ".";

        // When a second one starts
        assertThatExceptionOfType(StartException.class).isThrownBy(this::start).withMessageStartingWith(expected);

        // Then the first one goes on
        assertThat(value(url, password(), "SELECT 1")).isEqualTo("1");
    }

    @Test
    void aSecondDatabaseInTheSameProgramIsRefused() throws Exception {
        copyMadeDatabase();
        try (var database = start()) {
            assertThatExceptionOfType(StartException.class).isThrownBy(this::start).withMessageContaining("uses the directory");
            assertThat(database.port()).isPositive();
        }
    }

    @Test
    void aPortThatIsTakenIsLeftToItsOwner() throws Exception {
        copyMadeDatabase();
        // Given a database whose port another program has taken meanwhile
        int port;
        try (var database = start()) {
            port = database.port();
        }
        try (var taken = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")); var database = start()) {
            // Then it has another one
            assertThat(taken.isBound()).isTrue();
            assertThat(database.port()).isNotEqualTo(port);
            assertThat(value(database, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aLostPasswordIsReplaced() throws Exception {
        copyMadeDatabase();
        String before;
        try (var database = start()) {
            before = database.password();
        }
        Files.delete(directory.resolve("password"));

        try (var database = start()) {
            assertThat(database.password()).isNotEqualTo(before).hasSizeGreaterThan(30);
            assertThat(value(database, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void anOwnerMayChooseThePasswordBeforeTheFirstStart() throws Exception {
        // Given a password with everything that could be taken for something else
        String chosen = "it's a:\\\"password\" of $mine";
        Files.writeString(Files.createDirectories(directory).resolve("password"), chosen);

        // When it is started for the first time
        try (var database = start()) {
            // Then it is the password, also for psql
            assertThat(database.password()).isEqualTo(chosen);
            assertThat(value(database, "SELECT 1")).isEqualTo("1");
            assertThat(directory.resolve("pgpass")).content().endsWith(":it's a\\:\\\\\"password\" of $mine\n");
        }
    }

    @Test
    void aWrongPasswordInTheFileIsASentenceAndStopsTheServerAgain() throws Exception {
        copyMadeDatabase();
        Files.writeString(directory.resolve("password"), "wrong");

        assertThatExceptionOfType(StartException.class).isThrownBy(this::start)
                .withMessageContaining("Delete " + directory.toRealPath().resolve("password") + " and start again");
        assertThat(cluster().postmaster()).isEmpty();
    }

    @Test
    void ctrlCInTheTerminalDoesNotReachTheServer() throws Exception {
        copyMadeDatabase();
        assumeThat(Files.isDirectory(Path.of("/proc/self"))).isTrue();
        try (var database = start()) {
            long pid = cluster().postmaster().orElseThrow().pid();
            // pid (name) state parent group session: the server leads a session of its own
            String[] stat = Files.readString(Path.of("/proc/" + pid + "/stat")).replaceFirst(".*\\) ", "").split(" ");
            long session = Long.parseLong(stat[3]);
            String[] ours = Files.readString(Path.of("/proc/self/stat")).replaceFirst(".*\\) ", "").split(" ");
            assertThat(session).isNotEqualTo(Long.parseLong(ours[3]));
            assertThat(database.user()).isEqualTo("pvroute");
        }
    }

    @Test
    void closeTakesSecondsWithClientsConnectedAndMayBeRepeated() throws Exception {
        copyMadeDatabase();
        var database = start();
        try (Connection idle = DriverManager.getConnection(database.url(), database.user(), database.password())) {
            Instant begin = Instant.now();
            database.close();
            database.close();
            assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(20));
            assertThat(idle.isValid(1)).isFalse();
        }
        assertThat(cluster().postmaster()).isEmpty();
        assertThat(data().resolve("postmaster.pid")).doesNotExist();
    }

    @Test
    void whereTheFirstStartWasKilledHalfWayTheNextOneBeginsAnew() throws Exception {
        // Given what a killed initdb leaves
        Path unfinished = Files.createDirectories(directory.resolve("postgres.unfinished"));
        Files.writeString(unfinished.resolve("PG_VERSION"), "18\n");

        // When it is started
        try (var database = start()) {
            // Then it is whole
            assertThat(value(database, "SELECT 1")).isEqualTo("1");
            assertThat(unfinished).doesNotExist();
        }
    }

    @Test
    void dataOfAnotherMajorVersionIsRefusedAndUntouched() throws Exception {
        Files.createDirectories(data());
        Files.writeString(data().resolve("PG_VERSION"), "17\n");

        assertThatExceptionOfType(StartException.class).isThrownBy(this::start)
                .withMessageContaining("is of PostgreSQL 17, and this pvroute brings PostgreSQL 18");
        assertThat(data()).isDirectoryContaining(path -> path.endsWith("PG_VERSION"));
    }

    @Test
    void aDirectoryOfSomethingElseIsRefusedAndUntouched() throws Exception {
        Files.createDirectories(data());
        Files.writeString(data().resolve("photo.jpg"), "x");

        assertThatExceptionOfType(StartException.class).isThrownBy(this::start)
                .withMessageContaining("is not the data of a PostgreSQL server");
        assertThat(data().resolve("photo.jpg")).hasContent("x");
    }

    @Test
    void brokenDataIsASentenceWithTheReasonAndTheLog() throws Exception {
        copyMadeDatabase();
        // Given data without its control file
        Files.delete(data().resolve("global/pg_control"));

        // When it is started
        assertThatExceptionOfType(StartException.class).isThrownBy(this::start)
                // Then the reason is PostgreSQL's, and the way to the log is there
                .withMessageContaining("pg_control")
                .withMessageContaining("All that PostgreSQL said is in " + directory.toRealPath().resolve("postgres.log"));
    }

    @Test
    void dataOfAnotherUserIsASentence() throws Exception {
        // Given the data of another user: only root can give a directory away
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        Files.createDirectories(data());
        Files.setOwner(data(), data().getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));

        assertThatExceptionOfType(StartException.class).isThrownBy(this::start)
                .withMessageContaining("belongs to user nobody, and pvroute runs as user root");
    }

    @Test
    void aPlaceThatCannotBeWrittenIsASentence() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatExceptionOfType(StartException.class).isThrownBy(() -> EmbeddedDatabase.start(file.resolve("data"), binaries))
                .withMessageContaining("may write").withMessageContaining(file.toString()).withMessageContaining("db.directory");
    }

    @Test
    void theProgramsLieBesideTheDataAndOldOnesAreRemoved() throws Exception {
        // Given a database with programs of its own, and those of an earlier version
        EmbeddedDatabase.start(directory).close();
        Path own = directory.resolve("binaries");
        Files.writeString(Files.createDirectories(own.resolve("0123456789abcdef/bin")).resolve("postgres"), "old");

        // When it is started again
        try (var database = EmbeddedDatabase.start(directory)) {
            // Then there are only those of this version
            assertThat(value(database, "SELECT 1")).isEqualTo("1");
            try (Stream<Path> left = Files.list(own)) {
                assertThat(left).hasSize(1);
            }
        }
    }

    private EmbeddedDatabase start() {
        return EmbeddedDatabase.start(directory, binaries);
    }

    private Path data() {
        return directory.resolve("postgres");
    }

    private PostgresCluster cluster() throws IOException {
        return new PostgresCluster(PostgresBinaries.unpack(binaries), data(), new PostgresLog(directory.resolve("postgres.log")));
    }

    /** Another program with the database, running. */
    private Process program() throws IOException {
        Process program = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), EmbeddedDatabaseProgram.class.getName(), directory.toString(), binaries.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        programs.add(program);
        return program;
    }

    /** What the program says once its database runs; further calls give the same. */
    private String url(Process program) throws IOException {
        Path told = folder.resolve("url-" + program.pid());
        if (!Files.exists(told)) {
            var reader = new BufferedReader(new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8));
            String line = reader.readLine();
            while (line != null && !line.startsWith("jdbc:")) {
                line = reader.readLine();
            }
            Files.writeString(told, line);
        }
        return Files.readString(told);
    }

    private String password() throws IOException {
        return Files.readString(directory.resolve("password")).strip();
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

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void execute(EmbeddedDatabase database, String... statements) throws SQLException {
        execute(database.url(), database.password(), statements);
    }

    private static void execute(String url, String password, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "pvroute", password);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String value(EmbeddedDatabase database, String sql) throws SQLException {
        return value(database.url(), database.password(), sql);
    }

    private static String value(String url, String password, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "pvroute", password);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}
