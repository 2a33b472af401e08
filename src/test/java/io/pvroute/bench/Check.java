package io.pvroute.bench;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** Compares what is stored with what must be: one who is fast and wrong must not win. */
final class Check {

    private final Server server;
    private final Map<String, String> truths = new HashMap<>();

    Check(Server server) {
        this.server = server;
    }

    /** @param truth a query for the rows that the table must have */
    void equal(String table, String truth, String who) throws SQLException {
        String expected = truths.get(truth);
        if (expected == null) {
            expected = server.one(Shape.checksum(truth));
            truths.put(truth, expected);
        }
        String stored = server.one(Shape.checksum("SELECT * FROM " + table));
        if (!stored.equals(expected)) {
            throw new BenchException("WRONG: after " + who + " the table holds " + stored + "; expected " + expected + '.');
        }
    }
}
