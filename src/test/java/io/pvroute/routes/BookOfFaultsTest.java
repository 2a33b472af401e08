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
        assertThat(runner.loaded(good, book.now())).containsEntry("was_down_seconds", 600L);
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

        assertThat(runner.windowDead(runner.claimOne(), "WINDOW", "Code 8")).containsEntry("was_down_seconds", 300L);

        assertThat(book.site("home")).containsEntry("down_since", null).containsEntry("error", null);
    }
}
