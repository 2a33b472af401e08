package io.pvroute.bench;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Batches into a table that is there and stays: everybody gets the same batches in the same round, on the same table. Who changes rows
 * gives them values of its own, so that there is always something to change.
 */
final class Batches implements AutoCloseable {

    static final String CHANGED = "changed";

    private static final Shape SHAPE = new Shape(1);
    private static final String TABLE = "bench_batches";

    private final Server server;
    private final Report report;
    private final Stopwatch stopwatch;
    private final int tableRows;
    private int added;

    /** Builds the table. */
    Batches(Server server, Report report, int tableRows) throws SQLException {
        this.server = server;
        this.report = report;
        this.tableRows = tableRows;
        stopwatch = new Stopwatch(server);
        server.execute(SHAPE.createTable(TABLE));
        server.execute("INSERT INTO " + TABLE + ' ' + SHAPE.truth(tableRows, Change.NONE));
    }

    /** Rows that follow each other, at random places, and are stored already. */
    void consecutive(String work, int batches, int batchRows, List<Entry> entries, int repeat) throws Exception {
        report.work(work, String.format("%,d batches of %,d rows, into a table of %,d rows", batches, batchRows, tableRows));
        run(work, Phase.UNCHANGED.title(), random -> places(batches, () -> {
            int first = random.nextInt(tableRows - batchRows + 1);
            return IntStream.range(first, first + batchRows).toArray();
        }), entries, repeat);
    }

    /** Rows from anywhere in the table, in no order: as they are stored, and with other values. */
    void scattered(String work, int batches, int batchRows, List<Entry> entries, int repeat) throws Exception {
        report.work(work, String.format("%,d batches of %,d random keys, in a table of %,d rows", batches, batchRows, tableRows));
        Function<Random, List<int[]>> places = random -> places(batches, () ->
                random.ints(0, tableRows).distinct().limit(batchRows).toArray());
        run(work, Phase.UNCHANGED.title(), places, entries, repeat);
        run(work, CHANGED, places, entries, repeat);
    }

    private void run(String work, String phase, Function<Random, List<int[]>> places, List<Entry> entries, int repeat) throws Exception {
        Map<Entry, Contestant> contestants = new LinkedHashMap<>();
        try {
            for (Entry entry : entries) {
                contestants.put(entry, entry.open(server, SHAPE, TABLE));
            }
            // the first round makes everybody warm and is forgotten
            for (int round = 0; round <= repeat; round++) {
                report.progress(work + ", " + phase, round, repeat);
                List<int[]> numbers = places.apply(new Random(round));
                List<Entry> order = new ArrayList<>(entries);
                Collections.rotate(order, round);
                for (Entry entry : order) {
                    added += phase.equals(CHANGED) ? 1 : 0;
                    Figure figure = stopwatch.measure(work, phase, entry.name(), contestants.get(entry), TABLE,
                            numbers.stream().map(this::rows).toList(), true);
                    check(numbers, entry.name() + ", " + work + ", " + phase);
                    if (round > 0) {
                        report.add(figure);
                    }
                }
            }
        } finally {
            for (Contestant contestant : contestants.values()) {
                contestant.close();
            }
        }
    }

    private static List<int[]> places(int batches, Supplier<int[]> batch) {
        return IntStream.range(0, batches).mapToObj(i -> batch.get()).toList();
    }

    private List<Object[]> rows(int[] numbers) {
        return Arrays.stream(numbers)
                .mapToObj(row -> new Object[] {Samples.key(row), SHAPE.value(row, 0, Change.NONE) + added}).toList();
    }

    /** Whether the rows of the batches are stored as given, and no row came or went. */
    private void check(List<int[]> batches, String who) throws SQLException {
        int[] numbers = batches.stream().flatMapToInt(Arrays::stream).distinct().toArray();
        String list = Arrays.stream(numbers).mapToObj(String::valueOf).collect(Collectors.joining(",", "unnest('{", "}'::int[])"));
        long right = server.number("SELECT count(*) FROM (" + SHAPE.truthOf(list, String.valueOf(added)) + ") AS given JOIN " + TABLE
                + " USING (" + String.join(", ", SHAPE.columns()) + ")");
        long rows = server.number("SELECT count(*) FROM " + TABLE);
        if (right != numbers.length || rows != tableRows) {
            throw new BenchException(String.format("WRONG: after %s %,d of %,d rows given are stored so, and %,d rows are there; "
                    + "expected %,d.", who, right, numbers.length, rows, tableRows));
        }
    }

    @Override
    public void close() throws SQLException {
        server.execute("DROP TABLE " + TABLE);
    }
}
