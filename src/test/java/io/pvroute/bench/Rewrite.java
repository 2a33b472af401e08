package io.pvroute.bench;

import java.sql.SQLException;
import java.util.List;

/** What it costs the server when we write a table once more that is the same: WAL, less that of a scan which only reads, and dead rows. */
final class Rewrite {

    static final String WORK = "rewrite";
    static final String SCAN = "read-only scan";

    private final Server server;
    private final Report report;

    Rewrite(Server server, Report report) {
        this.server = server;
        this.report = report;
    }

    void run(Samples samples, Shape shape, int rows, int batchRows) throws Exception {
        report.work(WORK, String.format("%,d unchanged rows in batches of %,d, after VACUUM and CHECKPOINT", rows, batchRows));
        Entry ours = Contestants.ours();
        server.execute(shape.createTable(ours.table()));
        server.execute("INSERT INTO " + ours.table() + ' ' + shape.truth(rows, Change.NONE));
        List<List<Object[]>> batches = samples.batches(Change.NONE, rows, batchRows);
        var stopwatch = new Stopwatch(server);
        try (Contestant scan = new Scan(server, ours.table()); Contestant writer = ours.open(server, shape, ours.table())) {
            report.add(stopwatch.measure(WORK, Phase.UNCHANGED.title(), SCAN, scan, ours.table(), batches, true));
            report.add(stopwatch.measure(WORK, Phase.UNCHANGED.title(), ours.name(), writer, ours.table(), batches, true));
        }
        new Check(server).equal(ours.table(), shape.truth(rows, Change.NONE), ours.name() + ", " + WORK);
        server.execute("DROP TABLE " + ours.table());
    }

    /** Reads what a batch would be compared with, and writes nothing. */
    private record Scan(Server server, String table) implements Contestant {

        @Override
        @SuppressWarnings("unchecked")
        public void write(Object batch) throws SQLException {
            List<Object[]> rows = (List<Object[]>) batch;
            server.one("SELECT count(r::text) FROM (SELECT * FROM " + table + " WHERE " + Shape.KEY + " BETWEEN '" + rows.get(0)[0]
                    + "' AND '" + rows.get(rows.size() - 1)[0] + "' ORDER BY " + Shape.KEY + ") AS r");
        }

        @Override
        public void tellStatistics() {
            // it has written nothing
        }

        @Override
        public void close() {
            // the connection is the harness's own
        }
    }
}
