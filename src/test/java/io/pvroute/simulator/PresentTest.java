package io.pvroute.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an owner would believe of the powers, the counters and the battery of a plant, whenever it is asked. */
class PresentTest {

    private static final ZoneId VIENNA = ZoneId.of("Europe/Vienna");
    private static final Instant FROM = Instant.parse("2024-11-21T23:00:00Z");
    private static final Instant TO = Instant.parse("2025-11-21T23:00:00Z");
    private static final Duration SLOT = Duration.ofMinutes(5);
    private static final double CAPACITY = 11_059;
    private static final Plant PLANT = Plant.inVienna(5, FROM);

    private final Simulator gen24 = new Simulator(PLANT.with(Equipment.GEN24), new TestClock("2025-12-01T00:00:00Z"));
    private final Simulator symo = new Simulator(PLANT, new TestClock("2025-12-01T00:00:00Z"));

    /** The power at the beginning of a slot is the mean of the slot, so that a year is the sum of its slots. */
    @Test
    void aYearsEnergyIsNeitherLostNorMade() {
        Present before = gen24.present(FROM);
        double direct = 0;
        double produced = 0;
        double fed = 0;
        double drawn = 0;
        double charged = 0;
        double discharged = 0;
        double used = 0;
        for (Instant instant = FROM; instant.isBefore(TO); instant = instant.plus(SLOT)) {
            Present present = gen24.present(instant);
            direct += orZero(present.powerFlow().get("P_PV"));
            produced += orZero(present.inverter().get("PAC"));
            double grid = present.meter().get("PowerReal_P_Sum");
            fed += Math.max(0, -grid);
            drawn += Math.max(0, grid);
            double battery = present.powerFlow().get("P_Akku");
            charged += Math.max(0, -battery);
            discharged += Math.max(0, battery);
            used -= present.powerFlow().get("P_Load");
        }
        Present after = gen24.present(TO);
        double hours = 1 / 12.0;

        // what the counters say is what the powers add up to
        assertThat(growth(before, after, "EnergyReal_WAC_Minus_Absolute")).isCloseTo(fed * hours, within(100.0)).isGreaterThan(1e6);
        assertThat(growth(before, after, "EnergyReal_WAC_Plus_Absolute")).isCloseTo(drawn * hours, within(100.0)).isGreaterThan(2e5);
        double total = after.inverter().get("TOTAL_ENERGY") - before.inverter().get("TOTAL_ENERGY");
        assertThat(total).isCloseTo(produced * hours, within(10.0)).isBetween(900 * 8200.0, 1300 * 8200.0);
        // at the connection: what comes in goes out
        assertThat(used).isCloseTo(produced + drawn - fed, within(1e-6 * used));
        assertThat(used * hours).isBetween(3e6, 5e6);
        // in the inverter: 97 % of what comes in goes out
        assertThat(produced).isCloseTo(0.97 * (direct + discharged - charged), within(0.001 * produced));
        // in the battery: its content grows by what goes in, less what is lost on the way in and out
        double stored = (after.storage().get("StateOfCharge_Relative") - before.storage().get("StateOfCharge_Relative")) / 100 * CAPACITY;
        assertThat(stored).isCloseTo((0.97 * charged - discharged / 0.97) * hours, within(0.002 * CAPACITY));
        assertThat(charged * hours).isBetween(1e6, 365 * CAPACITY);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, -3})
    void theBatteryIsNeverEmptyNorOverfullNorHurried(long seed) {
        Simulator simulator = new Simulator(Plant.inVienna(seed, FROM).with(Equipment.GEN24), new TestClock("2025-12-01T00:00:00Z"));
        double lowest = 100;
        double highest = 0;
        for (Instant instant = FROM; instant.isBefore(TO); instant = instant.plus(Duration.ofSeconds(1511))) {
            Present present = simulator.present(instant);
            double charge = present.powerFlow().get("SOC");
            assertThat(present.storage().get("StateOfCharge_Relative")).isEqualTo(charge);
            assertThat(Math.abs(present.powerFlow().get("P_Akku"))).isLessThanOrEqualTo(CAPACITY / 2 * 1.05);
            lowest = Math.min(lowest, charge);
            highest = Math.max(highest, charge);
        }
        assertThat(lowest).isBetween(4.0, 5.1);
        assertThat(highest).isBetween(99.0, 100.0);
    }

    @Test
    void theBatteryTakesTheSurplusAndGivesItBackInTheEvening() {
        Instant sunrise = Instant.parse("2025-06-21T04:00:00Z");
        List<Present> day = every(gen24, sunrise, sunrise.plus(Duration.ofDays(1)), Duration.ofMinutes(1));

        assertThat(day).filteredOn(present -> present.powerFlow().get("P_Akku") < 0).hasSizeGreaterThan(60)
                .allSatisfy(present -> assertThat(present.powerFlow().get("P_PV")).isGreaterThan(-present.powerFlow().get("P_Load")))
                .allSatisfy(present -> assertThat(present.storage().get("Current_DC")).isPositive());
        assertThat(day).filteredOn(present -> present.powerFlow().get("P_Akku") > 0 && present.powerFlow().get("P_PV") == null)
                .hasSizeGreaterThan(60)
                .allSatisfy(present -> assertThat(present.inverter().get("PAC")).isPositive())
                .allSatisfy(present -> assertThat(present.storage().get("Current_DC")).isNegative());
        // while it can, the battery spares the house the grid, to a few watts
        assertThat(day).filteredOn(present -> present.powerFlow().get("SOC") > 10 && present.powerFlow().get("P_Akku") < 5000)
                .allSatisfy(present -> assertThat(present.powerFlow().get("P_Grid")).isLessThan(12));
        assertThat(day).filteredOn(present -> present.powerFlow().get("P_Grid") < -1000).hasSizeGreaterThan(60)
                .allSatisfy(present -> assertThat(present.powerFlow().get("SOC")).isGreaterThan(99));
    }

    @Test
    void asleepAnInverterTellsNothingOfTheGridAndNullOfTheModules() {
        Present symoAtNight = symo.present(Instant.parse("2025-06-21T23:00:00Z"));
        Present emptyAtNight = firstWith(gen24, "2024-12-24T02:00:00Z", 5.0);

        for (Present present : List.of(symoAtNight, emptyAtNight)) {
            assertThat(present.inverter()).doesNotContainKeys("PAC", "FAC", "IAC", "UAC", "SAC").containsEntry("IDC", 0.0);
            assertThat(present.powerFlow()).containsEntry("P_PV", null).containsEntry("rel_SelfConsumption", null)
                    .containsEntry("rel_Autonomy", 0.0);
            assertThat(present.powerFlow().get("P_Grid")).isEqualTo(-present.powerFlow().get("P_Load")).isPositive();
        }
        assertThat(emptyAtNight.storage()).containsEntry("Current_DC", 0.0).containsEntry("Voltage_DC", 0.0)
                .containsEntry("Status_BatteryCell", 0.0);
    }

    /** The first night from then on in which the battery has no more than that. */
    private static Present firstWith(Simulator simulator, String from, double charge) {
        Instant night = Instant.parse(from);
        return every(simulator, night, night.plus(Duration.ofDays(60)), Duration.ofDays(1)).stream()
                .filter(present -> present.powerFlow().get("SOC") <= charge && present.powerFlow().get("P_Akku") == 0)
                .findFirst().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"GEN24, 11059, true", "GEN24, 11059, false", "GEN24, 0, false", "SYMO, 0, false"})
    void noCounterEverFalls(Model model, double storage, boolean ohmPilot) {
        Simulator simulator = new Simulator(PLANT.with(new Equipment(model, storage, ohmPilot)), new TestClock("2025-12-01T00:00:00Z"));
        List<Instant> instants = new ArrayList<>();
        // ten seconds through a morning, then any second of the year
        Instant morning = Instant.parse("2025-05-03T05:00:00Z");
        for (int second = 0; second < 14_400; second += 10) {
            instants.add(morning.plusSeconds(second));
        }
        new Random(1).ints(3000, 0, 365 * 86_400).forEach(second -> instants.add(FROM.plusSeconds(second)));
        Collections.sort(instants);

        Present before = simulator.present(FROM);
        for (Instant instant : instants) {
            Present present = simulator.present(instant);
            for (String counter : List.of("EnergyReal_WAC_Plus_Absolute", "EnergyReal_WAC_Minus_Absolute",
                    "EnergyReactive_VArAC_Sum_Consumed", "EnergyReactive_VArAC_Sum_Produced")) {
                assertThat(growth(before, present, counter)).as(counter).isNotNegative();
                assertThat(present.meter().get(counter) % 1).isZero();
            }
            assertThat(present.powerFlow().get("E_Total")).isGreaterThanOrEqualTo(before.powerFlow().get("E_Total"))
                    .isEqualTo(present.inverter().get("TOTAL_ENERGY"));
            if (ohmPilot) {
                assertThat(present.ohmPilot().get("EnergyReal_WAC_Sum_Consumed"))
                        .isGreaterThanOrEqualTo(before.ohmPilot().get("EnergyReal_WAC_Sum_Consumed"));
                assertThat(present.ohmPilot().get("Temperature_Channel_1")).isBetween(20.0, 60.0);
                assertThat(present.ohmPilot().get("PowerReal_PAC_Sum")).isBetween(0.0, 3150.0);
            }
            before = present;
        }
    }

    @Test
    void tenSecondsAddUpToTheCountersWithinASlotToo() {
        Instant from = Instant.parse("2025-05-03T08:02:00Z");
        Instant to = from.plus(Duration.ofMinutes(41));
        List<Present> moments = every(gen24, from, to, Duration.ofSeconds(1));

        double produced = moments.stream().mapToDouble(present -> present.inverter().get("PAC")).sum() / 3600;
        double told = gen24.present(to).inverter().get("TOTAL_ENERGY") - gen24.present(from).inverter().get("TOTAL_ENERGY");
        assertThat(told).isCloseTo(produced, within(0.001 * produced));
        // and it lives: the power is hardly ever the same as ten seconds ago
        long same = 0;
        for (int second = 10; second < moments.size(); second++) {
            same += moments.get(second).inverter().get("PAC").equals(moments.get(second - 10).inverter().get("PAC")) ? 1 : 0;
        }
        assertThat(same).isLessThan(moments.size() / 10);
    }

    @Test
    void thePowersOfAMomentAddUp() {
        for (Simulator simulator : List.of(gen24, symo)) {
            new Random(2).ints(500, 0, 365 * 86_400).mapToObj(second -> simulator.present(FROM.plusSeconds(second))).forEach(present -> {
                double produced = orZero(present.inverter().get("PAC"));
                double grid = present.powerFlow().get("P_Grid");
                assertThat(-present.powerFlow().get("P_Load")).isCloseTo(produced + grid, within(1e-6)).isPositive();
                assertThat(present.meter().get("PowerReal_P_Sum")).isEqualTo(grid);
                assertThat(produced).isBetween(0.0, 8200 * 1.014);
                double phases = 0;
                for (int phase = 1; phase <= 3; phase++) {
                    phases += present.meter().get("PowerReal_P_Phase_" + phase);
                    assertThat(present.meter().get("Voltage_AC_Phase_" + phase)).isBetween(220.0, 245.0);
                }
                assertThat(phases).isCloseTo(grid, within(0.07));
                assertThat(present.meter().get("Frequency_Phase_Average")).isBetween(49.9, 50.1);
            });
        }
    }

    @Test
    void itTellsOfAMomentTheSameWhereverTheQuestionsBegin() {
        Plant plant = PLANT.with(Equipment.GEN24);
        Simulator other = new Simulator(plant, new TestClock("2025-12-01T00:00:00Z"));
        List<Instant> instants = new ArrayList<>();
        new Random(3).ints(200, 0, 365 * 86_400).forEach(second -> instants.add(FROM.plusSeconds(second)));

        List<Present> forward = instants.stream().map(gen24::present).toList();
        Collections.reverse(instants);
        List<Present> backward = new ArrayList<>(instants.stream().map(other::present).toList());
        Collections.reverse(backward);

        assertThat(backward).isEqualTo(forward);
        Instant instant = instants.get(0);
        assertThat(new Simulator(Plant.inVienna(6, FROM).with(Equipment.GEN24), new TestClock("2025-12-01T00:00:00Z")).present(instant))
                .isNotEqualTo(gen24.present(instant));
    }

    @Test
    void thePresentOfASymoAgreesWithItsArchive() {
        Instant from = Instant.parse("2025-05-02T22:00:00Z");
        Instant to = Instant.parse("2025-05-03T22:00:00Z");
        List<Sample> archive = symo.truth(from, to).samples().toList();

        assertThat(archive).filteredOn(sample -> sample.channel().matches("EnergyReal_WAC_(Plus|Minus)_Absolute")).hasSize(2 * 288)
                .allSatisfy(sample -> assertThat(symo.present(sample.instant()).meter()).containsEntry(sample.channel(), sample.value()));
        double produced = archive.stream().filter(sample -> sample.channel().equals("EnergyReal_WAC_Sum_Produced"))
                .mapToDouble(Sample::value).sum();
        double total = symo.present(to).powerFlow().get("E_Total") - symo.present(from).powerFlow().get("E_Total");
        assertThat(total).isCloseTo(produced, within(1.0)).isGreaterThan(1000);
    }

    /** In Auckland the midnight of UTC is at noon. */
    @ParameterizedTest
    @CsvSource({"Europe/Vienna, 2025-03-30", "Europe/Vienna, 2025-10-26", "Europe/Vienna, 2025-01-01", "Pacific/Auckland, 2025-04-06",
        "Pacific/Auckland, 2025-09-28", "Pacific/Auckland, 2025-01-01"})
    void theEnergyOfTheDayBeginsAtTheLocalMidnightOnADayOfAClockChangeToo(ZoneId zone, LocalDate day) {
        Plant plant = zone.equals(VIENNA) ? PLANT : new Plant(1, -36.8, 174.8, 5000, zone, FROM, Duration.ofMinutes(5));
        Simulator local = new Simulator(plant, new TestClock("2025-12-01T00:00:00Z"));
        Instant midnight = day.atStartOfDay(zone).toInstant();
        Instant next = day.plusDays(1).atStartOfDay(zone).toInstant();

        assertThat(local.present(midnight).powerFlow()).containsEntry("E_Day", 0.0);
        assertThat(local.present(next).powerFlow()).containsEntry("E_Day", 0.0);
        double total = local.present(next).powerFlow().get("E_Total") - local.present(midnight).powerFlow().get("E_Total");
        Present lastSecond = local.present(next.minusSeconds(1));
        assertThat(lastSecond.powerFlow().get("E_Day")).isCloseTo(total, within(1.0)).isPositive();
        assertThat(lastSecond.inverter()).containsEntry("DAY_ENERGY", lastSecond.powerFlow().get("E_Day"));
        double year = local.present(day.withDayOfYear(1).atStartOfDay(zone).toInstant()).powerFlow().get("E_Total");
        assertThat(lastSecond.powerFlow().get("E_Year")).isCloseTo(lastSecond.powerFlow().get("E_Total") - year, within(1.0));
        assertThat(gen24.present(next.minusSeconds(1)).powerFlow()).containsEntry("E_Day", null).containsEntry("E_Year", null);
    }

    @Test
    void farSouthTheBatteryIsFullInDecember() {
        Simulator south = new Simulator(new Plant(1, -41.3, 174.8, 5000, ZoneId.of("Pacific/Auckland"), FROM, Duration.ofMinutes(5),
                Equipment.GEN24), new TestClock("2025-12-01T00:00:00Z"));

        assertThat(meanCharge(south, "2024-12-05T00:00:00Z")).isGreaterThan(meanCharge(south, "2025-06-05T00:00:00Z") + 10);
        assertThat(meanCharge(gen24, "2024-12-05T00:00:00Z")).isLessThan(meanCharge(gen24, "2025-06-05T00:00:00Z") - 10);
        // noon is at midnight of UTC there
        assertThat(south.present(Instant.parse("2024-12-20T00:30:00Z")).powerFlow().get("P_PV")).isPositive();
        assertThat(south.present(Instant.parse("2024-12-20T12:30:00Z")).powerFlow().get("P_PV")).isNull();
    }

    @Test
    void beyondThePolarCircleThereIsAMonthWithoutSun() {
        Simulator svalbard = new Simulator(new Plant(1, 78.2, 15.6, 5000, ZoneId.of("Arctic/Longyearbyen"), FROM, Duration.ofMinutes(30),
                Equipment.GEN24), new TestClock("2025-12-01T00:00:00Z"));

        assertThat(every(svalbard, Instant.parse("2024-12-10T00:00:00Z"), Instant.parse("2025-01-10T00:00:00Z"), Duration.ofHours(1)))
                .allSatisfy(present -> assertThat(present.powerFlow().get("P_PV")).isNull())
                .allSatisfy(present -> assertThat(present.powerFlow().get("SOC")).isBetween(4.9, 5.1));
    }

    private static double meanCharge(Simulator simulator, String from) {
        Instant start = Instant.parse(from);
        return every(simulator, start, start.plus(Duration.ofDays(30)), Duration.ofHours(1)).stream()
                .mapToDouble(present -> present.powerFlow().get("SOC")).average().orElseThrow();
    }

    private static List<Present> every(Simulator simulator, Instant from, Instant to, Duration step) {
        List<Present> moments = new ArrayList<>();
        for (Instant instant = from; instant.isBefore(to); instant = instant.plus(step)) {
            moments.add(simulator.present(instant));
        }
        return moments;
    }

    private static double growth(Present before, Present after, String counter) {
        return after.meter().get(counter) - before.meter().get(counter);
    }

    private static double orZero(Double value) {
        return value == null ? 0 : value;
    }
}
