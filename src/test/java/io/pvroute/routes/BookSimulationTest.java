package io.pvroute.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

/**
 * The book under months of bad luck: several runners that answer late or never, loggers that are down, windows that are refused, samples
 * that come late, empty answers, since that moves. While it lasts, the pause is kept and no lease is given twice; when it is over and
 * time has passed, everything is closed, each window by a read of all of it that began when it had settled. A failure prints its seed.
 */
class BookSimulationTest {

    private static final Duration PAUSE = Duration.ofSeconds(120);
    private static final Duration SETTLE = Duration.ofDays(2);
    private static final Duration WINDOW = Duration.ofDays(16);
    /** A lease and the pause after it, in which a runner that was lost keeps its site to itself. */
    private static final Duration LEASE = Duration.ofSeconds(300);

    /** A window that is being read. */
    private record Reading(Book.Runner runner, Map<String, Object> window, Instant ends, boolean never) {

        String site() {
            return (String) window.get("site");
        }

        Instant at(String column) {
            return ((Timestamp) window.get(column)).toInstant();
        }
    }

    @Test
    void whenTheBadLuckIsOverEverythingIsReadAndNothingTooOften() {
        long seed = Long.getLong("book.seed", new Random().nextLong());
        try (Book book = new Book()) {
            new Months(book, new Random(seed)).pass();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("with -Dbook.seed=" + seed, e);
        }
    }

    private static final class Months {

        private final Book book;
        private final Random random;
        private final List<Book.Runner> runners = new ArrayList<>();
        private final List<Reading> readings = new ArrayList<>();
        private final Map<String, Instant> requestEnded = new HashMap<>();
        /** Of each site and window that was closed: when that read began. */
        private final Map<String, Instant> closed = new TreeMap<>();
        private final Set<String> nothingThere = new HashSet<>();
        private boolean badLuck = true;
        private int reads;

        Months(Book book, Random random) {
            this.book = book;
            this.random = random;
        }

        void pass() {
            book.set("archive.pause", PAUSE.toSeconds() + "s");
            book.set("archive.period", "21600s");
            book.set("archive.parallel", "2");
            for (int i = 0; i < 3; i++) {
                runners.add(book.runner());
            }
            for (String site : List.of("a", "b", "c")) {
                book.site(site, Instant.parse("2024-03-01T00:00:00Z").plus(Duration.ofHours(random.nextInt(1000))).toString());
            }
            Instant luckEnds = book.now().plus(Duration.ofDays(40));
            for (int step = 0; book.now().isBefore(luckEnds) && step < 700; step++) {
                step(random.nextInt(10) == 0 ? random.nextInt(3 * 86_400) : random.nextInt(400));
                if (random.nextInt(60) == 0) {
                    book.sql.update("UPDATE pv_site SET since = since + ?::interval WHERE site = ?",
                            (random.nextInt(40) - 25) + " days", List.of("a", "b", "c").get(random.nextInt(3)));
                }
            }
            badLuck = false;
            for (int day = 0; day < 14; day++) {
                for (int step = 0; step < 40 && (step == 0 || !readings.isEmpty() || owedSoon()); step++) {
                    step(150);
                }
                book.pass(Duration.ofDays(1));
            }
            for (int step = 0; step < 60; step++) {
                step(150);
            }
            everythingIsRead();
            nothingIsReadTooOften();
        }

        private boolean owedSoon() {
            return book.sql.queryForObject("SELECT bool_or(next_request_at > now()) FROM pv_site", Boolean.class);
        }

        private void step(int seconds) {
            book.pass(Duration.ofSeconds(seconds));
            for (Reading reading : List.copyOf(readings)) {
                if (!reading.ends().isAfter(book.now()) || !badLuck) {
                    readings.remove(reading);
                    end(reading);
                }
            }
            Book.Runner runner = runners.get(random.nextInt(runners.size()));
            for (Map<String, Object> window : runner.claim()) {
                claimed(runner, window);
            }
            assertThat(runner.claim()).as("a second claim at the same instant finds nothing new").hasSizeLessThanOrEqualTo(2)
                    .allSatisfy(window -> claimed(runner, window));
            assertThat(runner.claim()).as("claiming comes to an end without time passing").isEmpty();
        }

