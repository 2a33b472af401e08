package io.pvroute.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What pv_day says of readings, and of readings beside an archive, that are written out by hand. */
class ReadingDaysTest {

    private static History history;

    @BeforeAll
    static void open() {
        history = new History();
    }

    @AfterAll
    static void close() {
        history.close();
    }

    @BeforeEach
    void forget() {
        history.forget();
    }

    @AfterEach
    void theTotalsSayTheSame() {
        assertThat(history.totalledDifferently()).isEmpty();
    }

    @Test
    void energyIsWhatACounterGrewBy() {
        inverter("2024-06-01T10:00:00Z", 5000);
        inverter("2024-06-01T10:01:00Z", 5010);
        inverter("2024-06-01T10:02:00Z", 5030);

        assertThat(history.days("produced_wh")).containsExactly("inverter/1 2024-06-01=30");
        assertThat(history.days("samples")).containsExactly("inverter/1 2024-06-01=2");
    }

    @Test
    void theHighestAverageOfFiveMinutesIsThePeak() {
        history.row("pv_inverter", "device = 'inverter/1', ts = '2024-06-01T10:01:00Z', pac = 1000");
        history.row("pv_inverter", "device = 'inverter/1', ts = '2024-06-01T10:05:00Z', pac = 3000");
        history.row("pv_inverter", "device = 'inverter/1', ts = '2024-06-01T10:06:00Z', pac = 2500");

        assertThat(history.days("peak_w")).containsExactly("inverter/1 2024-06-01=2500");
        assertThat(history.days("produced_wh")).as("no counter, no energy").isEmpty();
    }

    @Test
    void aStretchCountsForTheDayOfThePlantOnWhichItBegan() {
        inverter("2024-06-01T21:58:00Z", 1000);    // 23:58 in Vienna
        inverter("2024-06-01T21:59:30Z", 1010);
        inverter("2024-06-01T22:00:30Z", 1012);    // after midnight: what grew until then is yesterday's
        inverter("2024-06-02T10:00:00Z", 1500);

        assertThat(history.days("produced_wh")).containsExactly("inverter/1 2024-06-01=12", "inverter/1 2024-06-02=488");
    }

    @Test
    void theDaysOfTheClockChangesHaveTheirHours() {
        for (int hour = 0; hour < 25; hour++) {
            inverter("2024-10-26T22:00:00Z'::timestamptz + interval '" + hour + " h", hour * 10);
        }
        inverter("2024-10-27T23:00:00Z", 250);
        for (int hour = 0; hour <= 23; hour++) {
            inverter("2025-03-29T23:00:00Z'::timestamptz + interval '" + hour + " h", 1000 + hour * 10);
        }
        inverter("2025-03-30T23:00:00Z", 2000);        // since midnight

        assertThat(history.days("produced_wh")).containsExactly("inverter/1 2024-10-27=250", "inverter/1 2025-03-30=230", "inverter/1 2025-03-31=770");
    }

    @Test
    void whatGrewInAnOutageOfMoreThanADayCountsForNoDay() {
        inverter("2024-06-01T10:00:00Z", 1000);
        inverter("2024-06-01T11:00:00Z", 1010);
        inverter("2024-06-02T11:00:00Z", 5010);    // 24 hours: for the first
        inverter("2024-06-05T11:00:00Z", 25000);
        inverter("2024-06-05T11:05:00Z", 25003);

        assertThat(history.days("produced_wh")).containsExactly("inverter/1 2024-06-01=4010", "inverter/1 2024-06-05=3");
    }

    @Test
    void aCounterThatWasResetCountsFromThereOn() {
        inverter("2024-06-01T10:00:00Z", 1000);
        inverter("2024-06-01T10:01:00Z", 1100);
        inverter("2024-06-01T10:02:00Z", 0);
        inverter("2024-06-01T10:03:00Z", 20);

        assertThat(history.days("produced_wh")).containsExactly("inverter/1 2024-06-01=120");
    }

    @Test
    void aCounterThatTremblesMakesNoEnergy() {
        for (int n = 0; n < 100; n++) {
            inverter("2024-06-01T20:00:00Z'::timestamptz + interval '" + n + " min", 30_000_000 + 8 * (n % 2));
        }
        inverter("2024-06-02T20:00:00Z", 30_000_000);
        inverter("2024-06-02T20:05:00Z", 29_999_999);

        assertThat(history.days("produced_wh")).as("never less than nothing").containsExactly("inverter/1 2024-06-01=0", "inverter/1 2024-06-02=0");
    }

