package io.pvroute.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * claim-windows.sql and window-loaded.sql alone, case by case, on a real server with the clock in our hand. It stands at
 * 2024-06-01T12:00Z, in the window [2024-05-26, 2024-06-11) of the grid, unless a test moves it.
 */
class BookOfWindowsTest {

    private static final Duration WINDOW = Duration.ofDays(16);
    private static final Instant CURRENT = Instant.parse("2024-05-26T00:00:00Z");

    private static Book book;

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

    @Test
    void theGridIsAnchoredAt2000InUtcAndSixteenTimes24HoursWide() {
        assertThat(start("2000-01-01T00:00:00Z")).isEqualTo("2000-01-01T00:00:00Z");
        assertThat(start("1999-12-31T23:59:59Z")).isEqualTo("1999-12-16T00:00:00Z");
        assertThat(start("2024-06-01T12:00:00Z")).isEqualTo(CURRENT);
        assertThat(start("2024-06-10T23:59:59.999999Z")).isEqualTo(CURRENT);
        assertThat(start("2024-06-11T00:00:00Z")).isEqualTo(CURRENT.plus(WINDOW));
    }

    @Test
    void aNewSiteIsAskedForTodayFirstAndThenBackwardsUntilSixWindowsInARowAreEmpty() {
        book.site("home", null);
        var runner = book.runner();

        Map<String, Object> today = runner.claimOne();
        assertThat(today).containsEntry("site", "home").containsEntry("url", "http://127.0.0.1").containsEntry("closing", false)
                .containsEntry("start_date", "2024-05-26T00:00:00Z").containsEntry("end_date", "2024-06-10T23:59:59Z");
        assertThat((String) today.get("channels")).startsWith("TimeSpanInSec&Channel=EnergyReal_WAC_Sum_Produced&Channel=")
                .endsWith("&Channel=Voltage_DC&Channel=InverterEvents&Channel=InverterErrors");
        assertThat(runner.loaded(today, book.now())).containsEntry("state", "open").containsEntry("leased", true);

        List<Instant> asked = new ArrayList<>();
        for (Map<String, Object> window = runner.claimOne(); window != null; window = runner.claimOne()) {
            asked.add(instant(window, "starts_at"));
            boolean installed = asked.size() <= 3;
            runner.loaded(window, installed ? new Instant[] {instant(window, "starts_at").plusSeconds(300)} : new Instant[0]);
        }

        assertThat(asked).hasSize(3 + 6).isSortedAccordingTo((a, b) -> b.compareTo(a)).startsWith(CURRENT.minus(WINDOW));
        assertThat(states("home")).containsExactly("empty", "empty", "empty", "empty", "empty", "empty", "loaded", "loaded", "loaded", "open");
    }

    @Test
    void todayComesBeforeTheBacklogEveryPeriod() {
        book.site("home", "2020-01-01T00:00:00Z");
        var runner = book.runner();
        runner.loaded(runner.claimOne(), book.now());

        for (int second = 0; second < 290; second += 50) {
            Map<String, Object> backlog = runner.claimOne();
            assertThat(instant(backlog, "starts_at")).isBefore(CURRENT);
            runner.loaded(backlog, instant(backlog, "starts_at"));
            book.pass(Duration.ofSeconds(50));
        }
        assertThat(instant(runner.claimOne(), "starts_at")).isEqualTo(CURRENT);
    }

    @Test
    void todayIsReadFromADayBeforeItsNewestSample() {
        book.site("home", "2024-05-01T00:00:00Z");
        var runner = book.runner();
        Instant newest = Instant.parse("2024-06-01T11:55:00Z");
        runner.loaded(runner.claimOne(), newest);
        finishBacklog(runner);
        book.pass(Duration.ofMinutes(5));

        Map<String, Object> today = runner.claimOne();

        assertThat(instant(today, "from_at")).isEqualTo(newest.minus(Duration.ofDays(1)));
        assertThat(today).containsEntry("start_date", "2024-05-31T11:55:00Z").containsEntry("closing", false);
        runner.loaded(today);
        assertThat(book.window("home", today.get("starts_at"))).as("an empty answer takes nothing back")
                .containsEntry("loaded_through", Timestamp.from(newest)).containsEntry("loaded_from", Timestamp.from(CURRENT));
    }

