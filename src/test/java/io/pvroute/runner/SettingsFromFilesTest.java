package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values that stand in files of their own, as containers are given what is secret: DB_PASSWORD_FILE names the one of db.password. */
class SettingsFromFilesTest {

    private static final String URL = "jdbc:postgresql://db/pv";

    @TempDir
    Path folder;

    @Test
    void aVariableMayNameTheFileThatHoldsTheValue() throws IOException {
        // Given files as an editor and as an orchestrator write them
        Path database = file("db", "geh = #eim\n");
        Path page = file("page", "streng\r\n");
        Path site = file("site", "http://logger");

        // When the environment names them
        Settings settings = load(Map.of("DB_URL", URL, "DB_PASSWORD_FILE", database.toString(), "PAGE_USER", "owner",
                "PAGE_PASSWORD_FILE", page.toString(), "SITE_HOME_FILE", site.toString()));

        // Then they are the settings, without the end of the line
        assertThat(settings.database().password()).isEqualTo("geh = #eim");
        assertThat(settings.page().password()).isEqualTo("streng");
        assertThat(settings.sites()).singleElement().extracting(Site::url).hasToString("http://logger");
    }

    @Test
    void itWinsOverTheFileOfSettingsAndYieldsToTheCommandLineAsTheVariableItselfDoes() throws IOException {
        Path settings = file("application.properties", "archive.period = 2m\narchive.tick = 2s\ntopic = a\n");
        var environment = Map.of("ARCHIVE_PERIOD_FILE", file("period", "3m\n").toString(),
                "ARCHIVE_TICK_FILE", file("tick", "3s").toString(), "TOPIC_FILE", file("topic", "b").toString());

        Map<String, Setting> read = SettingsSources.read(settings, environment, Map.of("archive.tick", "4s")).settings();

        assertThat(read.get("archive.period").value()).isEqualTo("3m");
        assertThat(read.get("archive.tick").value()).isEqualTo("4s");
        assertThat(read.get("topic").value()).as("a setting of a route").isEqualTo("b");
    }

    @Test
    void aBlankVariableCountsAsNotSet() {
        assertThat(load(Map.of("DB_URL", URL, "DB_PASSWORD", "x", "DB_PASSWORD_FILE", " ")).database().password()).isEqualTo("x");
    }

    @Test
    void aVariableThatIsASettingItselfIsNoFile() throws IOException {
        Path settings = file("application.properties", "journal = a\njournal.file = b\n");

        Map<String, Setting> read = SettingsSources.read(settings, Map.of("JOURNAL_FILE", "/nowhere"), Map.of()).settings();

        assertThat(read.get("journal").value()).isEqualTo("a");
        assertThat(read.get("journal.file").value()).isEqualTo("/nowhere");
    }

    @Test
    void whatIsWrongIsToldInSentencesThatHoldNoSecret() throws IOException {
        // Given every way in which it can be wrong
        String missing = folder.resolve("missing").toString();
        Path bytes = Files.write(folder.resolve("bytes"), new byte[] {'x', (byte) 0xC3, (byte) 0x28});
        var environment = Map.of("DB_URL", URL, "DB_PASSWORD", "geheim", "DB_PASSWORD_FILE", file("db", "anders").toString(),
                "PAGE_PASSWORD_FILE", missing, "DB_USER_FILE", file("empty", "\n").toString(),
                "ARCHIVE_PERIOD_FILE", file("lines", "5m\ngeheim\n").toString(), "ARCHIVE_TICK_FILE", folder.toString(),
                "PAGE_USER_FILE", bytes.toString(), "SITE_HOME_ZON_FILE", missing);

        // When they are read
        List<String> problems = catchThrowableOfType(SettingsException.class, () -> load(environment)).problems();

        // Then each is a sentence
        assertThat(problems).containsExactlyInAnyOrder(
                "db.password = (not shown) (environment variable DB_PASSWORD): DB_PASSWORD_FILE is set as well; expected one of the two.",
                "page.password (file " + missing + " of environment variable PAGE_PASSWORD_FILE): there is no such file; expected one that "
                        + "holds the value.",
                "db.user (file " + folder.resolve("empty") + " of environment variable DB_USER_FILE): the file is empty; expected the "
                        + "value in it.",
                "archive.period (file " + folder.resolve("lines") + " of environment variable ARCHIVE_PERIOD_FILE): the file holds more "
                        + "than one line; expected the value alone.",
                "archive.tick (file " + folder + " of environment variable ARCHIVE_TICK_FILE): the file could not be read (IOException); "
                        + "expected one that user " + System.getProperty("user.name") + " may read.",
                "page.user (file " + bytes + " of environment variable PAGE_USER_FILE): the file is not in UTF-8; save it in this "
                        + "encoding.",
                "site.home.zon.file = " + missing + " (environment variable SITE_HOME_ZON_FILE): there is no such setting of a site; "
                        + "expected site.<name>, with a name of a-z and 0-9, or after it "
                        + KnownSettings.OF_A_SITE.stream().map("."::concat).collect(Collectors.joining(", "))
                        + "; did you mean site.home.zone?");
    }

    @Test
    void aValueThatIsRefusedIsToldWithTheFileItStandsIn() throws IOException {
        Path file = file("period", "often\n");

        assertThat(catchThrowableOfType(SettingsException.class, () -> load(Map.of("ARCHIVE_PERIOD_FILE", file.toString()))).problems())
                .singleElement().asString().startsWith("archive.period = often (file " + file + " of environment variable "
                        + "ARCHIVE_PERIOD_FILE): expected a duration");
    }

    private static Settings load(Map<String, String> environment) {
        return Settings.load(null, environment, Map.of());
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