    @Test
    void anotherInverterUnderTheSameNumberIsNoEnergy() {
        inverter("2024-06-01T10:00:00Z", 1000);
        inverter("2024-06-01T10:10:00Z", 1050);
        inverter("2024-06-01T11:10:00Z", 4_000_000);   // a used one
        inverter("2024-06-01T11:20:00Z", 4_000_700);

        assertThat(history.days("produced_wh")).containsExactly("inverter/1 2024-06-01=750");
    }

    @Test
    void theLargestInverterIsBelievedAlsoWhereItsCounterMovesInLargeSteps() {
        inverter("2024-06-01T10:00:00Z", 90_000_000);
        inverter("2024-06-01T10:00:10Z", 90_001_000);
        inverter("2024-06-01T11:00:10Z", 90_100_000);

        assertThat(history.days("produced_wh")).containsExactly("inverter/1 2024-06-01=100000");
    }

    @Test
    void aReadingWithoutTheCounterLosesNothing() {
        inverter("2024-06-01T10:00:00Z", 1000);
        history.row("pv_inverter", "device = 'inverter/1', ts = '2024-06-01T10:01:00Z', pac = 5");
        inverter("2024-06-01T10:02:00Z", 1030);

        assertThat(history.days("produced_wh")).containsExactly("inverter/1 2024-06-01=30");
    }

    @Test
    void metersCountBothWaysByTheirAbsoluteCountersOrElseBySums() {
        history.row("pv_meter", "device = 'meter:1', ts = '2024-06-01T10:00:00Z', energyreal_wac_plus_absolute = 100, energyreal_wac_minus_absolute = 50, "
                + "energyreal_wac_sum_consumed = 9");
        history.row("pv_meter", "device = 'meter:1', ts = '2024-06-01T10:05:00Z', energyreal_wac_plus_absolute = 107, energyreal_wac_minus_absolute = 50, "
                + "energyreal_wac_sum_consumed = 9999");
        history.row("pv_meter", "device = 'meter:2', ts = '2024-06-01T10:00:00Z', energyreal_wac_sum_consumed = 4, energyreal_wac_sum_produced = 4");
        history.row("pv_meter", "device = 'meter:2', ts = '2024-06-01T10:05:00Z', energyreal_wac_sum_consumed = 10, energyreal_wac_sum_produced = 13");

        assertThat(history.days("plus_wh")).containsExactly("meter:1 2024-06-01=7", "meter:2 2024-06-01=6");
        assertThat(history.days("minus_wh")).containsExactly("meter:1 2024-06-01=0", "meter:2 2024-06-01=9");
        assertThat(history.days("peak_w")).as("what they tell is no power of the plant").isEmpty();
    }

    @Test
    void anOhmPilotConsumes() {
        history.row("pv_ohmpilot", "device = 'ohmpilot:1', ts = '2024-06-01T10:00:00Z', energyreal_wac_sum_consumed = 100");
        history.row("pv_ohmpilot", "device = 'ohmpilot:1', ts = '2024-06-01T10:05:00Z', energyreal_wac_sum_consumed = 340");
        history.row("pv_ohmpilot", "device = 'ohmpilot:1', ts = '2024-06-01T10:06:00Z', energyreal_wac_sum_consumed = 99340");

        assertThat(history.days("consumed_wh")).containsExactly("ohmpilot:1 2024-06-01=240");
    }

    @Test
    void thePowerFlowCountsOnDaysWithoutTheReadingsOfAnInverter() {
        flow("2024-06-01T10:00:00Z", 1000);
        flow("2024-06-01T10:05:00Z", 1040);
        flow("2024-06-02T10:00:00Z", 1100);
        flow("2024-06-02T10:05:00Z", 1150);
        inverter("2024-06-02T10:00:00Z", 500);
        inverter("2024-06-02T10:05:00Z", 550);

        assertThat(history.days("produced_wh")).containsExactly("inverter/1 2024-06-02=50", "site 2024-06-01=100");
    }

    @Test
    void inThePowerFlowAnInverterThatIsSilentAtNightIsNoEnergyInTheMorning() {
        history.row("pv_device", "device = 'inverter/1', class = 'Inverter', id = '1', seen_at = now()");
        history.row("pv_device", "device = 'inverter/2', class = 'Inverter', id = '2', seen_at = now()");
        flow("2024-06-01T19:00:00Z", 22_910_919);
        flow("2024-06-01T19:01:00Z", 17_114_930);      // the second sleeps
        flow("2024-06-02T04:00:00Z", 17_114_932);
        flow("2024-06-02T04:01:00Z", 22_910_930);
        flow("2024-06-02T04:02:00Z", 22_910_950);

        assertThat(history.days("produced_wh")).containsExactly("site 2024-06-01=2", "site 2024-06-02=20");
    }