        private void claimed(Book.Runner runner, Map<String, Object> window) {
            boolean never = badLuck && random.nextInt(12) == 0;
            int takes = badLuck && random.nextInt(10) == 0 ? 250 + random.nextInt(200) : 1 + random.nextInt(129);
            var reading = new Reading(runner, window, book.now().plusSeconds(takes), never);
            assertThat(readings).as("one lease on a site").noneMatch(
                    r -> r.site().equals(reading.site()) && r.at("claimed_at").plus(LEASE).isAfter(book.now()));
            Instant ended = requestEnded.get(reading.site());
            assertThat(ended == null || !ended.plus(PAUSE).isAfter(book.now())).as("the pause since " + ended + " at " + book.now()).isTrue();
            assertThat(reading.at("from_at")).isBefore(reading.at("ends_at"));
            assertThat(Duration.between(reading.at("from_at"), reading.at("ends_at"))).isLessThanOrEqualTo(WINDOW);
            if (Boolean.TRUE.equals(window.get("closing"))) {
                assertThat(reading.at("claimed_at")).isAfterOrEqualTo(reading.at("ends_at").plus(SETTLE));
                assertThat(window.get("from_at")).as("a closing read is of all of it").isEqualTo(window.get("whole_from"));
            }
            reads++;
            readings.add(reading);
        }

        private void end(Reading reading) {
            if (reading.never()) {
                return;
            }
            boolean late = !reading.at("claimed_at").plus(Duration.ofSeconds(130)).isAfter(reading.ends());
            int luck = badLuck ? random.nextInt(10) : 9;
            boolean reported;
            if (luck == 0) {
                reported = reading.runner().siteDown(reading.window(), "no answer in time") != null;
            } else if (luck == 1) {
                reported = reading.runner().windowDead(reading.window(), random.nextBoolean() ? "WINDOW" : "CLOCK", "status 8") != null;
            } else if (reading.runner().prolong(reading.window()) == 0 && random.nextInt(3) > 0) {
                reported = false;
            } else {
                reported = loaded(reading);
            }
            // a request takes no longer than its timeouts; what was late was so on our side
            if (reported && !late) {
                requestEnded.merge(reading.site(), book.now(), (a, b) -> a.isAfter(b) ? a : b);
            }
        }

        private boolean loaded(Reading reading) {
            Instant newest = min(reading.at("ends_at"), reading.at("claimed_at")).minusSeconds(1 + random.nextInt(600));
            String key = reading.site() + " " + reading.at("starts_at");
            boolean empty = nothingThere.contains(key) || newest.isBefore(reading.at("from_at")) || random.nextInt(8) == 0;
            if (empty && closing(reading) && random.nextInt(3) == 0) {
                nothingThere.add(key);
            }
            Map<String, Object> booked = empty ? reading.runner().loaded(reading.window()) : reading.runner().loaded(reading.window(), newest);
            boolean leased = (boolean) booked.get("leased");
            if (List.of("loaded", "empty").contains(booked.get("state"))) {
                assertThat(leased && closing(reading)).as("closed by a closing read under its lease").isTrue();
                closed.put(key, reading.at("claimed_at"));
            }
            return leased;
        }

        private static boolean closing(Reading reading) {
            return (boolean) reading.window().get("closing");
        }

        private void everythingIsRead() {
            assertThat(book.sql.queryForList("""
                    SELECT s.site, g.starts_at, w.state, w.retry_at, w.loaded_from
                      FROM pv_site AS s
                     CROSS JOIN generate_series(pv_window_start(s.since), now() - interval '2 days' - interval '384 hours' - interval '5 hours',
                                                interval '384 hours') AS g(starts_at)
                      LEFT JOIN pv_window AS w USING (site, starts_at)
                     WHERE coalesce(w.state NOT IN ('loaded', 'empty') OR w.loaded_from > greatest(g.starts_at, s.since), true)
                       AND (w.empty_reads IS NULL OR w.empty_reads = 0)
                    """)).as("owed though time has passed").isEmpty();
            book.sql.query("SELECT site, starts_at, ends_at FROM pv_window WHERE state IN ('loaded', 'empty')", row -> {
                String key = row.getString("site") + " " + row.getTimestamp("starts_at").toInstant();
                assertThat(closed).containsKey(key);
                assertThat(closed.get(key)).isAfterOrEqualTo(row.getTimestamp("ends_at").toInstant().plus(SETTLE));
            });
        }

        /** Nothing but today, once a period. */
        private void nothingIsReadTooOften() {
            book.pass(Duration.ofDays(8));
            for (int step = 0; step < 60; step++) {
                step(150);
            }
            int before = reads;
            for (int step = 0; step < 4 * 36; step++) {
                step(600);
            }
            assertThat(reads - before).as("reads of three sites in a day of four periods, without a backlog").isBetween(9, 3 * 5 + 6);
        }

        private static Instant min(Instant one, Instant other) {
            return one.isBefore(other) ? one : other;
        }
    }
}
