package io.pvroute.runner;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "validate",
        description = "Loads every route file without starting anything, and tells what is wrong: file, line, route. 'run' refuses to start for the same.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  java -jar target/pvroute.jar validate routes"})
final class ValidateCommand implements Callable<Integer> {

    @Mixin
    private ConfigOptions options;

    @Parameters(arity = "0..1", paramLabel = "DIR", description = "The routes (default: as for --routes).")
    private Path directory;

    @Option(names = "--json", description = "One JSON array: file, line, route and what for each problem.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws JsonProcessingException {
        Settings settings = options.settings(directory == null ? Map.of() : Map.of("routes.directory", directory.toString()));
        RouteCheck.Outcome outcome = RouteCheck.of(settings);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(outcome.problems()));
        } else {
            outcome.problems().forEach(out::println);
            out.printf("%s: %s, %s, %s.%n", settings.routesDirectory(), counted(outcome.files(), "file"), counted(outcome.routes(), "route"),
                    outcome.problems().isEmpty() ? "nothing is wrong" : counted(outcome.problems().size(), "problem") + "; run would not start");
        }
        out.flush();
        return outcome.problems().isEmpty() ? 0 : 1;
    }

    private static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
