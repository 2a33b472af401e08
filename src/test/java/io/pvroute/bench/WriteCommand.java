package io.pvroute.bench;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/run write}: batches of rows into a table, ours against others. */
@Command(name = "write", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Measures how fast batches are written, against the starting point in Python and in SQL, camel-sql, PgBulkInsert and "
                + "plain COPY; prints a table and the ratios.")
final class WriteCommand implements Callable<Integer> {

    private static final int QUICK = 10;
    private static final int ONE_YEAR = 105_120;

    private static final List<String> WORKS = List.of(WriteTargets.NARROW, WriteTargets.LARGE, WriteTargets.WIDE, Rewrite.WORK,
            WriteTargets.SMALL, WriteTargets.SPARSE);

    /** Enough for a time that can be measured. */
    private int smallBatches = 1000;

    @Option(names = "--rows", paramLabel = "N", defaultValue = "1051200", description = "rows of the narrow loads (${DEFAULT-VALUE})")
    private int rows;

    @Option(names = "--wide-rows", paramLabel = "N", defaultValue = "210240", description = "rows of the wide loads (${DEFAULT-VALUE})")
    private int wideRows;

    @Option(names = "--sparse-rows", paramLabel = "N", defaultValue = "10000000",
            description = "rows of the table that sparse batches go into (${DEFAULT-VALUE})")
    private int sparseRows;

    @Option(names = "--repeat", paramLabel = "N", defaultValue = "5", description = "rounds that count (${DEFAULT-VALUE})")
    private int repeat;

    @Option(names = "--quick", description = "a tenth of the rows in 3 rounds, for a first look in a minute or two")
    private boolean quick;

    @Option(names = "--only", paramLabel = "NAME", split = ",",
            description = "only these: narrow, narrow-100000, wide, rewrite, small, sparse")
    private Set<String> only = Set.copyOf(WORKS);

    @Option(names = "--contestants", paramLabel = "NAME", split = ",", description = "only these, as the tables name them")
    private Set<String> chosen = Set.of();

    @Mixin
    private Seed seed;

    @Override
    public Integer call() throws Exception {
        requireKnown("--only", only, WORKS);
        requireKnown("--contestants", chosen, Contestants.NAMES);
        if (quick) {
            rows /= QUICK;
            wideRows /= QUICK;
            sparseRows /= QUICK;
            smallBatches /= 2; // fewer make nobody warm
            repeat = Math.min(repeat, 3);
        }
        var report = new Report(System.out);
        try (var server = new Server()) {
            System.out.println(Machine.description());
            System.out.println("server   " + server.description());
            var contestants = new Contestants(chosen);
            boolean python = contestants.has(SeedPython.NAME) && seed.present(SeedPython.SCRIPT);
            loads(server, report, contestants, python ? new SeedPython(seed.python()) : null);
            batches(server, report, contestants);
        }
        report.print(new WriteTargets(report).values());
        return 0;
    }

    private static void requireKnown(String option, Set<String> given, List<String> known) {
        if (!known.containsAll(given)) {
            throw new BenchException(option + ' ' + String.join(",", given) + " names something that there is not; there are "
                    + String.join(", ", known) + '.');
        }
    }

    private void loads(Server server, Report report, Contestants contestants, SeedPython python) throws Exception {
        var loads = new Loads(server, report);
        var shape = new Shape(1);
        var samples = new Samples(shape, rows);
        if (only.contains(WriteTargets.NARROW)) {
            loads.run(WriteTargets.NARROW, samples, shape, rows, SeedPython.BATCH_ROWS, contestants.ofLoads(), python, repeat);
        }
        if (only.contains(WriteTargets.LARGE)) {
            loads.run(WriteTargets.LARGE, samples, shape, rows, 100_000, contestants.ofLargeBatches(), null, repeat);
        }
        if (only.contains(Rewrite.WORK)) {
            new Rewrite(server, report).run(samples, shape, rows, SeedPython.BATCH_ROWS);
        }
        if (only.contains(WriteTargets.WIDE)) {
            var wide = new Shape(20);
            loads.run(WriteTargets.WIDE, new Samples(wide, wideRows), wide, wideRows, SeedPython.BATCH_ROWS, contestants.ofLoads(), null,
                    repeat);
        }
    }

    private void batches(Server server, Report report, Contestants contestants) throws Exception {
        if (only.contains(WriteTargets.SMALL)) {
            try (var batches = new Batches(server, report, ONE_YEAR)) {
                batches.consecutive(WriteTargets.small(1), smallBatches, 1, contestants.ofBatches(), repeat);
                batches.consecutive(WriteTargets.small(10), smallBatches, 10, contestants.ofBatches(), repeat);
                batches.consecutive(WriteTargets.small(288), smallBatches / 4, 288, contestants.ofBatches(), repeat);
            }
        }
        if (only.contains(WriteTargets.SPARSE)) {
            try (var batches = new Batches(server, report, sparseRows)) {
                batches.scattered(WriteTargets.SPARSE, 10, 1000, contestants.ofBatches(), repeat);
            }
        }
    }
}
