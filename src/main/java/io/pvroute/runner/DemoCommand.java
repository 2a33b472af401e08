package io.pvroute.runner;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;

import io.pvroute.simulator.Equipment;
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
        description = "Shows it at work: a simulated Symo with a year of history, a simulated GEN24 with a battery, which tells the "
                + "present alone, the shipped routes, and a PostgreSQL of its own. Needs nothing but Java.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  java -jar target/pvroute.jar demo"})
final class DemoCommand implements Callable<Integer> {

    private static final String OLD = "symo";
    private static final String NEW = "gen24";
    private static final String ENERGY = "SELECT * FROM pv_day ORDER BY day DESC, device LIMIT 10";
    private static final String BATTERY =
            "SELECT ts, p_pv, p_load, p_akku, p_grid, soc FROM pv_power_flow WHERE site = '" + NEW + "' ORDER BY ts DESC LIMIT 10";
    /** Readings come every ten seconds; the first may wait for the logger to be asked what it is. */
    private static final Duration FIRST_READING = Duration.ofSeconds(30);

    @Option(names = "--routes", paramLabel = "DIR", description = "The routes (default: routes here, else as shipped).")
    private Path routes;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws SQLException {
        PrintWriter out = spec.commandLine().getOut();
        Plant old = Plant.demo(Clock.systemUTC());
        // next door: another household and other clouds
        Plant next = Plant.inVienna(2, old.since()).with(Equipment.GEN24);
        try (Simulator symo = new Simulator(old, Clock.systemUTC()).start(0);
                Simulator gen24 = new Simulator(next, Clock.systemUTC()).start(0)) {
            Settings settings = Settings.load(null, Map.of(), Map.ofEntries(     // neither the file nor the environment counts
                    Map.entry("page.port", new Listener("page", "127.0.0.1", OptionalInt.of(8080)).isFree() ? "8080" : "0"),
                    Map.entry("routes.directory", routes == null ? "routes" : routes.toString()),
                    Map.entry("site." + OLD, symo.url()),
                    Map.entry("site." + OLD + ".zone", old.zone().getId()),
                    Map.entry("site." + NEW, gen24.url()),
                    Map.entry("site." + NEW + ".zone", next.zone().getId()),
                    Map.entry("site." + NEW + ".realtime", "10s"),
                    Map.entry("archive.since", old.since().toString()),
                    Map.entry("archive.pause", "0s"),
                    Map.entry("archive.period", "1m"),
                    Map.entry("realtime.pause", "1s"),
                    Map.entry("observe.port", "0"),
                    Map.entry("db.directory", Path.of("data", "demo").toString())));
            try (Runner runner = new Runner(settings)) {
                runner.closeWithTheProgram();
                out.printf("Two simulated inverters answer: %s, a Symo with a year of history, on %s,%n", OLD, symo.url());
                out.printf("and %s, a GEN24 with a battery, which tells the present alone, on %s.%n", NEW, gen24.url());
                out.println("Starting a PostgreSQL in " + settings.database().directory() + " …");
                out.flush();
                runner.openDatabase();
                out.println("Reading the history, newest first, without the pauses that a real logger gets between two requests (120 s, and "
                        + "4 s for the present):");
                out.flush();
                Backfill backfill = new Backfill(runner.dataSource(), OLD, old.since(), out);
                Configurator.setLevel("pvroute.archive", Level.WARN);     // the same lines, as the routes log them
                runner.startRoutes();
                runner.pageUrl().ifPresent(url -> out.println("Watch it in a browser: " + url));
                out.flush();
                backfill.follow();
                Configurator.setLevel("pvroute.archive", Level.INFO);
                new NewestReading(runner.dataSource(), NEW).await(FIRST_READING).ifPresentOrElse(
                        sentence -> out.printf("%nThe present, every ten seconds:%n  %s%n", sentence),
                        () -> out.printf("%n%s has not told anything yet; the log says why.%n", NEW));
                runner.pageUrl().ifPresent(url -> out.printf("%nThe page: %s%n", url));
                out.printf("%nLook at the rows:%n  %s%n", runner.psql());
                out.printf("for example at the energy of the last days:%n  %s -c \"%s\"%n", runner.psql(), ENERGY);
                out.printf("or at the battery:%n  %s -c \"%s\"%n", runner.psql(), BATTERY);
                runner.observedAt().ifPresent(url -> out.printf("Health and metrics:%n  %s/health and %s/metrics%n", url, url));
                out.println("\nThe simulated sun goes on, and so does the polling. Ctrl-C ends.");
                out.flush();
                runner.awaitEnd();
                return 0;
            }
        }
    }
}
