package io.pvroute.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The Python of the system, which has python3-asyncpg where Debian's package is installed. */
final class Python {

    private static final String PROGRAM = "/usr/bin/python3";

    private Python() {
    }

    /** Why a script that needs asyncpg cannot run, in a sentence; null where it can. */
    static String missing(Path script) throws IOException, InterruptedException {
        if (!Files.isRegularFile(script)) {
            return "there is no " + script + " (SEED names its folder)";
        }
        if (!Files.isExecutable(Path.of(PROGRAM)) || run("-c", "import asyncpg").waitFor() != 0) {
            return "python3-asyncpg is not installed";
        }
        return null;
    }

    /** Its output and its errors come together. The process ends with this program, if not before. */
    static Process start(Path script, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        Process process = run(command.toArray(String[]::new));
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        return process;
    }

    private static Process run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
