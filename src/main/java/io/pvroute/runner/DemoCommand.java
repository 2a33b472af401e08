package io.pvroute.runner;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;

import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description = "Shows it at work: a simulated inverter with a year of history, the shipped routes, and a PostgreSQL of its own. Needs nothing but Java.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  java -jar target/pvroute.jar demo"})
final class DemoCommand implements Callable<Integer> {

    private static final String SITE = "demo";

    @Option(names = "--routes", paramLabel = "DIR", description = "The routes (default: routes here, else as shipped).")
    private Path routes;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Plant plant = Plant.demo(Clock.systemUTC());
        try (Simulator simulator = new Simulator(plant, Clock.systemUTC()).start(0)) {
            Settings settings = Settings.load(null, Map.of(), Map.of(     // neither the file nor the environment counts
                    "page.port", new Listener("page", "127.0.0.1", OptionalInt.of(8080)).isFree() ? "8080" : "0",
                    "routes.directory", routes == null ? "routes" : routes.toString(),
                    "site." + SITE, simulator.url(),
                    "site." + SITE + ".zone", plant.zone().getId(),
                    "archive.since", plant.since().toString(),
                    "archive.pause", "0s",
                    "archive.period", "1m",
                    "observe.port", "0",
                    "db.directory", Path.of("data", "demo").toString()));
            try (Runner runner = new Runner(settings)) {
                runner.closeWithTheProgram();
                out.printf("A simulated inverter answers on %s. It has a year of history.%n", simulator.url());
                out.println("Starting a PostgreSQL in " + settings.database().directory() + " …");
                out.flush();
                runner.openDatabase();
                out.println("Reading the history, newest first, without the pause of 120 s that a real logger gets between two requests:");
                out.flush();
                Backfill backfill = new Backfill(runner.dataSource(), SITE, plant.since(), out);
                Configurator.setLevel("pvroute.archive", Level.WARN);     // the same lines, as the routes log them
                runner.startRoutes();
                runner.pageUrl().ifPresent(url -> out.println("Watch it in a browser: " + url));
                out.flush();
                backfill.follow();
                Configurator.setLevel("pvroute.archive", Level.INFO);
                runner.pageUrl().ifPresent(url -> out.printf("%nThe page: %s%n", url));
                out.printf("%nLook at the rows:%n  %s%n", runner.psql());
                out.printf("for example at the energy of the last days:%n  %s -c \"SELECT * FROM pv_day ORDER BY day DESC, device LIMIT 10\"%n", runner.psql());
                runner.observedAt().ifPresent(url -> out.printf("Health and metrics:%n  %s/health and %s/metrics%n", url, url));
                out.println("\nThe simulated sun goes on, and so does the polling, every minute. Ctrl-C ends.");
                out.flush();
                runner.awaitEnd();
                return 0;
            }
        }
    }
}
