package io.pvroute.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/run pipeline}: from a logger over HTTP into the database, ours against the starting point in Python. */
@Command(name = "pipeline", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Measures pvroute as shipped, from a logger into the database, against the starting point in Python: years of 17 "
                + "channels over HTTP without a pause, first into an empty database and then once more.")
final class PipelineCommand implements Callable<Integer> {

    private static final LocalDate SINCE = LocalDate.of(2015, 1, 1);
    private static final String OLDER = "2014-08-01";
    private static final String DATABASE = "pipeline_ours";
    private static final String SEEDS_DATABASE = "pipeline_seed";

    @Mixin
    private Seed seed;

    @Option(names = "--years", paramLabel = "N", defaultValue = "10", description = "years since 2015 (${DEFAULT-VALUE})")
    private int years;

    @Option(names = "--repeat", paramLabel = "N", defaultValue = "5", description = "rounds that count (${DEFAULT-VALUE})")
    private int repeat;

    @Option(names = "--java", paramLabel = "OPTION", description = "an option for the Java of pvroute, such as "
            + "--java=-XX:StartFlightRecording:filename=/tmp/run.jfr; can be given again")
    private List<String> javaOptions = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        var report = new Report(System.out);
        Python python = seed.python();
        if (python.has(LoggerProgram.SCRIPT)) {
            try (var server = new Server(); var logger = new LoggerProgram(python, OLDER)) {
                System.out.println(Machine.description());
                System.out.println("server   " + server.description());
                rounds(server, logger, report, seed.present(SeedPipeline.SCRIPT) ? new SeedPipeline(python) : null);
            }
        } else {
            System.out.println("skipped  all: " + python.missing(LoggerProgram.SCRIPT));
        }
        report.print(PipelineTargets.values(report));
        return 0;
    }

    private void rounds(Server server, LoggerProgram logger, Report report, SeedPipeline seedOrNull) throws Exception {
        LocalDate until = SINCE.plusYears(years);
        var ours = new OurPipeline(server, logger, Path.of("target/pvroute.jar"), javaOptions, SINCE, until);
        report.work(PipelineTargets.WORK, years + " years of 17 channels, a batch is a window of 16 days; ours: from its first request to "
                + "its last window in the book");
        List<Double> starts = new ArrayList<>();
        // in the first round, which is forgotten, the logger renders its answers
        for (int round = 0; round <= repeat; round++) {
            report.progress(PipelineTargets.WORK, round, repeat);
            List<Figure> figures = new ArrayList<>();
            server.execute("CREATE DATABASE " + DATABASE);
            server.execute("CREATE DATABASE " + SEEDS_DATABASE);
            if (seedOrNull != null && round % 2 == 0) {
                figures.addAll(seedOrNull.run(server, SEEDS_DATABASE, logger.url(), SINCE, until));
            }
            OurPipeline.Result result = ours.run(DATABASE);
            figures.addAll(result.figures());
            if (seedOrNull != null && round % 2 != 0) {
                figures.addAll(seedOrNull.run(server, SEEDS_DATABASE, logger.url(), SINCE, until));
            }
            if (seedOrNull != null) {
                check(server);
            }
            if (round > 0) {
                figures.forEach(report::add);
                starts.add(result.secondsToFirstRequest());
            }
            server.execute("DROP DATABASE " + DATABASE + " WITH (FORCE)");
            server.execute("DROP DATABASE " + SEEDS_DATABASE + " WITH (FORCE)");
        }
        report.note("start-up of ours to its first request, in seconds: " + starts.stream().sorted().toList());
    }

    /** Both have stored the same, to the bit. */
    private static void check(Server server) throws SQLException {
        String columns = one(server, SEEDS_DATABASE, "SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) "
                + "FROM information_schema.columns WHERE table_name = '" + SeedPipeline.TABLE + "'");
        String seeds = one(server, SEEDS_DATABASE, Shape.checksum("SELECT " + columns + " FROM " + SeedPipeline.TABLE));
        String ours = one(server, DATABASE, Shape.checksum("SELECT " + columns + " FROM " + OurPipeline.TABLE));
        if (!ours.equals(seeds)) {
            throw new BenchException("WRONG: ours has stored " + ours + "; the starting point in Python " + seeds + '.');
        }
    }

    private static String one(Server server, String database, String query) throws SQLException {
        try (Connection connection = server.connect(database); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