    @Test
    void aWindowThatHasEndedIsReadOnceMoreAndAsAWholeWhenItHasSettled() {
        book.site("home", "2024-05-26T00:00:00Z");
        var runner = book.runner();
        book.clock("2024-06-10T23:58:00Z");
        runner.loaded(runner.claimOne(), Instant.parse("2024-06-10T23:55:00Z"));

        book.clock("2024-06-11T00:10:00Z");
        List<Map<String, Object>> afterTheEnd = finish(runner);
        assertThat(afterTheEnd).extracting(w -> instant(w, "from_at"))
                .containsExactly(CURRENT.plus(WINDOW), Instant.parse("2024-06-09T23:55:00Z"));
        assertThat(afterTheEnd).extracting(w -> w.get("closing")).containsExactly(false, false);
        assertThat(states("home")).containsExactly("open", "open");

        book.clock("2024-06-12T23:59:59Z");
        assertThat(finish(runner)).as("today only").extracting(w -> instant(w, "starts_at")).containsExactly(CURRENT.plus(WINDOW));

        book.clock("2024-06-13T00:00:00Z");
        List<Map<String, Object>> settled = finish(runner);
        assertThat(settled).filteredOn(w -> (boolean) w.get("closing")).singleElement()
                .satisfies(w -> assertThat(instant(w, "from_at")).isEqualTo(CURRENT));
        assertThat(states("home")).containsExactly("loaded", "open");
        book.pass(Duration.ofDays(1));
        assertThat(finish(runner)).as("never again").extracting(w -> instant(w, "starts_at")).containsExactly(CURRENT.plus(WINDOW));
    }

    @Test
    void anOutageOfFortyDaysIsOwedWholeAndNewestFirst() {
        book.site("home", "2024-05-26T00:00:00Z");
        var runner = book.runner();
        runner.loaded(runner.claimOne(), book.now());

        book.pass(Duration.ofDays(40));

        List<Map<String, Object>> owed = finish(runner);
        assertThat(owed).extracting(w -> instant(w, "from_at"))
                .containsExactly(CURRENT.plus(WINDOW.multipliedBy(2)), CURRENT.plus(WINDOW), CURRENT);
        assertThat(owed).extracting(w -> w.get("closing")).containsExactly(false, true, true);
        assertThat(states("home")).containsExactly("loaded", "loaded", "open");
    }

    @Test
    void theAutumnClockChangeMakesNoWindowLongerThanSixteenDays() {
        book.sql.execute("SET TIME ZONE 'Europe/Vienna'");
        book.clock("2024-12-01T00:00:00Z");
        book.site("home", "2024-10-01T00:00:00Z");

        List<Map<String, Object>> asked = finish(book.runner());

        assertThat(asked).filteredOn(w -> (boolean) w.get("closing")).hasSizeGreaterThan(2).allSatisfy(w -> {
            Duration length = Duration.between(Instant.parse((String) w.get("start_date")), Instant.parse((String) w.get("end_date")).plusSeconds(1));
            assertThat(length).isLessThanOrEqualTo(WINDOW);
            assertThat(instant(w, "starts_at").getEpochSecond() % 86400).isZero();
        });
        assertThat(asked).filteredOn(w -> w.get("start_date").equals("2024-10-17T00:00:00Z")).as("the window of 27 October").singleElement()
                .satisfies(w -> assertThat(w).containsEntry("end_date", "2024-11-01T23:59:59Z"));
    }

