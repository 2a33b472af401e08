package io.pvroute.solarapi;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Counts the samples that were refused and keeps the first of them: enough to see what is wrong, whatever their number. */
final class Rejections {

    private static final int KEPT = 100;

    private final List<RejectedSample> first = new ArrayList<>();
    private int count;

    Rejections() {
    }

    Rejections(List<RejectedSample> first, int count) {
        this.first.addAll(first);
        this.count = count;
    }

    /** @param sample made only where it is kept: all samples of an answer may be refused */
    void add(Supplier<RejectedSample> sample) {
        count++;
        if (first.size() < KEPT) {
            first.add(sample.get());
        }
    }

    int count() {
        return count;
    }

    List<RejectedSample> first() {
        return List.copyOf(first);
    }
}
