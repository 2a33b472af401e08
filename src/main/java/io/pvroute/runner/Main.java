package io.pvroute.runner;

import java.io.PrintWriter;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The program: {@code java -jar pvroute.jar COMMAND}. It ends with 0 for done, 1 for failed, 2 for a command line that it does not understand. */
@Command(
        name = "pvroute",
        description = "Brings the archive of Fronius solar inverters into PostgreSQL, complete and free of rewrites.",
        subcommands = {RunCommand.class, DemoCommand.class, CheckCommand.class, BackfillCommand.class, StatusCommand.class, RetryCommand.class,
            ValidateCommand.class, MigrateCommand.class, SimulateCommand.class},
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "To see it work, without an inverter and without a database:", "  java -jar target/pvroute.jar demo"})
public final class Main implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).setExecutionExceptionHandler(Main::failed);
    }

    /** Without a command: what there is. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }

    private static int failed(Exception thrown, CommandLine command, CommandLine.ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (thrown instanceof StartException) {
            err.println(thrown.getMessage());
        } else {
            err.println("pvroute " + command.getCommandName() + " failed. This is a fault of the program; please report it with these lines:");
            thrown.printStackTrace(err);
        }
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"pvroute " + (version == null ? "of this working copy" : version)};
        }
    }
}
