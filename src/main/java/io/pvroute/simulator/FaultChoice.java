package io.pvroute.simulator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Which fault the next request of a kind gets: those in a queue first, then what a chooser says. For any thread. */
final class FaultChoice {

    private static final Function<String, Optional<Fault>> NONE = asked -> Optional.empty();

    private final Deque<Fault> next = new ArrayDeque<>();
    private Function<String, Optional<Fault>> chooser = NONE;

    synchronized void next(List<Fault> faults) {
        next.addAll(faults);
    }

    synchronized void choose(Function<String, Optional<Fault>> chooser) {
        this.chooser = chooser;
    }

    synchronized void clear() {
        next.clear();
        chooser = NONE;
    }

    /**
     * Null for a true answer.
     *
     * @param asked what the chooser gets
     */
    synchronized Fault draw(String asked) {
        return next.isEmpty() ? chooser.apply(asked).orElse(null) : next.removeFirst();
    }
}
