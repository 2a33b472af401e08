package io.pvroute.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

/** site-down.sql and window-dead.sql: what failed waits as long as it should, and holds up nothing else. */
class BookOfFaultsTest extends BookTest {

    @Test
    void aSiteThatIsDownIsProbedOnceAPeriodAndItsDeadWindowIsOwedWhenItAnswers() {
        book.site("home", "2020-01-01T00:00:00Z");
        var runner = book.runner();
        Map<String, Object> window = runner.claimOne();

        assertThat(runner.siteDown(window, "connection refused")).containsEntry("newly", true);
        assertThat(book.site("home")).containsEntry("error", "connection refused").containsEntry("lease", null);
        assertThat(book.window("home", window.get("starts_at"))).containsEntry("state", "dead").containsEntry("attempts", 1);
        book.pass(Duration.ofSeconds(299));
        assertThat(runner.claim()).isEmpty();
        book.pass(Duration.ofSeconds(1));
        Map<String, Object> probe = runner.claimOne();
        assertThat(runner.siteDown(probe, "connection refused")).containsEntry("newly", false);
        book.pass(Duration.ofSeconds(300));

        Map<String, Object> good = runner.claimOne();
        assertThat(good).containsEntry("starts_at", window.get("starts_at"));
        assertThat(runner.loaded(good, book.now())).containsEntry("was_down", "10 min");
        assertThat(book.site("home")).containsEntry("down_since", null).containsEntry("error", null);
        assertThat(book.window("home", window.get("starts_at"))).containsEntry("state", "open").containsEntry("attempts", 0).containsEntry("error", null);
    }

