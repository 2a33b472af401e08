package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {

    @Test
    void theDemoOffersNoSettingsFileSinceItReadsNone() {
        CommandLine demo = Main.commandLine().getSubcommands().get("demo");

        assertThat(demo.getUsageMessage()).contains("--routes=DIR").doesNotContain("--config");
    }

    @Test
    void aCommandLineThatIsNotUnderstoodEndsWithTwo() {
        var told = new StringWriter();

        assertThat(Main.commandLine().setErr(new PrintWriter(told)).execute("run", "--bogus")).isEqualTo(2);
        assertThat(told.toString()).startsWith("Unknown option");
    }
}
