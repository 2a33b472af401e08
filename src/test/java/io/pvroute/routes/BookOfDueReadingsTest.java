package io.pvroute.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which sites a claim of readings looks at: one of which nothing is due is left out until something is, and no longer than that. */
class BookOfDueReadingsTest extends BookTest {

    private static final Duration PAUSE = Duration.ofSeconds(4);

    private Book.Runner runner;

    /** A site that has answered everything a moment ago. */
    @BeforeEach
    void aSiteOfWhichNothingIsDue() {
        book.site("home", null);
        runner = book.runner();
        device("inverter/1", "Inverter", "1");
        answerAllThatIsDue();
    }

    @Test
    void itIsLookedAtWhenTheNextRequestIsDueAndNotBefore() {
        Instant next = book.sql.queryForObject("SELECT min(next_at) FROM pv_reading", Timestamp.class).toInstant();
        assertThat(next).isBetween(book.now(), book.now().plusSeconds(60));
        assertThat(dueAt()).isEqualTo(next);
        String before = turn();

        book.clock(next.minusMillis(1).toString());
        assertThat(runner.claimReadings()).isEmpty();
        assertThat(turn()).as("a look at nothing writes nothing").isEqualTo(before);

        book.clock(next.toString());
        assertThat(runner.claimReadings()).hasSize(1);
    }

    @Test
    void itIsLookedAtOnceAMinuteWhateverItsPeriod() {
        book.sql.update("UPDATE pv_reading SET next_at = now() + interval '1 hour'");
        book.sql.update("UPDATE pv_turn SET due_at = '-infinity'");
        assertThat(runner.claimReadings()).isEmpty();

        assertThat(dueAt()).isEqualTo(book.now().plusSeconds(60));
    }

    @Test
    void aMeterThatIsNewIsAskedAtOnce() {
        Map<String, Object> devices = claimDevicesAndNothingElse();

        // When the answer names a meter
        device("meter:16220118", "Meter", "0");
        runner.stored(devices);

        // Then it is asked with the next look
        assertThat(runner.claimReading()).containsEntry("request", "meters");
    }

    @Test
    void aSiteThatDoesNotTellItsDevicesIsAskedForAllAtOnce() {
        book.sql.update("DELETE FROM pv_device");
        book.sql.update("INSERT INTO pv_reading (site, request, asked_at, next_at) VALUES ('home', 'inverters', now(), now()) ON CONFLICT DO NOTHING");
        Map<String, Object> devices = claimDevicesAndNothingElse();

        runner.failed(devices, "WINDOW", false, "no such request");

        assertThat(runner.claimReading()).containsEntry("request", "meters");
    }

    @Test
    void whatIsStillOpenHasItsNextTurnAsSoonAsItIsAnswered() {
        // Given a request that is answered after the next one would have been due
        Instant next = dueAt();
        book.clock(next.toString());
        Map<String, Object> slow = runner.claimReading();
        book.sql.update("UPDATE pv_reading SET next_at = CASE WHEN request = ? THEN now() + interval '10 s' ELSE now() + interval '1 hour' END", slow.get("request"));
        book.pass(Duration.ofSeconds(15));
        assertThat(runner.claimReadings()).as("it is open").isEmpty();

        runner.stored(slow);

        assertThat(runner.claimReading()).containsEntry("request", slow.get("request"));
    }

