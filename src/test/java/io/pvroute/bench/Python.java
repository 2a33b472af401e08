package io.pvroute.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The Python of the system, which has python3-asyncpg where Debian's package is installed; and the folder of the scripts for it. */
record Python(Path scripts) {

    private static final String PROGRAM = "/usr/bin/python3";

    Python {
        scripts = scripts.toAbsolutePath().normalize();
    }

    /** Why a script that needs asyncpg cannot run; null where it can. */
    String missing(String script) throws IOException, InterruptedException {
        if (!has(script)) {
            return "there is no " + scripts.resolve(script) + " (--seed or SEED names its folder)";
        }
        if (!Files.isExecutable(Path.of(PROGRAM))
                || new ProcessBuilder(PROGRAM, "-c", "import asyncpg").redirectErrorStream(true).start().waitFor() != 0) {
            return "python3-asyncpg is not installed";
        }
        return null;
    }

    boolean has(String script) {
        return Files.isRegularFile(scripts.resolve(script));
    }

    Program start(Consumer<String> line, String script, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM, scripts.resolve(script).toString()));
        command.addAll(List.of(arguments));
        return new Program(scripts, command, line);
    }

    /** Runs a script whose text is given, which can import those of the folder. */
    Program run(Consumer<String> line, String text, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM, "-B", "-c", text));
        command.addAll(List.of(arguments));
        return new Program(scripts, command, line);
    }

    /** All lines of a script that runs to its end. */
    List<String> lines(String script, String... arguments) throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        try (Program program = start(lines::add, script, arguments)) {
            program.awaitSuccess();
        }
        return lines;
    }
}
