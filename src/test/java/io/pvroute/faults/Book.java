package io.pvroute.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the book of windows says, read from time to time. */
final class Book {

    private static final String WINDOWS = Sql.of("book");
    private static final String SITES = Sql.of("sites");

    /** @param complete read as a whole, closed, and without a fault */
    record Window(String site, Instant startsAt, String state, String error, boolean complete) {

        @Override
        public String toString() {
            return site + ", window of " + startsAt + ": " + state + (error == null ? "" : ", " + error);
        }
    }

    private final List<Window> windows = new ArrayList<>();
    private final List<String> sites = new ArrayList<>();

    /** @param until where the last window ends */
    Book(Connection connection, Instant until) throws SQLException {
        try (PreparedStatement book = connection.prepareStatement(WINDOWS)) {
            book.setString(1, until.toString());
            book.setString(2, until.toString());
            try (ResultSet row = book.executeQuery()) {
                while (row.next()) {
                    windows.add(new Window(row.getString("site"), row.getTimestamp("starts_at").toInstant(), row.getString("state"),
                            row.getString("error"), row.getBoolean("complete")));
                }
            }
        }
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(SITES)) {
            while (row.next()) {
                sites.add(row.getString("site") + ": " + row.getString("why"));
            }
        }
    }

    int size() {
        return windows.size();
    }

    /** The numbers ({@link Hand#window}) of a site's windows that are complete. */
    Set<Long> complete(String site) {
        Set<Long> complete = new HashSet<>();
        windows.stream().filter(window -> window.complete && window.site.equals(site))
                .forEach(window -> complete.add(Hand.window(window.startsAt)));
        return complete;
    }

    long complete() {
        return windows.stream().filter(Window::complete).count();
    }

    /** Windows that are owed, and sites that are down or held; a line each. */
    List<String> owed() {
        List<String> owed = new ArrayList<>(windows.stream().filter(window -> !window.complete).map(Window::toString).toList());
        owed.addAll(sites);
        if (windows.isEmpty()) {
            owed.add("the book knows no site");
        }
        return owed;
    }
}