    @Test
    void howeverSeldomItIsLookedEachSiteHasItsTurn() {
        // Given 300 sites of which nothing is due before one of which something is, and so long between two looks that the first are due for another
        book.sql.update("UPDATE pv_site SET enabled = false");
        book.sql.update("INSERT INTO pv_site (site, url) SELECT 'a' || i, 'http://127.0.0.1' FROM generate_series(1, 300) AS i");
        book.sql.update("INSERT INTO pv_turn (site, next_at) SELECT site, '2024-01-01Z' FROM pv_site ON CONFLICT DO NOTHING");
        book.sql.update("INSERT INTO pv_reading (site, request, asked_at, next_at) SELECT site, request, now(), 'infinity' FROM pv_site "
                + "CROSS JOIN unnest(ARRAY['power-flow', 'inverters', 'devices', 'api-version', 'logger-info', 'inverter-info']) AS request WHERE site <> 'home'");
        book.pass(Duration.ofMinutes(2));
        book.sql.update("INSERT INTO pv_site (site, url) VALUES ('b', 'http://127.0.0.1')");
        book.sql.update("INSERT INTO pv_turn (site, next_at) VALUES ('b', now())");

        // When claims look at 256 each, two minutes apart
        int claimed = 0;
        for (int look = 0; look < 4 && claimed == 0; look++) {
            claimed = runner.claimReadings().size();
            book.pass(Duration.ofMinutes(2));
        }

        assertThat(claimed).isOne();
    }

    @Test
    void whoIsWokenWhileAClaimLooksAtTheBookOfBeforeStaysAwake() throws Exception {
        book.sql.update("UPDATE pv_reading SET next_at = now() + interval '1 hour'");
        book.sql.update("UPDATE pv_turn SET due_at = now()");

        List<?> claimed = book.withInBetween(runner::claimReadings, () -> {
            book.sql.update("UPDATE pv_reading SET next_at = '-infinity' WHERE request = 'devices'");
            book.sql.update("UPDATE pv_turn SET due_at = '-infinity'");
        });

        assertThat(claimed).isEmpty();
        assertThat(book.sql.queryForObject("SELECT due_at = '-infinity' FROM pv_turn", Boolean.class)).isTrue();
        assertThat(runner.claimReading()).containsEntry("request", "devices");
    }

    @Test
    void whatAnotherRunnerClaimsAtTheSameMomentIsAskedOnceAlsoWithoutAPause() throws Exception {
        book.set("realtime.pause", "0s");
        Book.Runner one = book.runner();
        Book.Runner other = book.runner();
        book.clock(dueAt().toString());
        String asked = "UPDATE pv_reading SET asked_at = '2024-06-01T12:00:00Z', in_flight_until = '2024-06-01T13:00:00Z', next_at = '2024-06-01T13:00:00Z' "
                + "WHERE next_at = (SELECT min(next_at) FROM pv_reading)";

        // as another runner does it
        List<?> claimed = book.withInBetween(one::claimReadings, () -> {
            book.sql.update(asked);
            book.sql.update("UPDATE pv_turn SET next_at = '2024-06-01T12:00:00Z'");
        });

        assertThat(claimed).isEmpty();
        assertThat(other.claimReadings()).isEmpty();
        book.set("realtime.pause", "4s");
    }

    /** The list of devices is being asked for, and nothing else is due. */
    private Map<String, Object> claimDevicesAndNothingElse() {
        book.sql.update("UPDATE pv_reading SET next_at = CASE WHEN request = 'devices' THEN now() ELSE now() + interval '1 hour' END");
        book.sql.update("UPDATE pv_turn SET due_at = '-infinity'");
        Map<String, Object> devices = runner.claimReading();
        assertThat(devices).containsEntry("request", "devices");
        book.pass(PAUSE);
        assertThat(runner.claimReadings()).isEmpty();
        return devices;
    }

    private void answerAllThatIsDue() {
        for (int silent = 0; silent < 2; book.pass(PAUSE)) {
            Map<String, Object> reading = runner.claimReading();
            if (reading == null) {
                silent++;
            } else {
                silent = 0;
                runner.stored(reading);
            }
        }
    }

    private Instant dueAt() {
        return book.sql.queryForObject("SELECT due_at FROM pv_turn", Timestamp.class).toInstant();
    }

    private String turn() {
        return book.sql.queryForObject("SELECT xmin::text || ctid::text FROM pv_turn", String.class);
    }

    private static void device(String device, String deviceClass, String id) {
        book.sql.update("INSERT INTO pv_device (site, device, class, id, seen_at) VALUES ('home', ?, ?, ?, now())", device, deviceClass, id);
    }
}
