package io.pvroute.bench;

import java.io.IOException;
import java.nio.file.Path;

import picocli.CommandLine.Option;

/** Where the scripts of the starting point are, which are no part of this repository. */
final class Seed {

    @Option(names = "--seed", paramLabel = "DIR", defaultValue = "${env:SEED:-../shared/bench}",
            description = "where the scripts in Python are: environment SEED, or ../shared/bench")
    private Path folder;

    Python python() {
        return new Python(folder);
    }

    /** Whether a script that needs asyncpg takes part; says so where not. */
    boolean present(String script) throws IOException, InterruptedException {
        String missing = python().missing(script);
        System.out.println("python   " + (missing == null ? folder : SeedPython.NAME + " is skipped: " + missing));
        return missing == null;
    }
}
