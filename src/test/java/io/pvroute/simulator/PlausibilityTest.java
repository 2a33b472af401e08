package io.pvroute.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an owner of a plant in Vienna would believe. */
class PlausibilityTest {

    private static final ZoneId VIENNA = ZoneId.of("Europe/Vienna");
    private static final Instant FROM = Instant.parse("2024-11-21T23:00:00Z");
    private static final Instant TO = Instant.parse("2025-11-21T23:00:00Z");
    private static final long STEP = 300;

    private final Plant plant = Plant.inVienna(5, FROM);
    private final Simulator simulator = new Simulator(plant, new TestClock("2025-12-01T00:00:00Z"));

    @Test
    void theSunOverViennaKeepsTheAlmanac() {
        Sky sky = new Sky(plant);

        // culmination: 90 degrees - latitude + declination
        assertThat(highest(sky, "2025-06-21")).isBetween(65.1, 65.3);
        assertThat(highest(sky, "2025-12-21")).isBetween(18.3, 18.5);
        assertThat(highest(sky, "2025-03-20")).isBetween(41.6, 42.0);
        // sunrise and sunset of 48.2 N 16.4 E, to a few minutes: 04:54 and 20:59 in June, 07:43 and 16:03 in December
        assertThat(sky.sun(Instant.parse("2025-06-21T02:51:00Z").getEpochSecond()).elevation()).isLessThan(-0.833);
        assertThat(sky.sun(Instant.parse("2025-06-21T02:57:00Z").getEpochSecond()).elevation()).isGreaterThan(-0.833);
        assertThat(sky.sun(Instant.parse("2025-12-21T15:00:00Z").getEpochSecond()).elevation()).isGreaterThan(-0.833);
        assertThat(sky.sun(Instant.parse("2025-12-21T15:06:00Z").getEpochSecond()).elevation()).isLessThan(-0.833);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, -7, 20251122})
    void aYearGives900To1300KilowattHoursPerKilowatt(long seed) {
        Map<LocalDate, Double> days = produced(new Simulator(Plant.inVienna(seed, FROM), new TestClock("2025-12-01T00:00:00Z")));

        double year = days.values().stream().mapToDouble(Double::doubleValue).sum() / 8.2;
        assertThat(year).isBetween(900.0, 1300.0);
        assertThat(best(days, "2025-06-06", "2025-07-06")).isGreaterThan(4 * best(days, "2024-12-06", "2025-01-06"));
        assertThat(mean(days, "2025-06-06", "2025-07-06")).isGreaterThan(4 * mean(days, "2024-12-06", "2025-01-06"));
    }

    @Test
    void hasClearDaysOvercastDaysAndBrokenOnes() {
        Map<LocalDate, List<Double>> transmittance = new TreeMap<>();
        Sky sky = new Sky(plant);
        for (long instant = FROM.getEpochSecond(); instant < TO.getEpochSecond(); instant += STEP) {
            if (sky.sun(instant).elevation() > 10) {
                transmittance.computeIfAbsent(LocalDate.ofInstant(Instant.ofEpochSecond(instant), VIENNA), day -> new ArrayList<>())
                        .add(sky.transmittance(instant));
            }
        }

        long clear = transmittance.values().stream().filter(day -> day.stream().allMatch(share -> share > 0.95)).count();
        long overcast = transmittance.values().stream().filter(day -> day.stream().allMatch(share -> share < 0.5)).count();
        long broken = transmittance.values().stream()
                .filter(day -> day.stream().anyMatch(share -> share > 0.9) && day.stream().anyMatch(share -> share < 0.5)).count();
        assertThat(clear).isBetween(20L, 180L);
        assertThat(overcast).isBetween(20L, 180L);
        assertThat(broken).isBetween(20L, 250L);
        assertThat(transmittance.values()).allSatisfy(day -> assertThat(day).allMatch(share -> share >= 0.09 && share <= 1));
    }

    @Test
    void theInverterSleepsAtNightAndLooksOutAtOddSeconds() {
        List<Sample> spans = channel("TimeSpanInSec", FROM, TO);
        List<Sample> regular = spans.stream().filter(sample -> onGrid(sample.instant())).toList();
        List<Sample> wakeUps = spans.stream().filter(sample -> !onGrid(sample.instant())).toList();
        Sky sky = new Sky(plant);

        assertThat(regular).allMatch(sample -> sky.sun(sample.instant().getEpochSecond() - 150.0).elevation() > 1)
                .allMatch(sample -> sample.value() >= 296 && sample.value() <= 304);
        assertThat(wakeUps).hasSizeBetween(365, 365 * 6)
                .allMatch(sample -> sample.instant().getEpochSecond() % 2 == 1)
                .allMatch(sample -> Math.abs(sky.sun(sample.instant().getEpochSecond()).elevation()) < 5)
                .allMatch(sample -> sample.value() >= 51 && sample.value() < 280);
        assertThat(spans).extracting(Sample::instant).isSorted().doesNotHaveDuplicates();
        // the shortest night has eight hours of the sun below the horizon, and every night has its gap
        long nights = 0;
        for (int index = 1; index < spans.size(); index++) {
            nights += Duration.between(spans.get(index - 1).instant(), spans.get(index).instant()).toHours() >= 7 ? 1 : 0;
        }
        assertThat(nights).isBetween(364L, 366L);
    }

    @Test
    void aWakeUpProducesNothing() {
        Map<Instant, Map<String, Double>> samples = inverter("2025-06-01T00:00:00Z", "2025-06-11T00:00:00Z");

        assertThat(samples.entrySet()).filteredOn(sample -> !onGrid(sample.getKey())).isNotEmpty().allSatisfy(sample -> {
            assertThat(sample.getValue()).hasSize(14)
                    .containsEntry("EnergyReal_WAC_Sum_Produced", 0.0).containsEntry("PowerReal_PAC_Sum", 0.0)
                    .containsEntry("Current_DC_String_1", 0.0).containsEntry("Current_AC_Phase_2", 0.0);
            assertThat(sample.getValue().get("Voltage_DC_String_1")).isBetween(80.0, 250.0);
        });
    }

    @Test
    void theInvertersChannelsAgreeWithOneAnother() {
        Map<Instant, Map<String, Double>> samples = inverter("2025-06-01T00:00:00Z", "2025-07-01T00:00:00Z");

        assertThat(samples).hasSizeGreaterThan(30 * 150);
        samples.forEach((instant, sample) -> {
            double power = sample.get("PowerReal_PAC_Sum");
            assertThat(sample.get("EnergyReal_WAC_Sum_Produced")).isBetween(0.0, 8200 * 304 / 3600.0)
                    .isCloseTo(power * sample.get("TimeSpanInSec") / 3600, within(1e-6));
            double ac = 0;
            for (int phase = 1; phase <= 3; phase++) {
                double voltage = sample.get("Voltage_AC_Phase_" + phase);
                assertThat(voltage).isBetween(220.0, 245.0);
                assertThat(sample.get("Current_AC_Phase_" + phase)).isCloseTo(power / 3 / voltage, within(0.0051));
                ac += voltage * sample.get("Current_AC_Phase_" + phase);
            }
            double dc = 0;
            for (int string = 1; string <= 2; string++) {
                double voltage = sample.get("Voltage_DC_String_" + string);
                assertThat(voltage).isBetween(80.0, 600.0);
                dc += voltage * sample.get("Current_DC_String_" + string);
            }
            // hundredths of an ampere
            assertThat(ac).isCloseTo(power, within(4.0));
            assertThat(dc).isBetween(power * 0.99 - 5, power * 1.06 + 30);
            assertThat(sample.get("Temperature_Powerstage")).isBetween(0.0, 80.0);
        });
    }

    @Test
    void aPowerLimitIsObeyedAndEnds() {
        List<Event> events = simulator.truth(FROM, TO).events().toList();
        Map<Instant, Double> power = channel("PowerReal_PAC_Sum", FROM, TO).stream()
                .collect(Collectors.toMap(Sample::instant, Sample::value));

        assertThat(events).hasSizeBetween(120, 280).extracting(Event::instant).isSorted();
        for (int index = 0; index < events.size(); index += 2) {
            double percent = Double.parseDouble(events.get(index).detail().replaceAll(".*limitation (\\d+)%.*", "$1"));
            double limit = plant.peakPower() * percent / 100;
            Instant end = events.get(index + 1).instant();
            assertThat(events.get(index + 1).detail()).contains("Power limitation 100%");
            Instant first = Instant.ofEpochSecond((events.get(index).instant().getEpochSecond() / STEP + 2) * STEP);
            for (Instant instant = first; instant.isBefore(end); instant = instant.plusSeconds(STEP)) {
                assertThat(power.get(instant)).isLessThanOrEqualTo(limit + 0.01);
            }
        }
    }

    @Test
    void theMetersCountersAreWholeNumbersThatNeverFallNorSleep() {
        for (String channel : List.of("EnergyReal_WAC_Minus_Absolute", "EnergyReal_WAC_Plus_Absolute")) {
            List<Sample> counter = channel(channel, FROM, TO);

            assertThat(counter).hasSize(365 * 288);
            for (int index = 1; index < counter.size(); index++) {
                assertThat(counter.get(index).instant()).isEqualTo(counter.get(index - 1).instant().plusSeconds(STEP));
                assertThat(counter.get(index).value()).isGreaterThanOrEqualTo(counter.get(index - 1).value());
                assertThat(counter.get(index).value() % 1).isZero();
            }
        }
        assertThat(channel("Meter_Location_Current", FROM, FROM.plusSeconds(86_400))).hasSize(288).allMatch(sample -> sample.value() == 0);
    }

    @Test
    void theMeterSaysTheSameWhereverTheQuestionBegins() {
        Instant middle = Instant.parse("2025-04-03T13:07:11Z");
        List<Sample> whole = meter(simulator, FROM, TO);
        // a simulator that is asked for the end first
        Simulator other = new Simulator(plant, new TestClock("2025-12-01T00:00:00Z"));
        List<Sample> parts = new ArrayList<>(meter(other, middle, TO));
        parts.addAll(0, meter(other, FROM, middle));

        assertThat(parts).isEqualTo(whole);
    }

    @Test
    void whatTheHouseholdUsesIsProducedLessFedPlusDrawn() {
        double produced = produced(simulator).values().stream().mapToDouble(Double::doubleValue).sum();
        double used = produced - grown("EnergyReal_WAC_Minus_Absolute") + grown("EnergyReal_WAC_Plus_Absolute");

        assertThat(used).isBetween(3000.0, 5000.0);
        // at no time does it use nothing, or less
        Map<Instant, Double> energy = channel("EnergyReal_WAC_Sum_Produced", FROM, TO).stream()
                .filter(sample -> onGrid(sample.instant())).collect(Collectors.toMap(Sample::instant, Sample::value));
        List<Sample> fed = channel("EnergyReal_WAC_Minus_Absolute", FROM, TO);
        List<Sample> drawn = channel("EnergyReal_WAC_Plus_Absolute", FROM, TO);
        for (int index = 1; index < fed.size(); index++) {
            double use = energy.getOrDefault(fed.get(index).instant(), 0.0) - (fed.get(index).value() - fed.get(index - 1).value())
                    + drawn.get(index).value() - drawn.get(index - 1).value();
            assertThat(use).as(fed.get(index).instant().toString()).isBetween(140 / 12.0 - 2, 5000 / 12.0);
        }
    }

    @Test
    void otherPlantsHaveTheirOwnSunAndStep() {
        Plant south = new Plant(1, -33.9, 18.4, 5000, ZoneId.of("Africa/Johannesburg"), FROM, Duration.ofMinutes(15));
        Map<LocalDate, Double> days = produced(new Simulator(south, new TestClock("2025-12-01T00:00:00Z")));
        Plant polar = new Plant(1, 78.2, 15.6, 5000, ZoneId.of("Arctic/Longyearbyen"), FROM, Duration.ofMinutes(30));
        Simulator svalbard = new Simulator(polar, new TestClock("2025-12-01T00:00:00Z"));

        assertThat(mean(days, "2024-12-06", "2025-01-06")).isGreaterThan(1.5 * mean(days, "2025-06-06", "2025-07-06"));
        assertThat(svalbard.truth(Instant.parse("2024-12-10T00:00:00Z"), Instant.parse("2025-01-10T00:00:00Z")).samples()
                .filter(sample -> sample.device().equals("inverter/1"))).isEmpty();
        assertThat(svalbard.truth(Instant.parse("2025-06-20T00:00:00Z"), Instant.parse("2025-06-21T00:00:00Z")).samples()
                .filter(sample -> sample.channel().equals("PowerReal_PAC_Sum"))).hasSize(48);
    }

    private static boolean onGrid(Instant instant) {
        return instant.getEpochSecond() % STEP == 0;
    }

    private static double highest(Sky sky, String day) {
        long midnight = Instant.parse(day + "T00:00:00Z").getEpochSecond();
        double highest = -90;
        for (long instant = midnight; instant < midnight + 86_400; instant += 60) {
            highest = Math.max(highest, sky.sun(instant).elevation());
        }
        return highest;
    }

    private List<Sample> channel(String channel, Instant from, Instant to) {
        return simulator.truth(from, to).samples().filter(sample -> sample.channel().equals(channel)).toList();
    }

    private static List<Sample> meter(Simulator simulator, Instant from, Instant to) {
        return simulator.truth(from, to).samples().filter(sample -> sample.device().startsWith("meter:")).toList();
    }

    private Map<Instant, Map<String, Double>> inverter(String from, String to) {
        return simulator.truth(Instant.parse(from), Instant.parse(to)).samples().filter(sample -> sample.device().equals("inverter/1"))
                .collect(Collectors.groupingBy(Sample::instant, TreeMap::new, Collectors.toMap(Sample::channel, Sample::value)));
    }

    private double grown(String counter) {
        List<Sample> samples = channel(counter, FROM, TO);
        return (samples.get(samples.size() - 1).value() - samples.get(0).value()) / 1000;
    }

    /** kWh of each local day. */
    private static Map<LocalDate, Double> produced(Simulator simulator) {
        return simulator.truth(FROM, TO).samples().filter(sample -> sample.channel().equals("EnergyReal_WAC_Sum_Produced"))
                .collect(Collectors.groupingBy(sample -> LocalDate.ofInstant(sample.instant(), VIENNA), TreeMap::new,
                        Collectors.summingDouble(sample -> sample.value() / 1000)));
    }

    private static double best(Map<LocalDate, Double> days, String from, String to) {
        return between(days, from, to).stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    private static double mean(Map<LocalDate, Double> days, String from, String to) {
        return between(days, from, to).stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private static List<Double> between(Map<LocalDate, Double> days, String from, String to) {
        return List.copyOf(new TreeMap<>(days).subMap(LocalDate.parse(from), LocalDate.parse(to)).values());
    }
}