    @Test
    void sinceThatMovesBackMakesOwedWhatItUncoversAndNothingElse() {
        book.site("home", "2024-05-20T00:00:00Z");
        var runner = book.runner();
        assertThat(finish(runner)).extracting(w -> w.get("start_date")).containsExactly("2024-05-26T00:00:00Z", "2024-05-20T00:00:00Z");

        book.sql.update("UPDATE pv_site SET since = '2024-05-01T00:00:00Z'");
        assertThat(finish(runner)).extracting(w -> w.get("start_date")).containsExactly("2024-05-10T00:00:00Z", "2024-05-01T00:00:00Z");

        book.sql.update("UPDATE pv_site SET since = '2024-05-25T00:00:00Z'");
        assertThat(finish(runner)).isEmpty();
        assertThat(states("home")).containsExactly("loaded", "loaded", "open");
    }

    @Test
    void untilClosesThePastAndAnotherUntilOpensItAgain() {
        book.set("archive.until", "2024-03-01T00:00:00Z");
        book.site("home", "2024-02-10T00:00:00Z");
        List<Map<String, Object>> past = finish(book.runner());
        assertThat(past).extracting(w -> w.get("start_date") + "/" + w.get("end_date")).containsExactly(
                "2024-02-20T00:00:00Z/2024-02-29T23:59:59Z", "2024-02-10T00:00:00Z/2024-02-19T23:59:59Z");
        assertThat(past).extracting(w -> w.get("closing")).containsOnly(true);
        assertThat(states("home")).containsOnly("loaded");

        book.set("archive.until", "2024-03-05T00:00:00Z");
        assertThat(finish(book.runner())).extracting(w -> w.get("start_date") + "/" + w.get("end_date"))
                .containsExactly("2024-02-20T00:00:00Z/2024-03-04T23:59:59Z");
    }

    @Test
    void anAnswerThatCameEmptyIsAskedAgainAfterADayAndAWeekAndThenLeftAlone() {
        book.set("archive.until", "2024-03-01T00:00:00Z");
        book.site("home", "2024-02-20T00:00:00Z");
        var runner = book.runner();
        Map<String, Object> window = runner.claimOne();
        assertThat(runner.loaded(window)).containsEntry("state", "empty");

        book.pass(Duration.ofHours(23));
        assertThat(runner.claim()).isEmpty();
        book.pass(Duration.ofHours(1));
        runner.loaded(runner.claimOne());
        book.pass(Duration.ofDays(6));
        assertThat(runner.claim()).isEmpty();
        book.pass(Duration.ofDays(1));
        assertThat(runner.loaded(runner.claimOne())).containsEntry("state", "empty");
        book.pass(Duration.ofDays(1000));
        assertThat(runner.claim()).isEmpty();
    }

    @Test
    void anEmptyAnswerForAWindowThatHeldSamplesIsNotBelievedAtOnceEither() {
        book.set("archive.until", "2024-03-01T00:00:00Z");
        book.site("home", "2024-02-20T00:00:00Z");
        var runner = book.runner();
        Map<String, Object> window = runner.claimOne();
        runner.loaded(window, instant(window, "starts_at").plusSeconds(300));
        book.sql.update("UPDATE pv_window SET state = 'open', loaded_from = NULL");

        assertThat(runner.loaded(runner.claimOne())).containsEntry("state", "open");
        assertThat(runner.claim()).isEmpty();
        book.pass(Duration.ofDays(1));
        assertThat(runner.loaded(runner.claimOne())).containsEntry("state", "open");
        book.pass(Duration.ofDays(7));
        assertThat(runner.loaded(runner.claimOne())).containsEntry("state", "loaded");
        book.pass(Duration.ofDays(1000));
        assertThat(runner.claim()).isEmpty();
    }

    @Test
    void aRunnerThatDiedIsReplacedWhenItsLeaseRunsOutAndThePauseHoldsAllTheSame() {
        book.set("archive.pause", "3600s");
        book.site("home", null);
        Map<String, Object> lost = book.runner().claimOne();
        var heir = book.runner();

        book.pass(Duration.ofSeconds(299));
        assertThat(heir.claim()).as("the lease holds").isEmpty();
        book.pass(Duration.ofSeconds(1));
        assertThat(heir.claim()).as("the request may have ended 130 s after the claim: the pause runs from there").isEmpty();
        book.pass(Duration.ofSeconds(3600 + 130 - 300 - 1));
        assertThat(heir.claim()).as("one second less than that").isEmpty();
        book.pass(Duration.ofSeconds(1));

        assertThat(heir.claimOne()).containsEntry("starts_at", lost.get("starts_at"));
    }

