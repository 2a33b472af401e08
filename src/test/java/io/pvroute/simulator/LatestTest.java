package io.pvroute.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is remembered of the requests. */
class LatestTest {

    private static final Told TOLD = new Told("Site", "", "", Instant.EPOCH);

    @Test
    void onlySoManyAreRememberedAndTheOldestGoFirst() {
        Latest<Integer> latest = new Latest<>(3);

        for (int thing = 1; thing <= 5; thing++) {
            latest.add(thing);
        }

        assertThat(latest.list()).containsExactly(3, 4, 5);
    }

    @Test
    void anAnswerThatBrokeOffAfterAllIsTakenBack() {
        Latest<PresentRequest> latest = new Latest<>(2);
        PresentRequest broken = request(10, 20);
        PresentRequest other = request(10, 20);
        latest.add(broken);
        latest.add(other);

        latest.correct(broken, broken.withoutTold());

        assertThat(latest.list()).containsExactly(other, broken.withoutTold())
                .extracting(request -> request.told().size()).containsExactly(1, 0);
        latest.correct(broken, broken.withoutTold());
        assertThat(latest.list()).as("nothing to take back").hasSize(2);
    }

    @Test
    void requestsThatShareAMomentOverlap() {
        assertThat(request(10, 20).overlaps(request(19, 30))).isTrue();
        assertThat(request(10, 20).overlaps(request(12, 13))).isTrue();
        assertThat(request(10, 20).overlaps(request(20, 30))).isFalse();
        assertThat(request(20, 30).overlaps(request(10, 20))).isFalse();
    }

    private static PresentRequest request(long began, long ended) {
        return new PresentRequest("/", null, Instant.EPOCH, began, ended, List.of(TOLD));
    }
}
