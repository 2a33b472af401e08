package io.pvroute.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

/** Where a logger needs no pause, the next window is claimed while the one before it is stored: both are in hand under one lease. */
class ReadAheadTest extends BookTest {

    @Test
    void theNextWindowIsClaimedUnderTheLeaseOfTheOneInHandAndByNobodyElse() {
        book.site("home", "2024-04-10T00:00:00Z");
        var runner = book.runner();
        Map<String, Object> first = runner.claimOne();
        assertThat(first).containsEntry("without_pause", true);

        Map<String, Object> second = runner.claimNext(first);

        assertThat(second).containsEntry("lease", first.get("lease")).containsEntry("closing", true);
        assertThat(instant(second, "starts_at")).isEqualTo(instant(first, "starts_at").minus(WINDOW));
        assertThat(runner.claim()).isEmpty();
        assertThat(book.runner().claim()).isEmpty();
    }

    @Test
    void allThatIsOwedIsReadOnceInTheSameOrderAsOneByOne() {
        book.site("home", "2024-01-01T00:00:00Z");
        var runner = book.runner();
        List<Object> asked = new ArrayList<>();
        for (Map<String, Object> window = runner.claimOne(); window != null;) {
            asked.add(window.get("start_date"));
            Map<String, Object> next = runner.claimNext(window);
            assertThat(runner.loadedAndGoesOn(window, next != null, instant(window, "from_at"))).containsEntry("leased", true);
            window = next;
        }
        List<String> states = states("home");
        book.sql.update("DELETE FROM pv_window");

        assertThat(finish(runner)).extracting(window -> window.get("start_date")).isEqualTo(asked);
        assertThat(states("home")).isEqualTo(states).startsWith("loaded").endsWith("open");
    }

    @Test
    void aBookedWindowGivesTheLeaseBackOnlyWhereNoOtherIsInHand() {
        book.site("home", "2024-04-10T00:00:00Z");
        var runner = book.runner();
        Map<String, Object> first = runner.claimOne();
        Map<String, Object> second = runner.claimNext(first);

        runner.loadedAndGoesOn(first, true, instant(first, "from_at"));

        assertThat(book.runner().claim()).as("the second is being read").isEmpty();
        assertThat(runner.prolong(second)).isOne();
        assertThat(runner.loadedAndGoesOn(second, false, instant(second, "from_at")))
                .containsEntry("state", "loaded").containsEntry("leased", true);
        assertThat(book.site("home")).containsEntry("lease", null).containsEntry("leased_by", null)
                .containsEntry("next_request_at", Timestamp.from(book.now()));
    }

    @Test
    void aLoggerThatNeedsAPauseIsNotReadAhead() {
        book.set("archive.pause", "120s");
        book.site("home", "2024-04-10T00:00:00Z");
        book.site("quick", "2024-04-10T00:00:00Z");
        book.sql.update("UPDATE pv_site SET pause = '0' WHERE site = 'quick'");
        var runner = book.runner();
        Map<Object, Map<String, Object>> claimed = new HashMap<>();
        runner.claim().forEach(window -> claimed.put(window.get("site"), window));

        assertThat(claimed.get("home")).containsEntry("without_pause", false);
        assertThat(runner.claimNext(claimed.get("home"))).isNull();
        assertThat(runner.claimNext(claimed.get("quick"))).containsEntry("site", "quick");
    }

    @Test
    void aPauseThatIsSetMeanwhileHoldsFromTheNextRequestOn() {
        book.site("home", "2024-04-10T00:00:00Z");
        var runner = book.runner();
        Map<String, Object> window = runner.claimOne();
        book.sql.update("UPDATE pv_site SET pause = '120 s'");

        assertThat(runner.claimNext(window)).isNull();
        runner.loadedAndGoesOn(window, false, book.now());
        assertThat(runner.claim()).isEmpty();
        book.pass(Duration.ofSeconds(120));
        assertThat(runner.claim()).hasSize(1);
    }

