package io.pvroute.bench;

import java.sql.SQLException;

/**
 * A kind of contestant.
 *
 * @param name      as in the tables of the report; also of its table, with _ for spaces
 * @param firstOnly whether it can write a table only while that is empty
 * @param share     of how many rows it gets one: for those that would take too long
 */
record Entry(String name, boolean firstOnly, int share, Opening opening) {

    Entry(String name, Opening opening) {
        this(name, false, 1, opening);
    }

    String table() {
        return "bench_" + name.replaceAll("\\W", "_");
    }

    Contestant open(Server server, Shape shape, String table) throws SQLException {
        return opening.open(server, shape, table);
    }

    /** Connects a contestant to its table. */
    @FunctionalInterface
    interface Opening {

        Contestant open(Server server, Shape shape, String table) throws SQLException;
    }
}
