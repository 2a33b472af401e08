package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.stream.Stream;

import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import io.pvroute.LogLines;

/** The embedded database on a disk that is full: before there is one, before it starts, and while the routes write into it. */
@Timeout(180)
class FullDiskTest {

    @TempDir
    static Path binaries;

    @TempDir
    private Path folder;

    private Path mount() {
        return folder.resolve("disk");
    }

    private Path directory() {
        return mount().resolve("data");
    }

    @Test
    void aStartWithoutRoomIsASentenceTheFirstOneAndALaterOneToo() throws Exception {
        try (var disk = new SmallDisk(mount(), 120)) {
            // Given room for PostgreSQL's programs and not for a database
            PostgresBinaries.unpack(binaries);
            disk.fill();
            assertThatExceptionOfType(StartException.class).isThrownBy(() -> EmbeddedDatabase.start(directory(), binaries))
                    .withMessageContaining("disk").withMessageContaining("full").withMessageContaining(directory().toString()).withMessageContaining("db.directory");

            disk.makeRoom();
            Files.write(mount().resolve("much"), new byte[105 << 20]);
            assertThatExceptionOfType(StartException.class).isThrownBy(() -> EmbeddedDatabase.start(directory(), binaries))
                    .withMessageContaining("initdb failed on " + directory().resolve("postgres.unfinished") + ": the disk is full: ");

            // When there is room
            Files.delete(mount().resolve("much"));

            // Then it starts
            EmbeddedDatabase.start(directory(), binaries).close();

            // And when there is none again, that is a sentence too, and no server is left behind
            disk.fill();
            assertThatExceptionOfType(StartException.class).isThrownBy(() -> EmbeddedDatabase.start(directory(), binaries))
                    .withMessageContaining("disk").withMessageContaining("full").withMessageContaining(directory().toString());
            assertThat(directory().resolve("postgres/postmaster.pid")).doesNotExist();
        }
    }

    @Test
    void programsForWhichThereIsNoRoomLeaveNothingBehindAgainAndAgain() throws Exception {
        try (var disk = new SmallDisk(mount(), 20)) {
            for (int time = 1; time <= 2; time++) {
                assertThatExceptionOfType(StartException.class).isThrownBy(() -> EmbeddedDatabase.start(directory()))
                        .withMessageStartingWith("The disk of the directory " + directory() + " is full. pvroute does not start: make room");
            }
            try (Stream<Path> left = Files.list(directory().resolve("binaries"))) {
                assertThat(left).hasSizeLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void aDiskThatIsFullWhileItRunsIsToldOnceAndGoneOnWithWhenThereIsRoom() throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
        Instant since = now.minus(Duration.ofDays(40)).truncatedTo(ChronoUnit.DAYS);
        var gate = new Gate(now);
        Files.createDirectories(mount());
        try (var disk = new SmallDisk(mount(), 300); var log = new LogLines();
                var simulator = new Simulator(Plant.inVienna(7, since), gate).start(0);
                var runner = new Runner(Settings.load(null, Map.of(), Map.of("observe.port", "off", "db.directory", directory().toString(), "site.home", simulator.url(),
                        "site.home.since", since.toString(), "archive.pause", "0s", "archive.period", "1h", "archive.tick", "100ms", "realtime.period", "off", "page.port", "off")))) {
            // Given an answer on its way
            runner.openDatabase();
            var sql = new JdbcTemplate(runner.dataSource());
            gate.shut();
            runner.startRoutes();
            await().atMost(Duration.ofSeconds(20)).until(gate::isHolding);

            // When the disk is full
            disk.fill();
            gate.open();

            // Then one line says so, and where, and nothing is booked, also when it is tried again
            await().atMost(Duration.ofSeconds(20)).until(() -> !log.warnings().isEmpty());
            await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(5)).until(() -> log.warnings().size() == 1);
            assertThat(log.warnings()).singleElement().asString().startsWith("WARN The disk of the database is full (" + directory() + "): ERROR: could not extend file")
                    .contains("No space left on device").endsWith("it is tried again until it works.");
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_window", Integer.class)).isZero();
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_site WHERE down_since IS NULL AND error IS NULL", Integer.class)).isOne();

            // When the log of the database itself does not fit any more, it ends, and is started until it can
            assertThat((Object) overrunTheLog(runner)).isNotNull();
            await().atMost(Duration.ofSeconds(20)).until(() -> !log.with("has ended on its own").isEmpty() || !log.with("terminat").isEmpty());

            // And when there is room, everything is stored
            disk.makeRoom();
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> sql.queryForObject(
                    "SELECT count(*) = 3 AND bool_and(state IN ('open', 'loaded')) FROM pv_window", Boolean.class));
            assertThat(TrueRows.stored(sql, "home").equals(TrueRows.recorded(simulator, since, now.plusSeconds(1)))).as("what is stored equals the truth").isTrue();
            assertThat(log.with("stores again")).hasSize(1);
            assertThat(log.warnings()).as("that it was full, and that the server ended for it").hasSizeLessThanOrEqualTo(3);
        } finally {
            gate.open();
        }
    }

    /** Writes nothing but WAL until a new piece of it is needed. */
    private static SQLException overrunTheLog(Runner runner) {
        try (Connection connection = runner.dataSource().getConnection(); Statement statement = connection.createStatement()) {
            for (int i = 0; i < 20; i++) {
                statement.execute("SELECT pg_logical_emit_message(false, 'much', repeat('x', 8000000))");
            }
            return null;
        } catch (SQLException e) {
            return e;
        }
    }
}
