package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import io.pvroute.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import picocli.CommandLine;

/** What a person at a terminal gets back: text and exit code. */
class CommandsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "run", "demo", "check", "backfill", "status", "retry", "simulate", "migrate", "validate"})
    void everyCommandExplainsItselfWithAnExample(String command) {
        int code = command.isEmpty() ? execute("--help") : execute(command, "--help");

        assertThat(code).isZero();
        assertThat(out.toString()).contains("Usage: pvroute").contains("java -jar target/pvroute.jar");
    }

    @Test
    void aCommandLineThatIsNotUnderstoodEndsWith2() {
        assertThat(execute()).isEqualTo(2);
        assertThat(execute("fly")).isEqualTo(2);
        assertThat(execute("run", "--nonsense")).isEqualTo(2);
        assertThat(err.toString()).contains("Which command?").contains("fly").contains("--nonsense").contains("Usage: pvroute");
    }

    @Test
    void runWithoutASiteSaysWhatToWriteWhereAndLeavesNothingBehind() throws Exception {
        Path config = Files.writeString(folder.resolve("my.properties"), "db.directory = " + folder.resolve("data") + "\n");

        assertThat(execute("run", "--config", config.toString())).isEqualTo(1);

        assertThat(err.toString()).contains("site.home = http://").contains(config.toString()).doesNotContain("\tat ", "pv_site");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void runOnADatabaseOfOnesOwnWithoutASiteNamesTheRowAsWellAndItIsOne() throws Exception {
        try (var database = new TestDatabase()) {
            Path config = Files.writeString(folder.resolve("my.properties"), "db.url = " + database.url() + "\n");

            assertThat(execute("run", "--config", config.toString())).isEqualTo(1);

            assertThat(err.toString()).contains("site.home = http://").contains(config.toString()).doesNotContain("\tat ");
            database.execute(err.toString().lines().filter(line -> line.contains("INSERT INTO pv_site")).findFirst().orElseThrow());
            assertThat(new JdbcTemplate(database.dataSource()).queryForList("SELECT site || ' ' || zone FROM pv_site", String.class))
                    .containsExactly("home Europe/Vienna");
        }
    }

    @Test
    void aSettingsFileThatIsNotThereIsSaid() {
        assertThat(execute("run", "--config", "nowhere.properties")).isEqualTo(1);
        assertThat(err.toString()).contains("nowhere.properties").doesNotContain("\tat ");
    }

    @Test
    void settingsThatAreNotRightStopTheStartAllAtOnce() throws Exception {
        Path config = Files.writeString(folder.resolve("application.properties"), "site.home = logger\narchive.perod = 5m\narchive.pause = 120\n");

        assertThat(execute("run", "--config", config.toString())).isEqualTo(1);

        assertThat(err.toString()).contains("site.home").contains("archive.perod").contains("archive.period").contains("archive.pause").contains("120")
                .doesNotContain("\tat ");
    }

    private int execute(String... arguments) {
        CommandLine pvroute = Main.commandLine();
        pvroute.setOut(new PrintWriter(out, true));
        pvroute.setErr(new PrintWriter(err, true));
        return pvroute.execute(arguments);
    }
}
