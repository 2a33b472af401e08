package io.pvroute.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A table is loaded, loaded again with the same rows, with 1 % of them changed, and with all of them changed. Round by round and phase by
 * phase everybody does the same, each on a fresh table of its own; who begins changes.
 */
final class Loads {

    private final Server server;
    private final Report report;
    private final Stopwatch stopwatch;
    private final Check check;

    Loads(Server server, Report report) {
        this.server = server;
        this.report = report;
        stopwatch = new Stopwatch(server);
        check = new Check(server);
    }

    /** @param pythonOrNull takes part where the rows and batches are its own */
    void run(String work, Samples samples, Shape shape, int rows, int batchRows, List<Entry> entries, SeedPython pythonOrNull, int repeat)
            throws Exception {
        report.work(work, String.format("%,d rows of (timestamptz, %d × float8) in batches of %,d", rows, shape.values(), batchRows));
        report.progress(work, 0, repeat);
        round(work, samples, shape, Math.max(rows / 5, Math.min(rows, 4 * batchRows)), batchRows, entries, false);
        for (int i = 1; i <= repeat; i++) {
            report.progress(work, i, repeat);
            if (pythonOrNull != null) {
                python(pythonOrNull, work, shape, rows);
            }
            List<Entry> order = new ArrayList<>(entries);
            Collections.rotate(order, i);
            round(work, samples, shape, rows, batchRows, order, true);
        }
    }

    private void python(SeedPython python, String work, Shape shape, int rows) throws IOException, InterruptedException,
            SQLException {
        python.run(server, work, rows).forEach(report::add);
        check.equal(SeedPython.TABLE, shape.truth(rows, Change.NONE), SeedPython.NAME);
        server.execute("DROP TABLE " + SeedPython.TABLE);
    }

    private void round(String work, Samples samples, Shape shape, int rows, int batchRows, List<Entry> order, boolean counts)
            throws Exception {
        Map<Entry, Contestant> contestants = new HashMap<>();
        try {
            for (Entry entry : order) {
                server.execute(shape.createTable(entry.table()));
                contestants.put(entry, entry.open(server, shape, entry.table()));
            }
            for (Phase phase : Phase.values()) {
                for (Entry entry : order) {
                    if (phase == Phase.FIRST || !entry.firstOnly()) {
                        int share = rows / entry.share();
                        Figure figure = stopwatch.measure(work, phase.title(), entry.name(), contestants.get(entry), entry.table(),
                                samples.batches(phase.change(), share, batchRows), phase != Phase.FIRST);
                        check.equal(entry.table(), shape.truth(share, phase.change()), entry.name() + ", " + phase.title());
                        if (counts) {
                            report.add(figure);
                        }
                    }
                }
            }
        } finally {
            for (Entry entry : contestants.keySet()) {
                contestants.get(entry).close();
                server.execute("DROP TABLE " + entry.table());
            }
        }
    }
}
