package io.pvroute.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which sites a claim looks at: one that owes nothing is left out until something is due, and no longer than that. */
class BookOfDueSitesTest extends BookTest {

    private Book.Runner runner;

    /** A site whose book is closed but for today's window, read a moment ago. */
    @BeforeEach
    void aSiteThatOwesNothing() {
        book.set("archive.since", "2024-05-01T00:00:00Z");
        book.site("home", null);
        runner = book.runner();
        finishBacklog(runner);
    }

    @Test
    void aSiteThatOwesNothingIsNotLookedAtForAMinute() {
        // Given that something is written into its book by hand
        book.sql.update("UPDATE pv_window SET loaded_from = NULL");

        // When the minute is not over
        book.pass(Duration.ofSeconds(59));

        // Then nobody has looked, and after it somebody does
        assertThat(runner.claim()).isEmpty();
        book.pass(Duration.ofSeconds(1));
        assertThat(runner.claim()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 60, 61, 300, 1000})
    void todayIsReadToTheSecondWhateverThePeriod(int period) {
        book.sql.update("UPDATE pv_site SET period = ?::interval", period + " s");
        assertThat(runner.claim()).isEmpty();

        // When the program looks every second, until the period is almost over
        for (int second = 1; second < period; second++) {
            book.pass(Duration.ofSeconds(1));
            if (second % 13 == 0 || second > period - 3) {
                assertThat(runner.claim()).as("after %d s", second).isEmpty();
            }
        }

        // Then it is read when it is over
        book.pass(Duration.ofSeconds(1));
        assertThat(runner.claim()).hasSize(1);
    }

    @Test
    void aDeadWindowIsTriedAgainToTheSecond() {
        // Given a window that failed for a reason of its own, to be tried again in 45 s
        book.set("archive.retry", "45s");
        Book.Runner impatient = book.runner();
        book.pass(Duration.ofSeconds(300));
        impatient.windowDead(impatient.claimOne(), "WINDOW", "status 8");
        assertThat(runner.claim()).isEmpty();

        // Then the site is looked at when these are over
        assertThat(book.sql.queryForObject("SELECT due_at FROM pv_site", Timestamp.class).toInstant()).isEqualTo(book.now().plusSeconds(45));
        book.pass(Duration.ofSeconds(44));
        assertThat(runner.claim()).isEmpty();
        book.pass(Duration.ofSeconds(1));
        assertThat(runner.claim()).hasSize(1);
        book.set("archive.retry", "60s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"since = '2024-01-01Z'", "period = interval '1 s'"})
    void whatIsWrittenAboutASiteIsSeenAtOnce(String change) {
        book.pass(Duration.ofSeconds(30));
        assertThat(runner.claim()).isEmpty();

        book.sql.update("UPDATE pv_site SET " + change);

        assertThat(runner.claim()).hasSize(1);
    }

    @Test
    void aSiteThatIsEnabledAgainIsSeenAtOnce() {
        book.sql.update("UPDATE pv_site SET enabled = false");
        book.pass(Duration.ofSeconds(299));
        assertThat(runner.claim()).isEmpty();

        book.sql.update("UPDATE pv_site SET enabled = true");
        book.pass(Duration.ofSeconds(1));

        assertThat(runner.claim()).hasSize(1);
    }

    @Test
    void aDeadWindowIsSeenAtOnceWhenThePageHasItTriedAgain() {
        // Given a window that is tried again in a day
        book.pass(Duration.ofSeconds(300));
        var window = runner.claimOne();
        runner.windowDeadForGood(window, "the answer makes no sense");
        assertThat(runner.claim()).isEmpty();

        // When somebody presses the button
        runner.retryWindow(window);

        // Then the next claim has it
        assertThat(runner.claim()).singleElement().satisfies(again -> assertThat(again.get("starts_at")).isEqualTo(window.get("starts_at")));
    }

    @Test
    void aClaimLooksAtABiteOfTheSitesAndGoesRoundThemAll() {
        // Given 300 sites that owe nothing behind one that does, more than a claim looks at
        book.sql.update("INSERT INTO pv_site (site, url, since, next_request_at) SELECT 'a' || i, 'http://127.0.0.1', '2024-07-01Z', '2024-01-01Z' "
                + "FROM generate_series(1, 300) AS i");
        book.pass(Duration.ofSeconds(300));

        // When claims follow each other
        List<Integer> claimed = List.of(runner.claim().size(), runner.claim().size());

        // Then the first looked at 256 of them, the second at the others, and none is looked at twice
        assertThat(claimed).containsExactly(0, 1);
        assertThat(book.sql.queryForObject("SELECT count(*) FROM pv_site WHERE due_at = now() + interval '1 minute'", Integer.class)).isEqualTo(300);
    }

    @Test
    void howeverSeldomItIsLookedEachSiteHasItsTurn() {
        // Given 300 sites that owe nothing before one that does, and so long between two looks that the first are to be looked at again
        book.sql.update("INSERT INTO pv_site (site, url, since, next_request_at) SELECT 'a' || i, 'http://127.0.0.1', '2024-07-01Z', '2024-01-01Z' "
                + "FROM generate_series(1, 300) AS i");
        book.pass(Duration.ofSeconds(300));
        assertThat(runner.claim()).isEmpty();
        book.pass(Duration.ofMinutes(2));

        assertThat(runner.claim()).hasSize(1);
    }

    @Test
    void whereTheHistoryEndsInThePastNothingIsLookedAtAllTheTimeEither() {
        book.set("archive.until", "2024-05-20T00:00:00Z");
        Book.Runner ofThePast = book.runner();
        book.pass(Duration.ofSeconds(60));
        assertThat(ofThePast.claim()).isEmpty();

        assertThat(book.sql.queryForObject("SELECT due_at FROM pv_site", Timestamp.class).toInstant()).isEqualTo(book.now().plusSeconds(60));
        book.set("archive.until", "infinity");
    }

    @Test
    void aClockThatGoesBackKeepsNobodyWaiting() {
        book.sql.update("UPDATE pv_window SET loaded_from = NULL");
        book.sql.update("UPDATE pv_site SET due_at = now() + interval '1 hour'");

        assertThat(runner.claim()).hasSize(1);
    }

    @Test
    void aClaimThatFindsNothingDueWritesNothing() {
        String before = book.sql.queryForObject("SELECT xmin::text || ctid::text FROM pv_site", String.class);

        book.pass(Duration.ofSeconds(30));
        assertThat(runner.claim()).isEmpty();

        assertThat(book.sql.queryForObject("SELECT xmin::text || ctid::text FROM pv_site", String.class)).isEqualTo(before);
    }

    @Test
    void whoIsWokenWhileAClaimLooksAtTheBookOfBeforeStaysAwake() throws Exception {
        book.pass(Duration.ofSeconds(60));

        List<?> claimed = book.withInBetween(runner::claim, () -> {
            book.sql.update("UPDATE pv_window SET loaded_from = NULL");
            book.sql.update("UPDATE pv_site SET due_at = '-infinity'");
        });

        assertThat(claimed).as("it saw a book in which nothing was owed").isEmpty();
        assertThat(book.sql.queryForObject("SELECT due_at = '-infinity' FROM pv_site", Boolean.class)).isTrue();
        assertThat(runner.claim()).hasSize(1);
    }
}
