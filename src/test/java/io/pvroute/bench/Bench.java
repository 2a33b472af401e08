package io.pvroute.bench;

import java.util.Locale;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What {@code bench/run} starts. */
@Command(name = "bench/run", mixinStandardHelpOptions = true,
        subcommands = {WriteCommand.class, PipelineCommand.class, HeapCommand.class, FootprintCommand.class, FleetCommand.class},
        description = "Measures pvroute against others, on a fresh PostgreSQL of its own that is as careful as one for real data.")
final class Bench {

    private Bench() {
    }

    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT); // figures look the same everywhere
        var commands = new CommandLine(new Bench());
        commands.setExecutionExceptionHandler((e, command, parsed) -> {
            if (AtExit.isNow()) {
                return 1;
            }
            if (e instanceof BenchException) {
                System.err.println(e.getMessage());
                return 1;
            }
            throw e;
        });
        System.exit(commands.execute(arguments.length == 0 ? new String[] {"--help"} : arguments));
    }
}