    @Test
    void theArchiveIsBelievedAndTheReadingsGoOnFromItsNewestSample() {
        archived("inverter/1", "2024-06-01T10:00:00Z", 100);
        archived("inverter/1", "2024-06-01T10:05:00Z", 110);
        inverter("2024-06-01T09:00:00Z", 5000);
        inverter("2024-06-01T10:04:30Z", 5999);        // before it: the archive has that
        inverter("2024-06-01T10:05:30Z", 6005);
        inverter("2024-06-01T10:06:30Z", 6020);
        inverter("2024-06-01T10:07:30Z", 6040);
        flow("2024-06-01T10:05:30Z", 6005);
        flow("2024-06-01T10:10:30Z", 6090);

        assertThat(history.days("produced_wh")).containsExactly("inverter/1 2024-06-01=245");
        assertThat(history.days("samples")).containsExactly("inverter/1 2024-06-01=3");
    }

    @Test
    void aDayThatTheArchiveHasIsTheArchivesAlsoWhereItWentOnTheNextMorning() {
        archived("inverter/1", "2024-06-01T18:00:00Z", 100);
        archived("inverter/1", "2024-06-02T05:00:00Z", 3);
        inverter("2024-06-01T17:00:00Z", 5000);
        inverter("2024-06-01T18:01:00Z", 5999);
        inverter("2024-06-02T04:00:00Z", 6999);
        history.row("pv_archive", "device = 'meter:1', ts = '2024-06-01T21:55:00Z', energyreal_wac_plus_absolute = 100");
        history.row("pv_archive", "device = 'meter:1', ts = '2024-06-01T22:00:00Z', energyreal_wac_plus_absolute = 107");
        history.row("pv_archive", "device = 'meter:1', ts = '2024-06-01T22:05:00Z', energyreal_wac_plus_absolute = 112");
        history.row("pv_meter", "device = 'meter:1', ts = '2024-06-01T21:56:00Z', energyreal_wac_plus_absolute = 101");
        history.row("pv_meter", "device = 'meter:1', ts = '2024-06-01T21:59:00Z', energyreal_wac_plus_absolute = 106");

        assertThat(history.days("produced_wh")).containsExactly("inverter/1 2024-06-01=100", "inverter/1 2024-06-02=3");
        assertThat(history.days("plus_wh")).containsExactly("meter:1 2024-06-01=7", "meter:1 2024-06-02=5");
    }

    @Test
    void aSwapToALoggerWithoutAnArchiveLosesNothing() {
        archived("inverter/1", "2024-06-01T10:00:00Z", 100);       // the old one's last
        inverter("2024-06-01T15:00:00Z", 50);                      // the new one's first
        inverter("2024-06-01T16:00:00Z", 1050);
        inverter("2024-06-02T16:00:00Z", 9050);
        inverter("2024-06-02T17:00:00Z", 9060);

        assertThat(history.days("produced_wh")).containsExactly("inverter/1 2024-06-01=9100", "inverter/1 2024-06-02=10");
    }

    @Test
    void aDayThatTheArchiveDoesNotHaveIsTheReadings() {
        archived("inverter/1", "2024-06-01T10:00:00Z", 100);
        archived("inverter/1", "2024-06-03T10:00:00Z", 300);
        inverter("2024-06-02T10:00:00Z", 50);
        inverter("2024-06-02T11:00:00Z", 250);
        flow("2024-06-02T10:00:00Z", 50);
        flow("2024-06-02T11:00:00Z", 250);
        flow("2024-06-03T10:30:00Z", 1250);
        flow("2024-06-03T10:45:00Z", 1300);

        assertThat(history.days("produced_wh")).as("the power flow counts from the archive on").containsExactly("inverter/1 2024-06-01=100",
                "inverter/1 2024-06-02=200", "inverter/1 2024-06-03=300", "site 2024-06-03=50");
    }

    private static void inverter(String ts, double counter) {
        history.row("pv_inverter", "device = 'inverter/1', ts = '" + ts + "', total_energy = " + counter);
    }

    private static void flow(String ts, double counter) {
        history.row("pv_power_flow", "ts = '" + ts + "', e_total = " + counter);
    }

    private static void archived(String device, String ts, double energy) {
        history.row("pv_archive", "device = '" + device + "', ts = '" + ts + "', energyreal_wac_sum_produced = " + energy);
    }
}
