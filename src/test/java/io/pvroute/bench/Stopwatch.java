package io.pvroute.bench;

import java.sql.SQLException;
import java.util.List;

/**
 * Measures a piece of work. The server is brought to rest before, so that nobody pays for another's work: the table is vacuumed and
 * analysed, as autovacuum would have done in time, and all that is dirty is written.
 */
final class Stopwatch {

    private final Server server;

    Stopwatch(Server server) {
        this.server = server;
    }

    /** @param vacuum false for a table without a row, which nobody would have vacuumed */
    Figure measure(String work, String phase, String name, Contestant contestant, String table, List<List<Object[]>> rows, boolean vacuum)
            throws Exception {
        List<Object> batches = rows.stream().map(contestant::ready).toList();
        if (!batches.isEmpty() && batches.get(0) != rows.get(0)) {
            System.gc(); // what was made for this contestant, the collector would else copy while the clock runs
        }
        if (vacuum) {
            server.execute("VACUUM (ANALYZE) " + table);
        }
        server.execute("CHECKPOINT");
        long wal = server.wal();
        long started = System.nanoTime();
        for (Object batch : batches) {
            contestant.write(batch);
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        wal = server.wal() - wal;
        contestant.tellStatistics();
        return new Figure(work, phase, name, rows.stream().mapToLong(List::size).sum(), batches.size(), seconds, wal, dead(table));
    }

    private long dead(String table) throws SQLException {
        return server.number("SELECT n_dead_tup FROM pg_stat_user_tables WHERE relid = '" + table + "'::regclass");
    }
}
