package io.pvroute.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** The goals of {@code bench/run pipeline}: the starting point's median time by ours. */
final class PipelineTargets {

    static final String WORK = "pipeline";

    private PipelineTargets() {
    }

    static Map<Target, OptionalDouble> values(Report report) {
        Map<Target, OptionalDouble> values = new LinkedHashMap<>();
        values.put(new Target("pipeline_first_vs_seed_python", true, 5),
                report.ratio(WORK, Phase.FIRST.title(), Contestants.OURS, SeedPython.NAME));
        values.put(new Target("pipeline_unchanged_vs_seed_python", true, 6),
                report.ratio(WORK, Phase.UNCHANGED.title(), Contestants.OURS, SeedPython.NAME));
        return values;
    }
}
