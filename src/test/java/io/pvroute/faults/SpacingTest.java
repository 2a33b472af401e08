package io.pvroute.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pvroute.simulator.ArchiveRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SpacingTest {

    @Test
    void requestsThatKeepThePauseAreFine() {
        Spacing.Finding finding = find(List.of(), request(0, 500), request(700, 900), request(1150, 1160));

        assertThat(finding.broken()).isEmpty();
        assertThat(finding.smallest()).isEqualTo(Duration.ofMillis(200));
        assertThat(finding.excepted()).isZero();
    }

    @Test
    void aRequestTooSoonIsToldAndOneAtTheSameTimeToo() {
        assertThat(find(List.of(), request(0, 500), request(699, 900)).broken())
                .containsExactly("home: a request came only 199 ms after the answer before it");
        assertThat(find(List.of(), request(0, 500), request(499, 900)).broken())
                .containsExactly("home: a request came 1 ms before the end of the answer before it");
    }

    @Test
    void aLongRequestIsComparedWithAllThatComeWhileItLasts() {
        assertThat(find(List.of(), request(0, 5000), request(1000, 1100), request(2000, 2100)).broken()).hasSize(2);
    }

    @Test
    void theRequestThatAFrozenRunnerHasUnderWayIsApart() {
        Spacing.Finding finding = find(List.of(freeze(100, 40_000)), request(0, 40_100), request(35_000, 35_500), request(36_000, 36_400));

        assertThat(finding.broken()).isEmpty();
        assertThat(finding.excepted()).isEqualTo(1);
    }

    @Test
    void theRequestThatARunnerSendsWhenItIsContinuedIsApart() {
        Spacing.Finding finding = find(List.of(freeze(100, 40_000)),
                request(39_900, 40_200), request(40_050, 40_300), request(40_400, 40_600));

        assertThat(finding.broken()).isEmpty();
        assertThat(finding.excepted()).isEqualTo(1);
    }

    @Test
    void aFreezeAccountsForOneRequestAlone() {
        assertThat(find(List.of(freeze(100, 40_000)),
                request(39_000, 39_950), request(40_050, 40_300), request(40_310, 40_600), request(40_610, 40_700)).broken()).isNotEmpty();
        assertThat(find(List.of(freeze(100, 40_000)), request(20_000, 20_500), request(20_600, 20_700)).broken()).hasSize(1);
        assertThat(find(List.of(freeze(100, 40_000)), request(50_000, 50_500), request(50_600, 50_700)).broken()).hasSize(1);
    }

    private static Spacing.Finding find(List<Spacing.Freeze> freezes, ArchiveRequest... requests) {
        return new Spacing(Duration.ofMillis(200), freezes).of("home", Stream.of(requests).toList());
    }

    private static ArchiveRequest request(long beganMs, long endedMs) {
        return new ArchiveRequest("", nanos(beganMs), nanos(endedMs));
    }

    private static Spacing.Freeze freeze(long stoppedMs, long continuedMs) {
        return new Spacing.Freeze(nanos(stoppedMs), nanos(stoppedMs), nanos(continuedMs));
    }

    private static long nanos(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }
}
