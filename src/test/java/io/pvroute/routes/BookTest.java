package io.pvroute.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * The shipped statements alone, case by case, on a real server with the clock in our hand. It stands at 2024-06-01T12:00Z, in the window
 * [2024-05-26, 2024-06-11) of the grid, unless a test moves it.
 */
abstract class BookTest {

    static final Duration WINDOW = Duration.ofDays(16);
    static final Instant CURRENT = Instant.parse("2024-05-26T00:00:00Z");

    static Book book;

    @BeforeAll
    static void open() {
        book = new Book();
    }

    @AfterAll
    static void close() {
        book.close();
    }

    @BeforeEach
    void anEmptyBook() {
        book.forget();
        book.clock("2024-06-01T12:00:00Z");
        Map.of("archive.since", "-infinity", "archive.until", "infinity", "archive.pause", "0s", "archive.parallel", "8").forEach(book::set);
    }

    /** Reads all that is owed; each answer holds one sample at its beginning. */
    List<Map<String, Object>> finish(Book.Runner runner) {
        List<Map<String, Object>> asked = new ArrayList<>();
        for (Map<String, Object> window = runner.claimOne(); window != null; window = runner.claimOne()) {
            asked.add(window);
            assertThat(asked).as("comes to an end").hasSizeLessThan(1000);
            runner.loaded(window, instant(window, "from_at"));
        }
        return asked;
    }

    void finishBacklog(Book.Runner runner) {
        assertThat(finish(runner)).isNotEmpty();
    }

    static List<String> states(String site) {
        return book.sql.queryForList("SELECT state FROM pv_window WHERE site = ? ORDER BY starts_at", String.class, site);
    }

    static Instant start(String instant) {
        return book.sql.queryForObject("SELECT pv_window_start(?::timestamptz)", Timestamp.class, instant).toInstant();
    }

    static Instant instant(Map<String, Object> window, String column) {
        return ((Timestamp) window.get(column)).toInstant();
    }
}
