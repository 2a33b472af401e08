package io.pvroute.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.Test;

/** The leases: one reader for a site at a time, whatever becomes of a runner, and the pause towards its logger. */
class LeasesTest extends BookTest {

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
}
