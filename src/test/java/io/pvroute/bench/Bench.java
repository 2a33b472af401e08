package io.pvroute.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What {@code bench/run} starts. */
@Command(name = "bench/run", mixinStandardHelpOptions = true, subcommands = WriteCommand.class,
        description = "Measures pvroute against others, on a fresh PostgreSQL of its own that is as careful as one for real data.")
final class Bench {

    private Bench() {
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments.length == 0 ? new String[] {"--help"} : arguments));
    }
}