    @Test
    void aLeaseThatWasLostDropsTheAnswerAndABookWrittenUnderItMakesTheWindowOwedAgain() {
        book.site("home", "2024-05-26T00:00:00Z");
        var stalled = book.runner();
        Map<String, Object> old = stalled.claimOne();
        assertThat(stalled.prolong(old)).isOne();
        book.pass(Duration.ofSeconds(301));
        var heir = book.runner();
        Map<String, Object> window = heir.claimOne();

        assertThat(stalled.prolong(old)).isZero();
        assertThat(heir.prolong(window)).isOne();
        assertThat(heir.loaded(window, book.now())).containsEntry("leased", true);
        assertThat(heir.claim()).isEmpty();

        book.pass(Duration.ofSeconds(1));
        assertThat(stalled.loaded(old, book.now())).containsEntry("leased", false).containsEntry("state", "open");

        assertThat(instant(heir.claimOne(), "from_at")).as("all of it").isEqualTo(CURRENT);
    }

    @Test
    void aWindowThatALostLeaseWroteWhileItWasReadIsOwedAgainToo() {
        book.site("home", "2024-05-26T00:00:00Z");
        var stalled = book.runner();
        Map<String, Object> old = stalled.claimOne();
        book.pass(Duration.ofSeconds(301));
        var heir = book.runner();
        Map<String, Object> window = heir.claimOne();
        book.pass(Duration.ofSeconds(1));
        stalled.loaded(old, book.now());
        book.pass(Duration.ofSeconds(1));
        heir.loaded(window, book.now());

        assertThat(book.window("home", window.get("starts_at"))).containsEntry("state", "open").containsEntry("loaded_from", null);
        Map<String, Object> again = heir.claimOne();
        assertThat(instant(again, "from_at")).isEqualTo(CURRENT);
        book.pass(Duration.ofSeconds(1));
        heir.loaded(again, book.now());
        assertThat(heir.claim()).isEmpty();
    }

    @Test
    void aWindowIsNeverBookedOnCountsThatDoNotAddUp() {
        book.site("home", "2024-05-26T00:00:00Z");
        var runner = book.runner();
        Map<String, Object> window = runner.claimOne();

        assertThat(runner.loaded(window, new Book.Rows(book.now(), 3, 2, 0), 1, 1, 2)).isNull();

        assertThat(states("home")).isEmpty();
        assertThat(book.site("home")).containsEntry("lease", window.get("lease"));
        assertThat(runner.loaded(window, new Book.Rows(book.now(), 3, 2, 7), 1, 1, 3)).containsEntry("state", "open").containsEntry("rejected", 7L);
    }

