package io.pvroute.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What processes have computed and hold, as {@code /proc} of Linux tells it. */
final class ProcessFigures {

    /** {@code USER_HZ}: the same on every Linux that Java runs on. */
    private static final double TICKS_A_SECOND = 100;
    /** Of {@code /proc/PID/stat}, counted from behind the name: {@code utime}. */
    private static final int USER_TIME = 11;

    private ProcessFigures() {
    }

    /** Seconds that a process and those of its children that have ended have computed, and its children that live. */
    static double cpuSeconds(ProcessHandle process) throws IOException {
        double ticks = ticks(process, 4);
        for (ProcessHandle child : process.children().toList()) {
            ticks += ticks(child, 4);
        }
        return ticks / TICKS_A_SECOND;
    }

    private static double ticks(ProcessHandle process, int fields) throws IOException {
        String stat;
        try {
            stat = Files.readString(proc(process, "stat"));
        } catch (NoSuchFileException e) {
            return 0; // it has ended, and its parent counts for it
        }
        String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        double ticks = 0;
        for (int i = 0; i < fields; i++) {
            ticks += Long.parseLong(words[USER_TIME + i]);
        }
        return ticks;
    }

    /** Resident memory in MB; what is shared counts for each. */
    static double residentMegabytes(ProcessHandle process) throws IOException {
        return megabytes(proc(process, "status"), "VmRSS:");
    }

    /** The most that it has had resident at any time, in MB. */
    static double highestMegabytes(ProcessHandle process) throws IOException {
        return megabytes(proc(process, "status"), "VmHWM:");
    }

    /** Memory of a process and its children in MB; what is shared counts in parts. NaN where this user may not ask. */
    static double proportionalMegabytes(ProcessHandle process) {
        double sum = 0;
        for (ProcessHandle each : Stream.concat(Stream.of(process), process.children()).toList()) {
            try {
                sum += megabytes(proc(each, "smaps_rollup"), "Pss:");
            } catch (NoSuchFileException e) {
                // it has ended meanwhile
            } catch (IOException e) {
                if (each.isAlive()) {
                    return Double.NaN;
                }
            }
        }
        return sum;
    }

    private static double megabytes(Path file, String name) throws IOException {
        List<String> lines = Files.readAllLines(file);
        String kibibytes = lines.stream().filter(line -> line.startsWith(name)).findFirst().orElseThrow(() -> new IOException(file + " has no " + name))
                .replaceAll("\\D", "");
        return Long.parseLong(kibibytes) * 1024 / 1e6;
    }

    private static Path proc(ProcessHandle process, String file) {
        return Path.of("/proc", String.valueOf(process.pid()), file);
    }
}
