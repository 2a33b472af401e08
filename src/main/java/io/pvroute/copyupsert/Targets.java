package io.pvroute.copyupsert;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import javax.sql.DataSource;

/** The targets that were read from the catalog before. Whether one still is as it was then is for the transaction to check that uses it. */
final class Targets {

    /** Tables and columns may be named by messages: their number must not grow without bound. */
    private static final int MOST = 1000;

    private final Map<Use, Target> known = new ConcurrentHashMap<>();
    private final Map<Long, Habit> habits = new ConcurrentHashMap<>();

    /** @param columns names of the columns, as given */
    Target get(Settings settings, List<String> columns) throws SQLException {
        Target target = known.get(Use.of(settings, columns));
        return target != null ? target : read(settings, columns);
    }

    /** Reads the catalog again. */
    Target read(Settings settings, List<String> columns) throws SQLException {
        Use use = Use.of(settings, columns);
        known.remove(use);
        if (known.size() >= MOST) {
            known.clear();
        }
        try (Connection connection = settings.dataSource().getConnection(); var transaction = new Transaction(connection)) {
            transaction.begin();
            Target target = new Catalog(connection).read(settings.table(), columns, settings.key());
            known.put(use, target);
            return target;
        }
    }

    /** How batches into the table are, kept from one to the next. */
    Habit habit(Target target) {
        if (habits.size() >= MOST) {
            habits.clear();
        }
        return habits.computeIfAbsent(target.oid(), table -> new Habit());
    }

    private record Use(DataSource dataSource, String table, List<String> columns, List<String> key) {

        static Use of(Settings settings, List<String> columns) {
            return new Use(settings.dataSource(), settings.table(), columns, settings.key());
        }
    }
}