    @Test
    void ofTwoClaimersAtOnceEachSiteGoesToOne() throws Exception {
        for (int i = 0; i < 40; i++) {
            book.site("site" + i, null);
        }
        book.set("archive.parallel", "100");
        Callable<List<Map<String, Object>>> first = book.runner()::claim;
        Callable<List<Map<String, Object>>> second = book.runner()::claim;
        var threads = Executors.newFixedThreadPool(2);
        try {
            List<Map<String, Object>> claimed = new ArrayList<>();
            for (var claims : threads.invokeAll(List.of(first, second))) {
                claimed.addAll(claims.get());
            }
            while (claimed.size() < 40) {
                List<Map<String, Object>> rest = second.call();
                assertThat(rest).as("what neither took is there to be taken").isNotEmpty();
                claimed.addAll(rest);
            }
            assertThat(claimed).extracting(w -> w.get("site")).hasSize(40).doesNotHaveDuplicates();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aRunnerReadsNoMoreThanItsShareAtOnceAndTheSiteThatRestedLongestFirst() {
        book.set("archive.parallel", "2");
        for (String site : List.of("a", "b", "c")) {
            book.site(site, null);
        }
        book.sql.update("UPDATE pv_site SET next_request_at = '2024-01-01Z'::timestamptz + CASE site WHEN 'a' THEN interval '3 h' ELSE interval '1 h' END");
        var runner = book.runner();

        List<Map<String, Object>> claimed = runner.claim();
        assertThat(claimed).extracting(w -> w.get("site")).containsExactlyInAnyOrder("b", "c");
        assertThat(runner.claim()).isEmpty();
        runner.loaded(claimed.get(0), book.now());
        assertThat(runner.claim()).hasSize(1);
        assertThat(book.runner().claim()).as("another runner has a share of its own").isNotEmpty();
    }

    @Test
    void thePauseRunsFromTheEndOfOneRequestToTheStartOfTheNextForAllRunners() {
        book.set("archive.pause", "120s");
        book.site("home", "2020-01-01T00:00:00Z");
        var runner = book.runner();
        Map<String, Object> window = runner.claimOne();
        book.pass(Duration.ofSeconds(60));
        runner.loaded(window, book.now());

        book.pass(Duration.ofSeconds(119));
        assertThat(runner.claim()).isEmpty();
        assertThat(book.runner().claim()).isEmpty();
        book.pass(Duration.ofSeconds(1));
        assertThat(book.runner().claim()).hasSize(1);
    }

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
    void aReadThatBeganBeforeTheEndOfItsWindowAndIsBookedAfterLeavesItsLastStretchOwed() {
        book.site("home", "2024-05-26T00:00:00Z");
        var runner = book.runner();
        book.clock("2024-06-10T23:59:50Z");
        Map<String, Object> window = runner.claimOne();
        book.clock("2024-06-11T00:00:20Z");
        runner.loaded(window, Instant.parse("2024-06-10T23:55:00Z"));

        assertThat(finish(runner)).extracting(w -> instant(w, "starts_at")).containsExactly(CURRENT.plus(WINDOW), CURRENT);
    }

    @Test
    void aSiteMayHaveAPeriodAndAPauseOfItsOwn() {
        book.set("archive.pause", "1s");
        book.site("home", "2024-05-26T00:00:00Z");
        book.sql.update("UPDATE pv_site SET period = '1 hour', pause = '10 minutes'");
        var runner = book.runner();
        runner.loaded(runner.claimOne(), book.now());
        assertThat(book.site("home")).containsEntry("next_request_at", Timestamp.from(book.now().plus(Duration.ofMinutes(10))));
        book.pass(Duration.ofSeconds(3599));
        assertThat(runner.claim()).isEmpty();
        book.pass(Duration.ofSeconds(1));

        Map<String, Object> window = runner.claimOne();
        runner.windowDead(window, "WINDOW", "Code 8");
        assertThat(book.site("home")).containsEntry("next_request_at", Timestamp.from(book.now().plus(Duration.ofMinutes(10))));
    }

    @Test
    void aLeaseThatWasProlongedHoldsThoughThePauseIsOver() {
        book.site("home", null);
        var runner = book.runner();
        Map<String, Object> window = runner.claimOne();
        book.pass(Duration.ofSeconds(299));
        assertThat(runner.prolong(window)).isOne();
        book.pass(Duration.ofSeconds(299));
        assertThat(book.runner().claim()).isEmpty();
        book.pass(Duration.ofSeconds(1));
        assertThat(book.runner().claim()).hasSize(1);
    }

    @Test
    void leasesThatRanOutTakeNoShareOfTheirRunner() {
        book.set("archive.parallel", "1");
        book.site("a", null);
        var runner = book.runner();
        runner.claimOne();
        book.site("b", null);
        assertThat(runner.claim()).isEmpty();
        book.pass(Duration.ofSeconds(301));
        assertThat(runner.claim()).hasSize(1);
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
    void aBookWrittenUnderALostLeaseNeverClosesItsWindowAndLeavesTheOtherLeaseAlone() {
        book.set("archive.until", "2024-03-01T00:00:00Z");
        book.site("home", "2024-02-20T00:00:00Z");
        var stalled = book.runner();
        Map<String, Object> old = stalled.claimOne();
        book.pass(Duration.ofSeconds(301));
        var heir = book.runner();
        Map<String, Object> window = heir.claimOne();
        book.pass(Duration.ofSeconds(1));
        assertThat(stalled.loaded(old, instant(old, "from_at"))).containsEntry("state", "open").containsEntry("leased", false);

        assertThat(book.site("home")).containsEntry("lease", window.get("lease"));
        assertThat(book.window("home", window.get("starts_at"))).containsEntry("loaded_from", null).containsEntry("loaded_through", null);
        book.pass(Duration.ofSeconds(1));
        assertThat(heir.loaded(window, instant(window, "from_at"))).as("which of both was stored last is not known").containsEntry("state", "open");
        book.pass(Duration.ofSeconds(1));
        window = heir.claimOne();
        assertThat(heir.loaded(window, instant(window, "from_at"))).containsEntry("state", "loaded");

        assertThat(stalled.loaded(old, instant(old, "from_at"))).containsEntry("state", "open");
        assertThat(heir.claimOne()).containsEntry("closing", true);
    }

    @Test
    void todayThatIsMadeOwedByHandIsReadAsAWholeAndTheOverlapNeverReachesBeforeTheWindow() {
        book.site("home", "2024-05-26T00:00:00Z");
        var runner = book.runner();
        runner.loaded(runner.claimOne(), CURRENT.plusSeconds(300));
        book.pass(Duration.ofMinutes(5));
        Map<String, Object> window = runner.claimOne();
        assertThat(instant(window, "from_at")).isEqualTo(CURRENT);
        runner.loaded(window, book.now());

        book.sql.update("UPDATE pv_window SET state = 'open', loaded_from = NULL, retry_at = NULL");

        assertThat(instant(runner.claimOne(), "from_at")).isEqualTo(CURRENT);
    }

    @Test
    void anEmptyReadOfTodayIsNoEmptyClosingRead() {
        book.site("home", "2024-05-26T00:00:00Z");
        var runner = book.runner();
        runner.loaded(runner.claimOne());
        assertThat(book.window("home", Timestamp.from(CURRENT))).containsEntry("state", "open").containsEntry("empty_reads", 0).containsEntry("retry_at", null);
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

    @Test
    void aFailureThatIsReportedUnderALostLeaseChangesNothing() {
        book.site("home", null);
        var stalled = book.runner();
        Map<String, Object> old = stalled.claimOne();
        book.pass(Duration.ofSeconds(301));
        Map<String, Object> window = book.runner().claimOne();

        assertThat(stalled.siteDown(old, "connection refused")).isNull();
        assertThat(stalled.windowDead(old, "WINDOW", "Code 8")).isNull();

        assertThat(book.site("home")).containsEntry("lease", window.get("lease")).containsEntry("down_since", null);
        assertThat(states("home")).isEmpty();
    }

    @Test
    void aSiteThatIsNotEnabledIsLeftAlone() {
        book.site("home", null);
        book.sql.update("UPDATE pv_site SET enabled = false");

        assertThat(book.runner().claim()).isEmpty();
    }

    /** Reads all that is owed; each answer holds one sample at its beginning. */
    private List<Map<String, Object>> finish(Book.Runner runner) {
        List<Map<String, Object>> asked = new ArrayList<>();
        for (Map<String, Object> window = runner.claimOne(); window != null; window = runner.claimOne()) {
            asked.add(window);
            assertThat(asked).as("comes to an end").hasSizeLessThan(1000);
            runner.loaded(window, instant(window, "from_at"));
        }
        return asked;
    }

    private void finishBacklog(Book.Runner runner) {
        assertThat(finish(runner)).isNotEmpty();
    }

    private static List<String> states(String site) {
        return book.sql.queryForList("SELECT state FROM pv_window WHERE site = ? ORDER BY starts_at", String.class, site);
    }

    private static Instant start(String instant) {
        return book.sql.queryForObject("SELECT pv_window_start(?::timestamptz)", Timestamp.class, instant).toInstant();
    }

    private static Instant instant(Map<String, Object> window, String column) {
        return ((Timestamp) window.get(column)).toInstant();
    }
}
