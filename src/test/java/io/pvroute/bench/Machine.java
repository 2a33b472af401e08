package io.pvroute.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;

import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.postgresql.Driver;

/** What the figures were measured on: a rate without its machine says nothing. */
final class Machine {

    private Machine() {
    }

    /** Lines for people. */
    static String description() throws IOException {
        CamelContext camel = new DefaultCamelContext();
        return "date     " + OffsetDateTime.now().truncatedTo(ChronoUnit.SECONDS) + '\n'
                + "machine  " + Runtime.getRuntime().availableProcessors() + " cores, " + cpu() + ", " + memory() + ", "
                + System.getProperty("os.name") + ' ' + System.getProperty("os.version") + '\n'
                + "versions Java " + Runtime.version() + " with " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB of heap, Camel "
                + camel.getVersion() + ", pgjdbc " + new Driver().getMajorVersion() + '.' + new Driver().getMinorVersion();
    }

    private static String cpu() throws IOException {
        return line("/proc/cpuinfo", "model name").replaceFirst(".*:\\s*", "");
    }

    private static String memory() throws IOException {
        String kibibytes = line("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
        return kibibytes.isEmpty() ? "memory unknown" : Math.round(Long.parseLong(kibibytes) / 1048576.0) + " GiB";
    }

    /** Where there is no /proc, nothing. */
    private static String line(String file, String start) throws IOException {
        if (!Files.isReadable(Path.of(file))) {
            return "";
        }
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(start)).findFirst().orElse("");
        }
    }
}
