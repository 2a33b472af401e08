package io.pvroute.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** claim-readings.sql and what is booked of a reading: who is asked when, for what, and what follows from silence. */
class BookOfReadingsTest extends BookTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @BeforeEach
    void aSite() {
        book.set("realtime.period", "60s");
        book.set("realtime.requests", "power-flow,inverters,inverter,meters,storages,ohmpilots");
        book.site("home", "2024-01-01T00:00:00Z");
    }

    @Test
    void aLoggerThatNobodyKnowsIsAskedForItsPowerFirstThenForItsDevicesAndOnlyThenForWhatItHas() {
        var runner = book.runner();

        List<Asked> asked = go(runner, Duration.ofSeconds(40), Duration.ZERO, true);

        assertThat(asked).extracting(Asked::request).startsWith("power-flow", "inverters")
                .containsSubsequence("devices", "inverter 1", "meters", "storages").contains("api-version", "logger-info", "inverter-info").doesNotContain("ohmpilots");
        assertThat(asked).extracting(Asked::request).as("once it is known, the one inverter is asked by its number").containsOnlyOnce("inverters");
    }

    @Test
    void fourSecondsLieBetweenTheStartsOfTwoRequestsAndNeverAreMoreThanTwoOpen() {
        book.set("realtime.period", "5s");
        var one = book.runner();
        var other = book.runner();
        known("home");
        List<Asked> asked = new ArrayList<>();
        Map<Map<String, Object>, Instant> open = new HashMap<>();

        for (int second = 0; second < 120; second++) {
            for (var runner : List.of(one, other)) {
                for (Map<String, Object> reading : runner.claimReadings()) {
                    open.put(reading, book.now().plusSeconds(9));
                    asked.add(new Asked(book.now(), reading));
                }
            }
            assertThat(open).hasSizeLessThanOrEqualTo(2);
            book.pass(SECOND);
            open.entrySet().removeIf(reading -> {
                boolean answered = !reading.getValue().isAfter(book.now());
                if (answered) {
                    one.stored(reading.getKey());
                }
                return answered;
            });
        }

        assertThat(gaps(asked)).allMatch(gap -> gap >= 4).as("two that take nine seconds each are all that fits").hasSizeBetween(22, 28);
    }

    @Test
    void aRequestKeepsItsPlacesInTimeAlsoWhereOneCameLate() {
        var runner = book.runner();
        known("home");
        List<Long> places = new ArrayList<>();
        for (Asked asked : go(runner, Duration.ofMinutes(5), Duration.ofSeconds(3), true)) {
            if (asked.request().equals("power-flow")) {
                places.add(asked.at().getEpochSecond());
            }
        }
        assertThat(places).hasSize(6);
        for (int i = 2; i < places.size(); i++) {
            assertThat(places.get(i) - places.get(i - 1)).isEqualTo(60);
        }
    }

    @Test
    void everyTenSecondsThePowerIsReadInTimeAndTheRestSharesWhatIsLeft() {
        book.set("realtime.period", "10s");
        var runner = book.runner();
        known("home");
        go(runner, Duration.ofMinutes(1), Duration.ZERO, true);           // what is new comes first

        Map<String, Integer> times = new TreeMap<>();
        List<Long> power = new ArrayList<>();
        for (Asked asked : go(runner, Duration.ofMinutes(3), Duration.ZERO, true)) {
            times.merge(asked.request(), 1, Integer::sum);
            if (asked.request().equals("power-flow")) {
                power.add(asked.at().getEpochSecond());
            }
        }

        assertThat(times.get("power-flow")).isBetween(17, 19);
        for (int i = 1; i < power.size(); i++) {
            assertThat(power.get(i) - power.get(i - 1)).as("within the pause of its place").isBetween(6L, 14L);
        }
        assertThat(times).containsOnlyKeys("power-flow", "inverter 1", "meters", "storages");
        assertThat(List.of(times.get("inverter 1"), times.get("meters"), times.get("storages"))).as("none starves").allMatch(n -> n >= 6 && n <= 11);
    }

    @Test
    void manyInvertersAreAskedAtOnceAndFewOneByOne() {
        var runner = book.runner();
        known("home");
        for (int i = 2; i <= 3; i++) {
            device("home", "inverter/" + i, "Inverter", String.valueOf(i));
        }
        assertThat(go(runner, Duration.ofMinutes(1), Duration.ZERO, true)).extracting(Asked::request)
                .contains("inverter 1", "inverter 2", "inverter 3").doesNotContain("inverters");

        device("home", "inverter/4", "Inverter", "4");
        assertThat(go(runner, Duration.ofMinutes(1), Duration.ZERO, true)).extracting(Asked::request).contains("inverters")
                .noneMatch(request -> request.startsWith("inverter "));
    }

    @Test
    void aDeviceThatHasNotBeenListedForAWeekIsGone() {
        var runner = book.runner();
        known("home");
        book.sql.update("UPDATE pv_device SET seen_at = now() - interval '8 days' WHERE class = 'Meter'");
        assertThat(go(runner, Duration.ofSeconds(15), Duration.ZERO, true)).extracting(Asked::request).contains("storages").doesNotContain("meters");
    }

    @Test
    void whereThereIsNoListOfDevicesAllIsAskedFor() {
        var runner = book.runner();
        for (int i = 0; i < 60; i++) {
            for (Map<String, Object> reading : runner.claimReadings()) {
                if (reading.get("request").equals("devices")) {
                    runner.failed(reading, "WINDOW", false, "Code 11");
                } else {
                    runner.stored(reading);
                }
            }
            book.pass(SECOND);
        }
        assertThat(book.sql.queryForList("SELECT DISTINCT request FROM pv_reading", String.class))
                .contains("inverters", "meters", "storages", "ohmpilots").doesNotContain("inverter");
    }

    @Test
    void whatIsLeftOutOfTheSettingIsNotAskedForAndWhatAnOperatorAddedIs() {
        book.set("realtime.requests", "meters, mine");
        var runner = book.runner();
        known("home");
        assertThat(go(runner, Duration.ofMinutes(1), Duration.ZERO, true)).extracting(Asked::request).contains("meters", "mine")
                .doesNotContain("power-flow", "inverter 1", "storages");
    }

    @Test
    void aSiteCanHaveARhythmOfItsOwnOrNone() {
        book.site("barn", null);
        book.site("shed", null);
        book.sql.update("UPDATE pv_site SET realtime = '0' WHERE site = 'barn'");
        book.sql.update("UPDATE pv_site SET enabled = false WHERE site = 'shed'");
        assertThat(sites(go(book.runner(), Duration.ofSeconds(30), Duration.ZERO, true))).containsOnly("home");

        book.set("realtime.period", "0s");
        book.sql.update("UPDATE pv_site SET realtime = '30 s' WHERE site = 'barn'");
        assertThat(sites(go(book.runner(), Duration.ofMinutes(2), Duration.ZERO, true))).containsOnly("barn");
    }

    @Test
    void theArchiveWaitsForNobodyAndNobodyForTheArchive() {
        var runner = book.runner();
        known("home");
        Map<String, Object> reading = first(runner);
        Map<String, Object> window = runner.claimOne();
        assertThat(window).as("a reading is open, and the archive is asked all the same").isNotNull();
        book.pass(Duration.ofSeconds(4));
        assertThat(runner.claimReading()).as("a window is in hand, and the present is read all the same").isNotNull();
        runner.stored(reading);
        assertThat(runner.loaded(window, book.now())).isNotNull();
    }

    @Test
    void aLoggerThatIsSilentIsProbedAndNothingElseUntilItAnswers() {
        var runner = book.runner();
        known("home");
        Map<String, Object> window = runner.claimOne();
        assertThat(runner.noArchive(window)).containsEntry("newly", true).containsEntry("every", "1 min");
        go(runner, Duration.ofMinutes(2), Duration.ZERO, true);
        Instant silent = book.now();

        // When nobody answers for ten minutes
        List<Asked> asked = go(runner, Duration.ofMinutes(10), Duration.ZERO, false);

        // Then its power is asked for once a minute, and the site is down
        assertThat(asked.stream().filter(a -> a.at().isAfter(silent.plusSeconds(70)))).extracting(Asked::request).containsOnly("power-flow").hasSizeBetween(5, 10);
        assertThat(book.site("home")).containsEntry("error", "connection refused").doesNotContainEntry("down_since", null);

        // And when it answers, it is back, and what it is is asked anew
        Map<String, Object> probe = null;
        while (probe == null) {
            probe = runner.claimReading();
            book.pass(SECOND);
        }
        assertThat(runner.stored(probe).get("was_down").toString()).matches("(9|10) min");
        assertThat(book.site("home")).containsEntry("error", null).containsEntry("down_since", null);
        assertThat(go(runner, Duration.ofMinutes(1), Duration.ZERO, true)).extracting(Asked::request).contains("devices", "logger-info", "inverter-info", "meters");
    }

    @Test
    void ofASiteWithAnArchiveItsArchiveTellsWhetherItIsDown() {
        var runner = book.runner();
        runner.loaded(runner.claimOne(), book.now());
        Map<String, Object> reading = first(runner);

        assertThat(runner.failed(reading, "SITE", true, "connection refused")).containsEntry("newly_down", false);
        assertThat(book.site("home")).containsEntry("down_since", null).containsEntry("error", null);

        // Then the archive is down as well, and asked for again soon after the present can be read
        book.pass(Duration.ofMinutes(5));
        runner.siteDownForGood(runner.claimOne(), "its Solar API is switched off");
        book.pass(Duration.ofMinutes(2));
        assertThat(runner.stored(runner.claimReading()).get("was_down")).as("not for the present to say").isNull();
        assertThat(book.site("home")).containsEntry("error", "its Solar API is switched off");
        assertThat(runner.claimOne()).isNotNull();
    }

    @Test
    void oneDeviceThatDoesNotAnswerIsLeftAloneForLongerAndLongerAndTheRestGoesOn() {
        var runner = book.runner();
        known("home");
        device("home", "inverter/2", "Inverter", "2");                     // a ghost
        List<Map<String, Object>> told = new ArrayList<>();
        int asked = 0;
        int others = 0;
        for (int second = 0; second < 3600; second += 4) {
            for (Map<String, Object> reading : runner.claimReadings()) {
                if ("2".equals(reading.get("device_id"))) {
                    asked++;
                    told.add(runner.failed(reading, "WINDOW", true, "device not available"));
                } else {
                    others++;
                    runner.stored(reading);
                }
            }
            book.pass(Duration.ofSeconds(4));
        }
        assertThat(asked).isBetween(4, 7);
        assertThat(told).filteredOn(line -> line.get("worth_a_line").equals(true)).as("told once").hasSize(1);
        assertThat(others).as("four things a minute").isBetween(236, 250);
        assertThat(book.site("home")).containsEntry("down_since", null);
    }

    @Test
    void whatAnsweredWithAFaultThreeTimesIsDownToo() {
        var runner = book.runner();
        runner.noArchive(runner.claimOne());
        List<Object> newly = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Map<String, Object> reading = i == 0 ? first(runner) : runner.claimReading();
            assertThat(reading).containsEntry("request", "power-flow");
            newly.add(runner.failed(reading, "WINDOW", true, "Code 255").get("newly_down"));
            book.sql.update("UPDATE pv_reading SET next_at = CASE WHEN request = 'power-flow' THEN now() ELSE 'infinity' END");
            book.pass(Duration.ofMinutes(2));
        }
        assertThat(newly).containsExactly(false, false, true, false, false);
    }

    @Test
    void aSiteWithoutAnArchiveIsNoDeadLetterAndItsArchiveIsAskedForAgainADayLater() {
        var runner = book.runner();
        Map<String, Object> first = runner.claimOne();
        assertThat(runner.siteDownForGood(first, "its Solar API is switched off")).containsEntry("newly", true);
        book.pass(Duration.ofDays(1));
        Map<String, Object> second = runner.claimOne();

        assertThat(runner.noArchive(second)).containsEntry("newly", true);

        assertThat(states("home")).containsExactly("open");
        assertThat(book.site("home")).containsEntry("down_since", null).containsEntry("error", null).containsEntry("lease", null);
        assertThat(book.sql.queryForObject("SELECT archive FROM pv_logger WHERE site = 'home'", Boolean.class)).isFalse();
        book.pass(Duration.ofDays(1).minusSeconds(1));
        assertThat(runner.claimOne()).isNull();
        book.pass(SECOND);
        Map<String, Object> third = runner.claimOne();
        assertThat(runner.noArchive(third)).as("said once").containsEntry("newly", false);
        assertThat(runner.noArchive(third)).as("the lease is not ours any more").isNull();

        // And when another logger stands there one day, it has one
        book.pass(Duration.ofDays(1));
        runner.loaded(runner.claimOne(), book.now());
        assertThat(book.sql.queryForObject("SELECT archive FROM pv_logger WHERE site = 'home'", Boolean.class)).isTrue();
    }

    @Test
    void aSiteWhoseArchiveIsOffIsNotAskedForIt() {
        book.sql.update("UPDATE pv_site SET archive = false");
        assertThat(book.runner().claimOne()).isNull();
        assertThat(first(book.runner())).isNotNull();
    }

    @Test
    void whatACrashOfTheServerForgetsIsDueAtOnce() {
        var runner = book.runner();
        known("home");
        go(runner, Duration.ofMinutes(1), Duration.ZERO, true);

        book.sql.execute("TRUNCATE pv_turn, pv_reading");

        assertThat(go(runner, Duration.ofMinutes(1), Duration.ZERO, true)).extracting(Asked::request)
                .contains("power-flow", "meters", "storages", "inverter 1", "devices");
    }

    @Test
    void aRunnerHasNoMoreReadingsInHandThanItMay() {
        for (String site : List.of("a", "b", "c", "d", "e", "f")) {
            book.site(site, null);
        }
        var one = book.runner();
        var other = book.runner();
        one.claimReadings();

        assertThat(one.claimReadings()).hasSize(4);
        assertThat(one.claimReadings()).isEmpty();
        assertThat(other.claimReadings()).as("the sites that are left").hasSize(3);
        book.pass(Duration.ofSeconds(30));
        assertThat(one.claimReadings()).as("an answer that has not come by then comes no more").hasSize(4);
    }

    /** @param request with the number of the device, where one is asked for */
    private record Asked(Instant at, String site, String request) {

        Asked(Instant at, Map<String, Object> reading) {
            this(at, reading.get("site").toString(), reading.get("what").toString());
        }
    }

    /** A runner that ticks every second (or so late); what it claims is answered at once, or never. */
    private static List<Asked> go(Book.Runner runner, Duration time, Duration late, boolean answers) {
        List<Asked> asked = new ArrayList<>();
        Instant end = book.now().plus(time);
        for (int tick = 0; book.now().isBefore(end); tick++) {
            for (Map<String, Object> reading : runner.claimReadings()) {
                asked.add(new Asked(book.now(), reading));
                if (answers) {
                    runner.stored(reading);
                    if (reading.get("request").equals("devices")) {
                        known(reading.get("site").toString());
                    }
                } else {
                    runner.failed(reading, "SITE", true, "connection refused");
                }
            }
            book.pass(tick == 1 ? SECOND.plus(late) : SECOND);
        }
        return asked;
    }

    /** A new site has its turn with the second tick. */
    private static Map<String, Object> first(Book.Runner runner) {
        runner.claimReadings().forEach(claimed -> {
            throw new AssertionError("claimed at once: " + claimed);
        });
        return runner.claimReading();
    }

    private static List<String> sites(List<Asked> asked) {
        return asked.stream().map(Asked::site).toList();
    }

    private static List<Long> gaps(List<Asked> asked) {
        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < asked.size(); i++) {
            gaps.add(Duration.between(asked.get(i - 1).at(), asked.get(i).at()).toSeconds());
        }
        return gaps;
    }

    /** An inverter, a meter and a battery. */
    private static void known(String site) {
        device(site, "inverter/1", "Inverter", "1");
        device(site, "meter:16220118", "Meter", "0");
        device(site, "storage:27342798", "Storage", "0");
    }

    private static void device(String site, String device, String deviceClass, String id) {
        book.sql.update("INSERT INTO pv_device (site, device, class, id, seen_at) VALUES (?, ?, ?, ?, now()) ON CONFLICT (site, device) DO UPDATE SET seen_at = now()",
                site, device, deviceClass, id);
    }
}
