package io.pvroute.bench;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;

import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench/run footprint}: what a runner with one site takes of a small computer. */
@Command(name = "footprint", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Starts 'run' with one site and a database beside it, as the README says it for a small computer, and measures: from its start "
                + "until it is ready, the memory that it holds after it has read a year, and what it does when there is nothing to do. Linux alone.")
final class FootprintCommand implements Callable<Integer> {

    private static final List<Target> TARGETS = List.of(
            new Target("ready_seconds", false, 3), new Target("resident_mb", false, 200), new Target("idle_percent", false, 1));

    @Option(names = "--jar", paramLabel = "FILE", defaultValue = "target/pvroute.jar", description = "the program (${DEFAULT-VALUE})")
    private Path jar;

    @Option(names = "--java-options", paramLabel = "WORDS", defaultValue = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss512k -Xmx64m",
            description = "what java is told (${DEFAULT-VALUE})")
    private String javaOptions;

    @Option(names = "--no-archive", description = "without a class data sharing archive")
    private boolean noArchive;

    @Option(names = "--starts", paramLabel = "N", defaultValue = "5", description = "starts; of the times to ready, the median counts (${DEFAULT-VALUE})")
    private int starts;

    @Option(names = "--idle", paramLabel = "SECONDS", defaultValue = "120", description = "how long it is watched doing nothing (${DEFAULT-VALUE})")
    private int idle;

    @Override
    public Integer call() throws Exception {
        Clock clock = Clock.systemUTC();
        try (var server = new Server(); var simulator = new Simulator(Plant.demo(clock), clock).start(0)) {
            System.out.println(Machine.description());
            System.out.println("server   " + server.description());
            System.out.println("java     " + javaOptions);
            var runner = new SmallRunner(server, simulator.url(), jar, Arrays.asList(javaOptions.trim().split("\\s+")));
            runner.migrate();
            if (!noArchive) {
                runner.shareClasses();
            }
            List<SmallRunner.Ready> all = new ArrayList<>();
            for (int i = 1; i < starts; i++) {
                try (Program program = runner.start()) {
                    all.add(runner.awaitReady(program));
                }
            }
            try (Program program = runner.start()) {
                all.add(runner.awaitReady(program));
                runner.awaitHistory(program);
                SmallRunner.Idle steady = runner.watch(program, idle);
                double[] ready = all.stream().mapToDouble(SmallRunner.Ready::seconds).sorted().toArray();
                double[] cpu = all.stream().mapToDouble(SmallRunner.Ready::cpuSeconds).sorted().toArray();
                System.out.printf("%nready after %.2f s (median of %d, %.2f to %.2f; %.2f s of computing), a year read with at most %.0f MB, "
                        + "then %.0f MB resident and %.2f %% of a core%n",
                        ready[starts / 2], starts, ready[0], ready[starts - 1], cpu[starts / 2], steady.highestMegabytes(), steady.megabytes(), steady.percent());
                List<Double> values = new ArrayList<>(List.of(ready[starts / 2], steady.megabytes(), steady.percent()));
                for (int i = 0; i < TARGETS.size(); i++) {
                    System.out.println(TARGETS.get(i).line(OptionalDouble.of(values.get(i))));
                }
            }
        }
        return 0;
    }
}
