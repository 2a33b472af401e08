package io.pvroute.bench;

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

    @Option(names = "--rows", paramLabel = "N", defaultValue = "1051200", description = "rows of the narrow loads (${DEFAULT-VALUE})")
    private int rows;

    @Option(names = "--wide-rows", paramLabel = "N", defaultValue = "210240", description = "rows of the wide loads (${DEFAULT-VALUE})")
    private int wideRows;

    @Option(names = "--sparse-rows", paramLabel = "N", defaultValue = "10000000",
            description = "rows of the table that sparse batches go into (${DEFAULT-VALUE})")
    private int sparseRows;

    @Option(names = "--repeat", paramLabel = "N", defaultValue = "5", description = "rounds that count (${DEFAULT-VALUE})")
    private int repeat;

    @Option(names = "--quick", description = "a tenth of all rows: a minute or two, for a first look")
    private boolean quick;

    @Option(names = "--only", paramLabel = "NAME", split = ",",
            description = "only these: narrow, narrow-100000, wide, rewrite, small, sparse")
    private Set<String> only = Set.of(WriteTargets.NARROW, WriteTargets.LARGE, WriteTargets.WIDE, Rewrite.WORK,
            "small", WriteTargets.SPARSE);

    @Mixin
    private Seed seed;

    @Override
    public Integer call() throws Exception {
        if (quick) {
            rows /= QUICK;
            wideRows /= QUICK;
            sparseRows /= QUICK;
        }
        var report = new Report(System.out);
        try (var server = new Server()) {
            System.out.println(Machine.description());
            System.out.println("server   " + server.description());
            loads(server, report, seed.present(SeedPython.SCRIPT) ? new SeedPython(seed.python()) : null);
            batches(server, report);
        }
        report.print(new WriteTargets(report).values());
        return 0;
    }

    private void loads(Server server, Report report, SeedPython python) throws Exception {
        var loads = new Loads(server, report);
        var shape = new Shape(1);
        var samples = new Samples(shape, rows);
        if (only.contains(WriteTargets.NARROW)) {
            loads.run(WriteTargets.NARROW, samples, shape, rows, SeedPython.BATCH_ROWS, Contestants.ofLoads(), python, repeat);
        }
        if (only.contains(WriteTargets.LARGE)) {
            loads.run(WriteTargets.LARGE, samples, shape, rows, 100_000, Contestants.ofLargeBatches(), null, repeat);
        }
        if (only.contains(Rewrite.WORK)) {
            new Rewrite(server, report).run(samples, shape, rows, SeedPython.BATCH_ROWS);
        }
        if (only.contains(WriteTargets.WIDE)) {
            var wide = new Shape(20);
            loads.run(WriteTargets.WIDE, new Samples(wide, wideRows), wide, wideRows, SeedPython.BATCH_ROWS, Contestants.ofLoads(), null,
                    repeat);
        }
    }

    private void batches(Server server, Report report) throws Exception {
        if (only.contains("small")) {
            try (var batches = new Batches(server, report, 105_120)) {
                batches.consecutive(WriteTargets.small("1"), 1000, 1, Contestants.ofSmallBatches(), repeat);
                batches.consecutive(WriteTargets.small("10"), 500, 10, Contestants.ofSmallBatches(), repeat);
                batches.consecutive(WriteTargets.small("288"), 200, 288, Contestants.ofSmallBatches(), repeat);
            }
        }
        if (only.contains(WriteTargets.SPARSE)) {
            try (var batches = new Batches(server, report, sparseRows)) {
                batches.scattered(WriteTargets.SPARSE, 10, 1000, Contestants.ofSparseBatches(), repeat);
            }
        }
    }
}