    @Test
    void aLeaseThatWasLostClaimsNothingMore() {
        book.site("home", "2024-04-10T00:00:00Z");
        var stalled = book.runner();
        Map<String, Object> old = stalled.claimOne();
        book.pass(Duration.ofSeconds(301));
        Map<String, Object> heirs = book.runner().claimOne();

        assertThat(stalled.claimNext(old)).isNull();
        assertThat(book.site("home")).containsEntry("lease", heirs.get("lease"));
    }

    @Test
    void aRunnerThatDiedWithTwoWindowsInHandLeavesBothOwedWhenItsLeaseRunsOut() {
        book.site("home", "2024-05-10T00:00:00Z");
        var lost = book.runner();
        Map<String, Object> first = lost.claimOne();
        book.pass(Duration.ofSeconds(200));
        lost.claimNext(first);
        var heir = book.runner();

        book.pass(Duration.ofSeconds(299));
        assertThat(heir.claim()).as("the second claim made the lease longer").isEmpty();
        book.pass(Duration.ofSeconds(1));
        assertThat(finish(heir)).extracting(window -> instant(window, "starts_at")).containsExactly(CURRENT, CURRENT.minus(WINDOW));
    }

    @Test
    void aWindowThatCannotBeStoredLeavesTheLoggerAloneUntilTheRequestForTheNextMustHaveEnded() {
        book.site("home", "2024-04-10T00:00:00Z");
        var runner = book.runner();
        Map<String, Object> first = runner.claimOne();
        Map<String, Object> second = runner.claimNext(first);

        runner.windowDeadAndGoesOn(first, "a value does not fit");

        assertThat(runner.prolong(second)).as("its answer is dropped, and is owed").isZero();
        book.pass(Duration.ofSeconds(129));
        assertThat(book.runner().claim()).isEmpty();
        book.pass(Duration.ofSeconds(1));
        assertThat(finish(book.runner())).extracting(window -> window.get("starts_at"))
                .contains(first.get("starts_at"), second.get("starts_at"));
    }

    @Test
    void aSiteThatGoesDownWhileAWindowOfItIsStoredHasThatWindowReadOnceMore() {
        book.site("home", "2024-05-10T00:00:00Z");
        var runner = book.runner();
        Map<String, Object> first = runner.claimOne();
        Map<String, Object> second = runner.claimNext(first);
        runner.siteDown(second, "no answer in time");

        assertThat(runner.loadedAndGoesOn(first, true, book.now())).containsEntry("leased", false).containsEntry("state", "open");

        assertThat(book.site("home")).containsEntry("error", "no answer in time").containsEntry("lease", null);
        book.pass(Duration.ofSeconds(300));
        assertThat(finish(runner)).extracting(window -> instant(window, "starts_at")).containsExactly(CURRENT, CURRENT.minus(WINDOW));
    }

    @Test
    void theLastOfARunnersShareReadsAheadToo() {
        book.set("archive.parallel", "1");
        book.site("home", "2024-04-10T00:00:00Z");
        var runner = book.runner();

        assertThat(runner.claimNext(runner.claimOne())).isNotNull();
    }

    @Test
    void aHistoryWithoutABeginningIsNotReadAheadOfWhatTheBookKnows() {
        book.site("home", null);
        var runner = book.runner();
        Map<String, Object> today = runner.claimOne();
        assertThat(runner.claimNext(today)).as("whether there is anything before today is not known yet").isNull();
        runner.loaded(today, book.now());
        for (int i = 0; i < 6; i++) {
            Map<String, Object> window = runner.claimOne();
            assertThat(runner.claimNext(window)).isNull();
            runner.loaded(window);
        }

        assertThat(runner.claim()).isEmpty();
        assertThat(states("home")).containsExactly("empty", "empty", "empty", "empty", "empty", "empty", "open");
    }
}
