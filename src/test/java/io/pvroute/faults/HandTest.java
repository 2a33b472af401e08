package io.pvroute.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pvroute.simulator.Fault;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What nobody can know to be wrong is played only where a later answer mends it. */
class HandTest {

    private static final Instant UNTIL = Instant.parse("2026-11-22T12:00:00Z");
    private static final Instant CLOSING = UNTIL.plusSeconds(60);
    private static final Instant GRID = Instant.parse("2000-01-01T00:00:00Z");
    private static final Duration WINDOW = Duration.ofHours(384);
    private static final long LAST = Hand.window(UNTIL);

    @Test
    void lateAndCorrectedSamplesAreToldInTheLastWindowBeforeItIsClosed() {
        for (Fault fault : List.of(Fault.LATE, Fault.CORRECTED)) {
            assertThat(hand(fault, CLOSING.minusSeconds(1)).apply(last())).contains(fault);
            assertThat(hand(fault, CLOSING).apply(last())).isEmpty();
            assertThat(hand(fault, CLOSING.minusSeconds(1)).apply(whole(LAST - 1))).isEmpty();
        }
    }

    @Test
    void aPartIsLeftOutAfterNeighboursHaveBeenReadAndOnceAWindow() {
        for (Fault fault : List.of(Fault.MISSING_CHANNEL, Fault.START_OUTSIDE)) {
            Hand hand = hand(fault, CLOSING);

            assertThat(hand.apply(whole(LAST - 3))).isEmpty();
            hand.loaded(Set.of(LAST - 1, LAST - 3));
            assertThat(hand.apply(whole(LAST - 3))).as("its own is not a neighbour").isEmpty();
            hand.loaded(Set.of(LAST - 2));
            assertThat(hand.apply(whole(LAST - 3))).contains(fault);
            assertThat(hand.apply(whole(LAST - 3))).isEmpty();
            assertThat(hand.apply(whole(LAST - 4))).contains(fault);
            assertThat(hand.apply(whole(LAST - 9))).as("too far away").isEmpty();
        }
    }

    @Test
    void anEmptyAnswerIsGivenOnceAWindow() {
        Hand hand = hand(Fault.EMPTY_ANSWER, CLOSING);

        assertThat(hand.apply(whole(LAST - 5))).contains(Fault.EMPTY_ANSWER);
        assertThat(hand.apply(whole(LAST - 5))).isEmpty();
        assertThat(hand.apply(whole(LAST - 6))).contains(Fault.EMPTY_ANSWER);
    }

    @Test
    void beforeItIsClosedTheLastWindowMayLackAnythingAtAnyTime() {
        Hand hand = hand(Fault.MISSING_CHANNEL, CLOSING.minusSeconds(1));

        assertThat(hand.apply(last())).contains(Fault.MISSING_CHANNEL);
        assertThat(hand.apply(last())).contains(Fault.MISSING_CHANNEL);
    }

    @Test
    void whatMayNotBePlayedWaitsAndWhatIsKnownToBeWrongIsPlayedAtOnce() {
        Stream<Fault> faults = Stream.concat(Stream.of(Fault.LATE), Stream.generate(() -> Fault.HTTP_500));
        Hand hand = new Hand(faults.iterator(), always(), UNTIL, CLOSING, at(CLOSING.minusSeconds(1)));

        assertThat(hand.apply(whole(LAST - 1))).contains(Fault.HTTP_500);
        assertThat(hand.apply(last())).contains(Fault.LATE);
    }

    @Test
    void aboutHalfOfTheRequestsGetAFault() {
        Hand hand = new Hand(Stream.generate(() -> Fault.HTTP_500).iterator(), new Random(4), UNTIL, CLOSING, at(CLOSING));

        assertThat(Stream.generate(() -> hand.apply(whole(LAST))).limit(1000).filter(Optional::isPresent).count()).isBetween(400L, 600L);
    }

    private static Hand hand(Fault fault, Instant now) {
        return new Hand(Stream.generate(() -> fault).iterator(), always(), UNTIL, CLOSING, at(now));
    }

    private static Random always() {
        return new Random() {
            @Override
            public double nextDouble() {
                return 0;
            }
        };
    }

    private static Clock at(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    private static String last() {
        return query(GRID.plus(WINDOW.multipliedBy(LAST)), UNTIL);
    }

    private static String whole(long window) {
        return query(GRID.plus(WINDOW.multipliedBy(window)), GRID.plus(WINDOW.multipliedBy(window + 1)));
    }

    private static String query(Instant from, Instant to) {
        return "Scope=System&StartDate=" + from + "&EndDate=" + to.minusSeconds(1) + "&Channel=A&Channel=B";
    }
}