    @Test
    void aFaultOfOneWindowIsTriedAgainAtDoublingIntervalsWhileTheSiteGoesOn() {
        book.site("home", "2024-05-10T00:00:00Z");
        var runner = book.runner();
        runner.loaded(runner.claimOne(), book.now());
        Map<String, Object> faulty = runner.claimOne();

        assertThat(runner.windowDead(faulty, "WINDOW", "Code 8")).containsEntry("attempts", 1);
        assertThat(book.site("home")).containsEntry("down_since", null).containsEntry("error", null);
        Instant failed = book.now();
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 13; i++) {
            Instant retry = ((Timestamp) book.window("home", faulty.get("starts_at")).get("retry_at")).toInstant();
            waits.add(Duration.between(book.now(), retry).toMinutes());
            book.clock(retry.toString());
            book.sql.update("UPDATE pv_window SET read_at = now() WHERE state = 'open'");
            Map<String, Object> again = runner.claimOne();
            assertThat(again).containsEntry("starts_at", faulty.get("starts_at"));
            runner.windowDead(again, "CLOCK", "clock");
        }
        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 512L, 1024L, 1440L, 1440L);
        assertThat(book.window("home", faulty.get("starts_at"))).containsEntry("attempts", 14).containsEntry("failed_at", Timestamp.from(failed));
        assertThat(book.site("home")).as("a wrong clock is the site's to show").containsEntry("error", "clock").containsEntry("down_since", null);
    }

    @Test
    void aWindowThatTakesItsSiteDownAgainAndAgainDoesNotKeepTheOlderOnesFromBeingRead() {
        book.site("home", "2024-04-10T00:00:00Z");
        var runner = book.runner();
        Instant cursed = CURRENT.minus(WINDOW);
        List<Instant> readOnce = new ArrayList<>();
        int asked = 0;
        for (int probe = 0; probe < 40; probe++, book.pass(Duration.ofMinutes(5))) {
            for (Map<String, Object> window = runner.claimOne(); window != null; window = runner.claimOne()) {
                if (instant(window, "starts_at").equals(cursed)) {
                    asked++;
                    runner.siteDown(window, "the connection was closed without an HTTP answer");
                } else {
                    readOnce.add(instant(window, "starts_at"));
                    runner.loaded(window, instant(window, "from_at"));
                }
            }
        }
        assertThat(readOnce).contains(CURRENT, cursed.minus(WINDOW), cursed.minus(WINDOW.multipliedBy(2)));
        assertThat(asked).as("less and less often").isBetween(3, 10);

        book.pass(Duration.ofDays(1).plusMinutes(5));
        assertThat(finish(runner)).as("and it is read when it can be had").extracting(w -> instant(w, "starts_at")).contains(cursed);
    }

    @Test
    void anOutageLeavesNoWindowWaitingWhenTheSiteIsBack() {
        book.site("home", "2024-05-10T00:00:00Z");
        var runner = book.runner();
        runner.loaded(runner.claimOne(), book.now());
        runner.siteDown(runner.claimOne(), "no answer in time");
        for (int probe = 0; probe < 100; probe++) {
            book.pass(Duration.ofMinutes(5));
            runner.siteDown(runner.claimOne(), "no answer in time");
        }
        book.pass(Duration.ofMinutes(5));

        assertThat(finish(runner)).extracting(w -> instant(w, "starts_at")).containsExactly(CURRENT, CURRENT.minus(WINDOW));
    }

    @Test
    void aFaultyWindowIsNotAskedForBeforeItsRetryAndADeadEndOfTheHistoryIsAnEndToo() {
        book.site("home", null);
        var runner = book.runner();
        runner.loaded(runner.claimOne(), book.now());
        for (int i = 0; i < 6; i++) {
            runner.windowDead(runner.claimOne(), "WINDOW", "Code 8");
        }
        assertThat(runner.claim()).isEmpty();
        assertThat(states("home")).containsExactly("dead", "dead", "dead", "dead", "dead", "dead", "open");
    }

    @Test
    void aSiteThatAnswersWithAFaultOfOneWindowIsUpAgain() {
        book.site("home", null);
        var runner = book.runner();
        assertThat(runner.siteDown(runner.claimOne(), "connection refused")).containsEntry("newly", true);
        book.pass(Duration.ofSeconds(300));

        assertThat(runner.windowDead(runner.claimOne(), "WINDOW", "Code 8")).containsEntry("was_down", "5 min");

        assertThat(book.site("home")).containsEntry("down_since", null).containsEntry("error", null);
    }

    @Test
    void whatCannotHealByItselfIsAskedForOnceADay() {
        book.site("home", "2024-05-10T00:00:00Z");
        var runner = book.runner();
        runner.loaded(runner.claimOne(), book.now());
        Map<String, Object> faulty = runner.claimOne();

        for (int attempt = 1; attempt <= 3; attempt++) {
            Instant failed = book.now();
            assertThat(runner.windowDeadForGood(faulty, "Code 6")).containsEntry("attempts", attempt);
            assertThat(book.window("home", faulty.get("starts_at"))).containsEntry("retry_at", Timestamp.from(failed.plus(Duration.ofDays(1))))
                    .containsEntry("last_failed_at", Timestamp.from(failed));
            book.pass(Duration.ofDays(1));
            book.sql.update("UPDATE pv_window SET read_at = now() WHERE state = 'open'");
            faulty = runner.claimOne();
        }

        assertThat(runner.siteDownForGood(faulty, "no archive")).containsEntry("every", "1 d 0 h");
        book.pass(Duration.ofHours(24).minusSeconds(1));
        assertThat(runner.claim()).isEmpty();
        book.pass(Duration.ofSeconds(1));
        assertThat(runner.claim()).hasSize(1);
    }

    @Test
    void theFirstAndTheLastFailureAreKeptUntilTheWindowIsRead() {
        book.site("home", "2024-05-25T00:00:00Z");
        var runner = book.runner();
        Instant first = book.now();
        Map<String, Object> window = runner.claimOne();
        runner.siteDown(window, "connection refused");
        book.pass(Duration.ofHours(3));
        runner.windowDead(runner.claimOne(), "WINDOW", "Code 8");
        Instant last = book.now();

        assertThat(book.window("home", window.get("starts_at"))).containsEntry("failed_at", Timestamp.from(first))
                .containsEntry("last_failed_at", Timestamp.from(last)).containsEntry("attempts", 2);
        book.pass(Duration.ofHours(1));
        runner.loaded(runner.claimOne(), book.now());
        assertThat(book.window("home", window.get("starts_at"))).containsEntry("failed_at", null).containsEntry("last_failed_at", null)
                .containsEntry("attempts", 0).containsEntry("error", null);
    }

    @Test
    void howLongASiteWasDownIsToldWithTheWindowsOfThatTimeThatAreStillMissing() {
        book.site("home", "2024-05-25T00:00:00Z");
        var runner = book.runner();
        runner.loaded(runner.claimOne(), book.now());
        book.pass(Duration.ofMinutes(5));
        runner.siteDown(runner.claimOne(), "connection refused");
        book.pass(Duration.ofDays(40).plusHours(5));

        assertThat(runner.loaded(runner.claimOne(), book.now())).containsEntry("was_down", "40 d 5 h").containsEntry("still_missing", 2L);
        assertThat(runner.loaded(runner.claimOne(), book.now())).containsEntry("was_down", null).containsEntry("still_missing", 0L);
    }

    @Test
    void aClosingReadWithFewerChannelsThanTheWindowsAroundIsDoneOnceMoreBeforeItCounts() {
        book.site("home", "2024-03-01T00:00:00Z");
        var runner = book.runner();
        runner.loadedChannels(runner.claimOne(), 12);
        Map<String, Object> thin = runner.claimOne();
        assertThat(runner.loadedChannels(thin, 11)).containsEntry("state", "open");
        Map<String, Object> whole = runner.claimOne();
        assertThat(instant(whole, "starts_at")).isEqualTo(instant(thin, "starts_at").minus(WINDOW));
        assertThat(runner.loadedChannels(whole, 12)).containsEntry("state", "loaded");
        Map<String, Object> fewer = runner.claimOne();
        assertThat(runner.loadedChannels(fewer, 10)).containsEntry("state", "open");
        finish(runner);
        book.pass(Duration.ofDays(1));
        book.sql.update("UPDATE pv_window SET read_at = now() WHERE ends_at > now()");

        // a day later: what was missing is there; or the same is missing again, and is not there
        Map<String, Object> again = runner.claimOne();
        assertThat(again).containsEntry("starts_at", thin.get("starts_at")).containsEntry("closing", true);
        assertThat(runner.loadedChannels(again, 12)).containsEntry("state", "loaded");
        again = runner.claimOne();
        assertThat(again).containsEntry("starts_at", fewer.get("starts_at"));
        assertThat(runner.loadedChannels(again, 10)).containsEntry("state", "loaded");
        assertThat(book.window("home", fewer.get("starts_at"))).containsEntry("retry_at", null).containsEntry("channels", 10);
    }

    @Test
    void aWindowThatIsThinInAnotherWayEachTimeCountsAfterAWeek() {
        book.site("home", "2024-05-10T00:00:00Z");
        var runner = book.runner();
        runner.loadedChannels(runner.claimOne(), 12);
        List<Duration> waits = new ArrayList<>();
        int channels = 9;
        Map<String, Object> thin = runner.claimOne();
        while ("open".equals(runner.loadedChannels(thin, channels++).get("state"))) {
            Instant retry = ((Timestamp) book.window("home", thin.get("starts_at")).get("retry_at")).toInstant();
            waits.add(Duration.between(book.now(), retry));
            book.clock(retry.toString());
            book.sql.update("UPDATE pv_window SET read_at = now() WHERE ends_at > now()");
            thin = runner.claimOne();
        }
        assertThat(waits).containsExactly(Duration.ofDays(1), Duration.ofDays(7));
    }
}
