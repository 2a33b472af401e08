package io.pvroute.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench/run fleet}: several runners that share a thousand sites, one of which is killed. */
@Command(name = "fleet", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Has several runners share many sites of one database, reads the last days of each without a pause, then measures for some minutes how late "
                + "requests are and what it takes to be so; one runner is killed halfway. At the end all is stored, or it fails. Linux alone.")
final class FleetCommand implements Callable<Integer> {

    @Option(names = "--sites", paramLabel = "N", defaultValue = "1000", description = "loggers (${DEFAULT-VALUE})")
    private int sites;

    @Option(names = "--runners", paramLabel = "N", defaultValue = "3", description = "runners, two at least (${DEFAULT-VALUE})")
    private int runners;

    @Option(names = "--minutes", paramLabel = "N", defaultValue = "10", description = "how long is measured (${DEFAULT-VALUE})")
    private double minutes;

    @Option(names = "--days", paramLabel = "N", defaultValue = "32", description = "of history that are read before (${DEFAULT-VALUE})")
    private int days;

    @Option(names = "--period", paramLabel = "SECONDS", defaultValue = "300", description = "archive.period (${DEFAULT-VALUE})")
    private int period;

    @Option(names = "--pause", paramLabel = "SECONDS", defaultValue = "120", description = "archive.pause, shorter than the period (${DEFAULT-VALUE})")
    private int pause;

    @Option(names = "--lease", paramLabel = "SECONDS", defaultValue = "300", description = "archive.lease; how long the sites that a dead runner had in "
            + "hand wait for another (${DEFAULT-VALUE})")
    private int lease;

    @Option(names = "--answer", paramLabel = "MILLISECONDS", defaultValue = "1000", description = "how long a logger takes for its answer (${DEFAULT-VALUE})")
    private int answer;

    @Option(names = "--setting", paramLabel = "NAME=VALUE", description = "another setting of the runners")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--jar", paramLabel = "FILE", defaultValue = "target/pvroute.jar", description = "the program (${DEFAULT-VALUE})")
    private Path jar;

    @Option(names = "--java-options", paramLabel = "WORDS", defaultValue = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss512k -Xmx128m",
            description = "what java is told (${DEFAULT-VALUE})")
    private String javaOptions;

    @Override
    public Integer call() throws Exception {
        if (runners < 2 || sites < 20 * runners) {
            throw new BenchException("A fleet is two runners at least, and 20 sites for each: else there is nothing to share.");
        }
        if (pause >= period || lease < 60) {
            throw new BenchException("The pause has to be shorter than the period, and the lease a minute at least.");
        }
        var requests = new FleetRequests();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        try (var server = new Server("on")) {
            System.out.println(Machine.description());
            System.out.println("server   " + server.description());
            System.out.println("java     " + javaOptions);
            System.out.printf("fleet    %d sites, %d runners, every %d s with a pause of %d s, lease %d s, loggers that take %d ms%s%n", sites, runners, period, pause, lease, answer,
                    settings.isEmpty() ? "" : ", " + String.join(", ", settings));
            Path folder = Files.createDirectory(server.folder().resolve("fleet"));
            List<String> loggers = List.of(java, "-XX:+UseSerialGC", "-Xmx256m", "-cp", System.getProperty("java.class.path"), FleetLogger.class.getName(),
                    String.valueOf(answer));
            try (Program logger = new Program(folder, loggers, requests::heard); var book = new FleetBook(server)) {
                String url = "http://127.0.0.1:" + requests.port().get(1, TimeUnit.MINUTES);
                migrate(folder, java, server);
                book.add(sites, url, days);
                List<String> words = new ArrayList<>(List.of(java));
                words.addAll(Arrays.asList(javaOptions.trim().split("\\s+")));
                try (var fleet = new Fleet(folder, words, jar, settings(server), runners, book, requests)) {
                    fleet.readHistory();
                    fleet.settle(period);
                    FleetReport report = fleet.measure(server, logger.handle(), minutes, period, pause, lease);
                    fleet.stop();
                    report.print(book.requireTruth(report.killedAt()));
                }
            }
        }
        return 0;
    }

    private void migrate(Path folder, String java, Server server) throws Exception {
        Path own = Files.createDirectory(folder.resolve("migrate"));
        Files.write(own.resolve("application.properties"), settings(server));
        try (Program program = new Program(own, List.of(java, "-jar", jar.toAbsolutePath().toString(), "migrate"), line -> { })) {
            program.awaitSuccess();
        }
    }

    private List<String> settings(Server server) {
        List<String> lines = new ArrayList<>(List.of(
                "db.url = " + server.jdbcUrl(),
                "archive.period = " + period + "s",
                "archive.pause = " + pause + "s",
                "archive.lease = " + lease + "s",
                "archive.timeout = " + Math.min(120, lease - 45) + "s",
                "archive.connect-timeout = 10s",
                "realtime.period = off",
                "page.port = off"));
        lines.addAll(settings);
        return lines;
    }
}
