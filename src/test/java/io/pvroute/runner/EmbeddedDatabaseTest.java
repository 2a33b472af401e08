package io.pvroute.runner;

import static io.pvroute.runner.EmbeddedDatabaseFolder.execute;
import static io.pvroute.runner.EmbeddedDatabaseFolder.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an embedded database is for its owner: rows that stay, a password, a port, programs beside the data. */
@Timeout(180)
class EmbeddedDatabaseTest {

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
    void rowsOutliveTheProgramAndAPowerCutToo() throws Exception {
        // Given a database with a row
        at.choosePort();
        int port;
        String password;
        try (var database = at.start()) {
            execute(database, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)");
            port = database.port();
            password = database.password();
        }

        // When it is started again
        try (var database = at.start()) {
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
        try (var database = at.start()) {
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
            assertThat(Files.readAllLines(at.data().resolve("postmaster.pid")).get(4)).as("directory of a Unix socket").isEmpty();
            // And nobody else reads it from the disk
            for (String name : List.of("password", "pgpass", "postgres.log")) {
                assertThat(mode(at.directory().resolve(name))).as(name).isEqualTo("rw-------");
            }
            assertThat(mode(at.directory())).isEqualTo("rwx------");
            assertThat(mode(at.data())).isEqualTo("rwx------");
            assertThat(Files.readString(at.directory().resolve("postgres.log"))).doesNotContain(database.password());
            assertThat(database.toString() + database.url() + database.psql()).doesNotContain(database.password());
        }
    }

    @Test
    void theCommandLineForPsqlWorksWhenPasted() throws Exception {
        at.copyMadeDatabase();
        assumeThat(Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, "psql")))).isTrue();
        try (var database = at.start()) {
            Process psql = new ProcessBuilder("sh", "-c", database.psql() + " -Atc 'SELECT current_user'").redirectErrorStream(true)
                    .start();
            assertThat(new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("pvroute\n");
        }
    }

    @Test
    void aSecondProgramOnTheDirectoryIsRefused() throws Exception {
        at.copyMadeDatabase();
        // Given a program
        Process program = at.program();
        String url = at.url(program);
        String expected = "Another pvroute (process " + program.pid() + ") uses the directory " + at.directory().toRealPath() + ".";

        // When a second one starts
        assertThatExceptionOfType(StartException.class).isThrownBy(at::start).withMessageStartingWith(expected);

        // Then the first one goes on
        assertThat(value(url, at.password(), "SELECT 1")).isEqualTo("1");
    }

    @Test
    void aSecondDatabaseInTheSameProgramIsRefused() throws Exception {
        at.copyMadeDatabase();
        try (var database = at.start()) {
            assertThatExceptionOfType(StartException.class).isThrownBy(at::start).withMessageContaining("uses the directory");
            assertThat(database.port()).isPositive();
        }
    }

    @Test
    void aPortThatIsTakenIsLeftToItsOwner() throws Exception {
        at.copyMadeDatabase();
        // Given a database whose port another program has taken meanwhile
        int port;
        try (var database = at.start()) {
            port = database.port();
        }
        try (var taken = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")); var database = at.start()) {
            // Then it has another one
            assertThat(taken.isBound()).isTrue();
            assertThat(database.port()).isNotEqualTo(port);
            assertThat(value(database, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aPortThatIsTakenInTheLastMomentIsKnownByWhatPostgresSays() throws Exception {
        at.copyMadeDatabase();
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatExceptionOfType(StartException.class).isThrownBy(() -> at.cluster().start(taken.getLocalPort()))
                    .withMessageContaining(EmbeddedDatabase.PORT_TAKEN);
        }
    }

    @Test
    void anOwnerMayChooseThePasswordBeforeTheFirstStart() throws Exception {
        // Given a password with everything that could be taken for something else
        String chosen = "it's a:\\\"password\" of $mine";
        Files.writeString(Files.createDirectories(at.directory()).resolve("password"), chosen);

        // When it is started for the first time
        try (var database = at.start()) {
            // Then it is the password, also for psql
            assertThat(database.password()).isEqualTo(chosen);
            assertThat(value(database, "SELECT 1")).isEqualTo("1");
            assertThat(at.directory().resolve("pgpass")).content().endsWith(":it's a\\:\\\\\"password\" of $mine\n");
        }
    }

    @Test
    void ctrlCInTheTerminalDoesNotReachTheServer() throws Exception {
        at.copyMadeDatabase();
        assumeThat(Files.isDirectory(Path.of("/proc/self"))).isTrue();
        try (var database = at.start()) {
            long pid = at.cluster().postmaster().orElseThrow().pid();
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
        at.copyMadeDatabase();
        var database = at.start();
        try (Connection idle = DriverManager.getConnection(database.url(), database.user(), database.password())) {
            Instant begin = Instant.now();
            database.close();
            database.close();
            assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(20));
            assertThat(idle.isValid(1)).isFalse();
        }
        assertThat(at.cluster().postmaster()).isEmpty();
        assertThat(at.data().resolve("postmaster.pid")).doesNotExist();
    }

    @Test
    void dataOfAnotherMajorVersionIsRefusedAndUntouched() throws Exception {
        Files.createDirectories(at.data());
        Files.writeString(at.data().resolve("PG_VERSION"), "17\n");

        assertThatExceptionOfType(StartException.class).isThrownBy(at::start)
                .withMessageContaining("is of PostgreSQL 17, and this pvroute brings PostgreSQL 18");
        assertThat(at.data()).isDirectoryContaining(path -> path.endsWith("PG_VERSION"));
    }

    @Test
    void aDirectoryOfSomethingElseIsRefusedAndUntouched() throws Exception {
        Files.createDirectories(at.data());
        Files.writeString(at.data().resolve("photo.jpg"), "x");

        assertThatExceptionOfType(StartException.class).isThrownBy(at::start)
                .withMessageContaining("is not the data of a PostgreSQL server");
        assertThat(at.data().resolve("photo.jpg")).hasContent("x");
    }

    @Test
    void dataOfAnotherUserIsASentence() throws Exception {
        // Given the data of another user: only root can give a directory away
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        Files.createDirectories(at.data());
        Files.setOwner(at.data(), at.data().getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));

        assertThatExceptionOfType(StartException.class).isThrownBy(at::start)
                .withMessageContaining("belongs to user nobody, and pvroute runs as user root");
    }

    @Test
    void aPlaceThatCannotBeWrittenIsASentence() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        Path data = file.resolve("data");
        assertThatExceptionOfType(StartException.class).isThrownBy(() -> EmbeddedDatabase.start(data, EmbeddedDatabaseFolder.BINARIES))
                .withMessageContaining("may write").withMessageContaining(file.toString()).withMessageContaining("db.directory");
    }

    @Test
    void theProgramsLieBesideTheDataAndOldOnesAreRemoved() throws Exception {
        // Given a database with programs of its own, and those of an earlier version
        EmbeddedDatabase.start(at.directory()).close();
        Path own = at.directory().resolve("binaries");
        Files.writeString(Files.createDirectories(own.resolve("0123456789abcdef/bin")).resolve("postgres"), "old");

        // When it is started again
        try (var database = EmbeddedDatabase.start(at.directory())) {
            // Then there are only those of this version
            assertThat(value(database, "SELECT 1")).isEqualTo("1");
            try (Stream<Path> left = Files.list(own)) {
                assertThat(left).hasSize(1);
            }
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
