package io.pvroute.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** How the runners have lived: whether one ended by itself, and whether a heap has grown. */
final class Lives {

    /** What a heap may have grown by: a quarter, and 6 MB for what is loaded and cached late. */
    private static final double GROWTH = 1.25;
    private static final long GROWTH_BYTES = 6_000_000;

    private Lives() {
    }

    /** Looks at the heaps of the runners that live, and asks them to stop. */
    static Promise promise(List<RunnerProcess> runners) throws IOException, InterruptedException {
        List<String> heaps = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        for (RunnerProcess runner : runners) {
            OptionalLong early = runner.earlyHeap();
            OptionalLong now = early.isPresent() ? runner.heap() : early;
            if (now.isPresent()) {
                String heap = String.format("%s %.1f MB, then %.1f MB", runner.name(), early.getAsLong() / 1e6, now.getAsLong() / 1e6);
                heaps.add(heap);
                if (now.getAsLong() > GROWTH * early.getAsLong() + GROWTH_BYTES) {
                    broken.add("the heap of a runner has grown: " + heap);
                }
            }
        }
        if (heaps.isEmpty()) {
            broken.add("no heap could be looked at");
        }
        int starts = 0;
        for (RunnerProcess runner : runners) {
            runner.stop();
            broken.addAll(runner.ended());
            starts += runner.starts();
        }
        return new Promise(5, "no runner ended by itself, and the heap after a collection is what it was before",
                starts + " starts; " + String.join("; ", heaps), broken);
    }
}
