package io.pvroute.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What makes the figures of {@code bench/run} worth something: nobody wins with wrong rows, and the server keeps its promises. */
class BenchTest {

    private static final Shape SHAPE = new Shape(3);
    private static final int ROWS = 1000;

    private static Server server;

    @BeforeAll
    static void start() throws Exception {
        server = new Server();
    }

    @AfterAll
    static void stop() {
        Path folder = server.folder();
        server.close();
        assertThat(folder).as("what the server leaves behind").doesNotExist();
    }

    @Test
    void theServerIsAsCarefulAsOneForRealData() throws SQLException {
        assertThat(server.description()).contains("fsync=on", "synchronous_commit=on", "full_page_writes=on");
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void everyContestantStoresTheTruthInEveryPhase(Phase phase) throws Exception {
        var samples = new Samples(SHAPE, ROWS);
        var contestants = new Contestants(Set.of());
        for (Entry entry : contestants.ofBatches()) {
            server.execute(SHAPE.createTable(entry.table()));
            try (Contestant contestant = entry.open(server, SHAPE, entry.table())) {
                // Given the table as the phases before have left it
                for (Phase before : Phase.values()) {
                    if (before.compareTo(phase) < 0) {
                        write(contestant, samples.batches(before.change(), ROWS, 100));
                    }
                }

                // When the batches of this phase are written
                write(contestant, samples.batches(phase.change(), ROWS, 100));

                // Then the rows are those that SQL makes of their numbers
                new Check(server).equal(entry.table(), SHAPE.truth(ROWS, phase.change()), entry.name());
            } finally {
                server.execute("DROP TABLE " + entry.table());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a value in its last bit | UPDATE wrong SET v1 = v1 + 1e-13 WHERE v0 = 1",
        "two rows that have each other's value | UPDATE wrong SET v0 = 9 - v0 WHERE v0 IN (4, 5)",
        "a row too few | DELETE FROM wrong WHERE v0 = 1",
        "a row too many | INSERT INTO wrong VALUES ('2014-12-31', 1, 1, 1)",
    })
    void whoStoresSomethingElseFails(String what, String sql) throws SQLException {
        // Given a table that is right, which passes
        server.execute(SHAPE.createTable("wrong"));
        try {
            server.execute("INSERT INTO wrong " + SHAPE.truth(ROWS, Change.NONE));
            var check = new Check(server);
            check.equal("wrong", SHAPE.truth(ROWS, Change.NONE), "the truth");

            // When something is wrong with it
            server.execute(sql);

            // Then it does not
            assertThatThrownBy(() -> check.equal("wrong", SHAPE.truth(ROWS, Change.NONE), "somebody")).as(what)
                    .isInstanceOf(BenchException.class).hasMessageStartingWith("WRONG: after somebody the table holds ");
        } finally {
            server.execute("DROP TABLE wrong");
        }
    }

    @Test
    void whatIsMeasuredIsThePieceAlone() throws Exception {
        // Given a contestant that writes two rows a batch
        server.execute(SHAPE.createTable("piece"));
        try (Contestant contestant = new PlainCopy(server.connect(), SHAPE, "piece")) {
            // When three of its batches are measured
            Figure figure = new Stopwatch(server).measure("work", "phase", "somebody", contestant, "piece",
                    new Samples(SHAPE, 6).batches(Change.NONE, 6, 2), false);

            // Then the figure has their rows, their transactions, and the WAL of a few rows
            assertThat(figure.rows()).isEqualTo(6);
            assertThat(figure.batches()).isEqualTo(3);
            assertThat(figure.deadRows()).isZero();
            assertThat(figure.walBytes()).isBetween(500L, 100_000L);
            assertThat(figure.seconds()).isBetween(1e-5, 30.0);
        } finally {
            server.execute("DROP TABLE piece");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true,  4,    4.316,  ratio r 4.32 target 4 ok",
        "true,  0.85, 0.846,  ratio r 0.85 target 0.85 ok",
        "true,  0.85, 0.844,  ratio r 0.84 target 0.85 below",
        "false, 0.1,  0.0321, ratio r 0.03 target 0.1 ok",
        "false, 0,    12,     ratio r 12.00 target 0 above",
    })
    void aTargetIsOneLineForPrograms(boolean atLeast, double goal, double value, String line) {
        assertThat(new Target("r", atLeast, goal).line(OptionalDouble.of(value))).isEqualTo(line);
    }

    @Test
    void aTargetThatNobodyMeasuredIsSkipped() {
        assertThat(new Target("r", true, 2).line(OptionalDouble.empty())).isEqualTo("ratio r skipped");
    }

    @Test
    void theStartingPointInPythonIsSkippedWithAWordWhereItIsNotThere(@TempDir Path nothing) throws IOException, InterruptedException {
        assertThat(new Python(nothing).missing("seed_asyncpg.py")).startsWith("there is no " + nothing.resolve("seed_asyncpg.py"));
    }

    @Test
    void aProgramThatFailsTellsWhatItSaid(@TempDir Path folder) throws Exception {
        List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "NoSuchProgram");

        try (var program = new Program(folder, command, line -> { })) {
            assertThatThrownBy(program::awaitSuccess).isInstanceOf(BenchException.class).hasMessageContaining("ended with 1")
                    .hasMessageContaining("NoSuchProgram");
        }
    }

    private static void write(Contestant contestant, List<List<Object[]>> batches) throws Exception {
        for (List<Object[]> batch : batches) {
            contestant.write(contestant.ready(batch));
        }
    }
}
