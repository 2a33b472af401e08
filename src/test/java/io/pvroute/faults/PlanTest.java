package io.pvroute.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pvroute.faults.Disturbance.Track;
import io.pvroute.faults.Disturbance.What;
import io.pvroute.simulator.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {

    @Test
    void theSameMinutesAndSeedAreTheSamePlan() {
        assertThat(Plan.of(20, 5)).isEqualTo(Plan.of(20, 5)).isNotEqualTo(Plan.of(20, 6));
        assertThat(Plan.of(20, 5).faults(1).limit(200)).containsExactlyElementsOf(Plan.of(20, 5).faults(1).limit(200).toList());
        assertThat(Plan.of(20, 5).chance(1).nextLong()).isEqualTo(Plan.of(20, 5).chance(1).nextLong())
                .isNotEqualTo(Plan.of(20, 5).chance(2).nextLong());
    }

    @ParameterizedTest
    @CsvSource({"3, 1", "3, 2", "3, 77", "20, 1", "20, 2", "20, 77"})
    void allHappensOnceAtLeastAndIsUndoneBeforeTheQuiet(int minutes, long seed) {
        Plan plan = Plan.of(minutes, seed);

        assertThat(plan.days()).isGreaterThanOrEqualTo(120);
        assertThat(plan.disturbances().stream().map(Disturbance::what).collect(Collectors.toSet())).contains(What.values());
        assertThat(plan.disturbances()).allSatisfy(next -> assertThat(next.ends()).isLessThan(plan.faulty()));
        assertThat(plan.disturbances().stream().filter(next -> next.what() == What.FROZEN))
                .isNotEmpty().allSatisfy(next -> assertThat(next.lasting()).isGreaterThan(Plan.LEASE));
        assertThat(plan.until().plus(plan.settle())).isLessThan(plan.faulty());
        Set<Fault> soon = IntStream.range(0, Plan.SITES).boxed().flatMap(site -> plan.faults(site).limit(14)).collect(Collectors.toSet());
        assertThat(soon).contains(Fault.values());
    }

    @ParameterizedTest
    @CsvSource({"3, 1", "20, 1"})
    void whatHappensToOneHappensOneAfterTheOther(int minutes, long seed) {
        Map<String, List<Disturbance>> tracks = Plan.of(minutes, seed).disturbances().stream()
                .filter(next -> next.what().track() != Track.BOOK)
                .collect(Collectors.groupingBy(next -> next.what().track() + " " + next.target()));

        assertThat(tracks).hasSize(1 + Plan.RUNNERS);
        tracks.values().forEach(track -> {
            List<Duration> moments = new ArrayList<>();
            track.forEach(next -> moments.addAll(List.of(next.at(), next.ends())));
            assertThat(moments).isSorted();
        });
    }

    @Test
    void theFirstRunnerLivesThrough() {
        assertThat(Plan.of(20, 3).disturbances()).filteredOn(next -> next.what().track() == Track.RUNNER && next.target() == 0)
                .isNotEmpty().allMatch(next -> next.what() == What.FROZEN);
    }

    @Test
    void aRunIsNotTooShort() {
        assertThatThrownBy(() -> Plan.of(2, 1)).hasMessageContaining("at least 3 minutes");
    }
}
