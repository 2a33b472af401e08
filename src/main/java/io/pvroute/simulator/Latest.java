package io.pvroute.simulator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The latest of many things, in the order in which they came. For any thread. */
final class Latest<T> {

    private final int most;
    private final Deque<T> things = new ArrayDeque<>();

    Latest(int most) {
        this.most = most;
    }

    synchronized void add(T thing) {
        if (things.size() == most) {
            things.removeFirst();
        }
        things.addLast(thing);
    }

    /** Puts another thing to the end in place of one that was added, or does nothing where it is forgotten. */
    synchronized void correct(T thing, T corrected) {
        if (things.removeIf(each -> each == thing)) {
            things.addLast(corrected);
        }
    }

    synchronized List<T> list() {
        return List.copyOf(things);
    }
}
