package io.pvroute.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

/** claim-windows.sql and window-loaded.sql: which window is read next, how much of it, and what is booked. */
class BookOfWindowsTest extends BookTest {

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
        book.sql.update("UPDATE pv_site SET due_at = '-infinity'"); // as a start with other settings does
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
    void aSiteThatIsNotEnabledIsLeftAlone() {
        book.site("home", null);
        book.sql.update("UPDATE pv_site SET enabled = false");

        assertThat(book.runner().claim()).isEmpty();
    }
}
