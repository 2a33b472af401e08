package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands while {@code run} has the embedded database open: they ask its server, and leave the reading to it. */
class BesideARunnerTest {

    private final Simulator simulator = new Simulator(Plant.inVienna(1, Instant.parse("2024-01-01T00:00:00Z")), Clock.systemUTC());
    private Process runner;
    private Path config;

    @TempDir
    private Path folder;

    @BeforeEach
    void aRunnerIsAtWork() throws Exception {
        simulator.start(0);
        config = Files.writeString(folder.resolve("my.properties"), "site.home = " + simulator.url() + "\ndb.directory = "
                + folder.resolve("data")
                + "\narchive.since = 60d\narchive.pause = 0s\narchive.period = 1h\narchive.tick = 100ms\nobserve.port = off\npage.port = "
                + "off\n");
        runner = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(), "run", "--config", config.toString(), "--routes", Path.of("routes").toAbsolutePath().toString())
                .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(folder.resolve("output").toFile()).start();
        await().atMost(Duration.ofSeconds(90)).failFast(() -> assertThat(runner.isAlive()).as(Files.readString(folder.resolve("output")))
                .isTrue())
                .until(() -> Files.readString(folder.resolve("output")).contains("Reading home."));
    }

    @AfterEach
    void end() throws InterruptedException {
        runner.destroy();
        if (!runner.waitFor(30, TimeUnit.SECONDS)) {
            runner.destroyForcibly().waitFor();
        }
        simulator.close();
    }

    @Test
    void eachCommandWorksBesideARunnerAndBackfillLeavesTheReadingToIt() throws IOException {
        // Given a history that is read
        await().atMost(Duration.ofSeconds(60)).until(() -> command("status", "--json").out().replace(" ", "").contains("\"owed\":0"));

        // When a part of it is to be read again
        Typed backfill = command("backfill", "--from", "60d");

        // Then the runner does it
        assertThat(backfill.code()).as(backfill.out() + backfill.err()).isZero();
        assertThat(backfill.out()).contains("A runner has the database of " + folder.resolve("data") + " open, and does the reading.")
                .containsPattern("All [456] windows are read, in .*: 0 rows new, 0 changed, [\\d,]+ the same");
        assertThat(command("backfill", "--from", "60d", "--pause", "1s").err()).contains("--pause needs a backfill that reads by itself")
                .contains("leave --pause out");

        Typed status = command("status");
        assertThat(status.out()).contains("home").contains("up");
        assertThat(command("retry").out()).contains("Nothing failed");
        Typed check = command("check");
        assertThat(check.code()).as(check.out() + check.err()).isZero();
        assertThat(check.out()).contains("PostgreSQL 18").contains("All is as it should be.");
        assertThat(runner.isAlive()).isTrue();
    }

    private Typed command(String name, String... more) {
        List<String> arguments = new java.util.ArrayList<>(List.of(name, "--config", config.toString()));
        arguments.addAll(List.of(more));
        return Typed.command(arguments.toArray(String[]::new));
    }
}
