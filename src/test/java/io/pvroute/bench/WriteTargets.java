package io.pvroute.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The goals of {@code bench/run write}, and how each is computed: medians of rows a second, ours by theirs. */
final class WriteTargets {

    static final String NARROW = "narrow";
    static final String LARGE = "narrow-100000";
    static final String WIDE = "wide";
    static final String SMALL = "small";
    static final String SPARSE = "sparse";
    private static final String UNCHANGED = Phase.UNCHANGED.title();

    private final Report report;

    WriteTargets(Report report) {
        this.report = report;
    }

    Map<Target, OptionalDouble> values() {
        Map<Target, OptionalDouble> values = new LinkedHashMap<>();
        values.put(new Target("first_load_vs_seed_python", true, 2), against(NARROW, Phase.FIRST, SeedPython.NAME));
        values.put(new Target("first_load_vs_plain_copy_4608", true, 0.85), against(NARROW, Phase.FIRST, Contestants.PLAIN_COPY));
        values.put(new Target("first_load_vs_plain_copy_100000", true, 0.85), against(LARGE, Phase.FIRST, Contestants.PLAIN_COPY));
        values.put(new Target("unchanged_vs_seed_python", true, 5), against(NARROW, Phase.UNCHANGED, SeedPython.NAME));
        values.put(new Target("unchanged_vs_seed_sql", true, 4), against(NARROW, Phase.UNCHANGED, Contestants.SEED_SQL));
        values.put(new Target("wide_first_load_vs_seed_sql", true, 1.7), against(WIDE, Phase.FIRST, Contestants.SEED_SQL));
        values.put(new Target("wide_unchanged_vs_seed_sql", true, 2), against(WIDE, Phase.UNCHANGED, Contestants.SEED_SQL));
        values.put(new Target("one_percent_changed_vs_seed_sql", true, 3), against(NARROW, Phase.ONE_PERCENT, Contestants.SEED_SQL));
        values.put(new Target("all_changed_vs_seed_sql", true, 1), against(NARROW, Phase.ALL, Contestants.SEED_SQL));
        values.put(new Target("small_batch_vs_camel_sql_10", true, 1.5), smallRatio(10));
        values.put(new Target("small_batch_vs_camel_sql_288", true, 1.5), smallRatio(288));
        values.put(new Target("sparse_batch_vs_seed_sql", true, 0.9), sparse());
        values.put(new Target("unchanged_wal_mb", false, 0.1), walOfRewrite());
        values.put(new Target("unchanged_dead_rows", false, 0), report.deadRows(Rewrite.WORK, UNCHANGED, Contestants.OURS));
        return values;
    }

    /** The work of batches of so many rows. */
    static String small(int rows) {
        return SMALL + '-' + rows;
    }

    private OptionalDouble against(String work, Phase phase, String other) {
        return against(work, phase.title(), other);
    }

    private OptionalDouble against(String work, String phase, String other) {
        return report.ratio(work, phase, Contestants.OURS, other);
    }

    /** Against whichever of the two ways with camel-sql is faster. */
    private OptionalDouble smallRatio(int rows) {
        return lowest(() -> against(small(rows), Phase.UNCHANGED, Contestants.CAMEL_SQL),
                () -> against(small(rows), Phase.UNCHANGED, Contestants.CAMEL_SQL_WHERE));
    }

    /** Of unchanged and changed rows the one where we do worse. */
    private OptionalDouble sparse() {
        return lowest(() -> against(SPARSE, Phase.UNCHANGED, Contestants.SEED_SQL),
                () -> against(SPARSE, Batches.CHANGED, Contestants.SEED_SQL));
    }

    private OptionalDouble walOfRewrite() {
        OptionalDouble ours = report.walBytes(Rewrite.WORK, UNCHANGED, Contestants.OURS);
        OptionalDouble scan = report.walBytes(Rewrite.WORK, UNCHANGED, Rewrite.SCAN);
        return ours.isEmpty() ? ours : OptionalDouble.of(Math.max(0, ours.getAsDouble() - scan.getAsDouble()) / 1e6);
    }

    @SafeVarargs
    private static OptionalDouble lowest(Supplier<OptionalDouble>... ratios) {
        return Stream.of(ratios).map(Supplier::get).filter(OptionalDouble::isPresent).mapToDouble(OptionalDouble::getAsDouble).min();
    }
}
