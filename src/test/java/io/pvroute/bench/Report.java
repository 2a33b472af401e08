package io.pvroute.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** All figures, and what people read of them. Progress goes to standard error. */
final class Report {

    private final PrintStream out;
    private final long started = System.nanoTime();
    private final Map<String, String> works = new LinkedHashMap<>();
    private final List<Figure> figures = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    Report(PrintStream out) {
        this.out = out;
    }

    /** Announces a work with what it is, in words. */
    void work(String work, String description) {
        works.put(work, description);
    }

    /** @param round 0 is the one that makes warm and is forgotten */
    void progress(String work, int round, int rounds) {
        long seconds = (System.nanoTime() - started) / 1_000_000_000;
        System.err.printf("  %2d:%02d  %s: %s%n", seconds / 60, seconds % 60, work,
                round == 0 ? "warm-up" : "round " + round + " of " + rounds);
    }

    void add(Figure figure) {
        figures.add(figure);
    }

    /** Median of the rows a second; empty where nobody measured it. */
    private OptionalDouble rowsPerSecond(String work, String phase, String contestant) {
        return median(of(work, phase, contestant), Figure::rowsPerSecond);
    }

    /** Rows a second of one by those of another; empty where one of them was not measured. */
    OptionalDouble ratio(String work, String phase, String one, String another) {
        OptionalDouble ones = rowsPerSecond(work, phase, one);
        OptionalDouble others = rowsPerSecond(work, phase, another);
        return ones.isEmpty() || others.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(ones.getAsDouble() / others.getAsDouble());
    }

    OptionalDouble walBytes(String work, String phase, String contestant) {
        return median(of(work, phase, contestant), Figure::walBytes);
    }

    OptionalDouble deadRows(String work, String phase, String contestant) {
        return median(of(work, phase, contestant), Figure::deadRows);
    }

    /** What is measured in no table, in a line. */
    void note(String line) {
        notes.add(line);
    }

    /** All tables, and last a line for each target. */
    void print(Map<Target, OptionalDouble> targets) {
        tables();
        out.println();
        notes.forEach(out::println);
        targets.forEach((target, value) -> out.println(target.line(value)));
    }

    private void tables() {
        for (Map.Entry<String, String> work : works.entrySet()) {
            out.printf("%n%s: %s%n", work.getKey(), work.getValue());
            out.printf("  %-14s %-18s %12s %21s %11s %10s %10s%n", "", "", "rows/s", "lowest – highest", "ms a batch", "WAL MB",
                    "dead rows");
            String before = "";
            for (Figure kind : kinds(work.getKey())) {
                List<Figure> measured = of(kind.work(), kind.phase(), kind.contestant()).toList();
                out.println(line(kind.phase().equals(before) ? "" : kind.phase(), kind.contestant(), measured));
                before = kind.phase();
            }
        }
    }

    /** One figure of each phase and contestant, phases together. */
    private List<Figure> kinds(String work) {
        Map<String, Map<String, Figure>> kinds = new LinkedHashMap<>();
        figures.stream().filter(f -> f.work().equals(work))
                .sorted(Comparator.comparing(f -> Contestants.NAMES.indexOf(f.contestant())))
                .forEach(f -> kinds.computeIfAbsent(f.phase(), phase -> new LinkedHashMap<>()).putIfAbsent(f.contestant(), f));
        return kinds.values().stream().flatMap(ofPhase -> ofPhase.values().stream()).toList();
    }

    private static String line(String phase, String contestant, List<Figure> measured) {
        var rates = measured.stream().mapToDouble(Figure::rowsPerSecond).summaryStatistics();
        double dead = median(measured.stream(), Figure::deadRows).orElseThrow();
        return String.format(Locale.ROOT, "  %-14s %-18s %,12.0f %,9.0f – %,9.0f %11.3f %10.2f %10s", phase, contestant,
                median(measured.stream(), Figure::rowsPerSecond).orElseThrow(), rates.getMin(), rates.getMax(),
                median(measured.stream(), f -> 1000 * f.seconds() / f.batches()).orElseThrow(),
                median(measured.stream(), f -> f.walBytes() / 1e6).orElseThrow(),
                dead < 0 ? "" : String.format(Locale.ROOT, "%,.0f", dead));
    }

    private Stream<Figure> of(String work, String phase, String contestant) {
        return figures.stream().filter(f -> f.work().equals(work) && f.phase().equals(phase) && f.contestant().equals(contestant));
    }

    private static OptionalDouble median(Stream<Figure> figures, ToDoubleFunction<Figure> value) {
        double[] sorted = figures.mapToDouble(value).sorted().toArray();
        if (sorted.length == 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of((sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2);
    }
}
