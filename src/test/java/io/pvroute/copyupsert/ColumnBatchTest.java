package io.pvroute.copyupsert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.core.Oid;

/** Columns of primitive values: that they are stored as the same values given one by one are, and cost less. */
class ColumnBatchTest {

    private static final long NEW_YEAR_2024 = 1_704_067_200_000_000L;
    private static final Encoder BIGINT = encoder(Oid.INT8);
    private static final Encoder DOUBLE = encoder(Oid.FLOAT8);
    private static final Encoder INSTANT = encoder(Oid.TIMESTAMPTZ);

    private static Upserts upserts;

    @BeforeAll
    static void open() {
        upserts = new Upserts();
    }

    @AfterAll
    static void close() {
        upserts.close();
    }

    @Test
    void everyKindOfColumnIsStoredAndNullWhereItsBitIsSet() {
        upserts.execute("CREATE TABLE kinds (site text, ts timestamptz, d float8, l bigint, i int, s smallint, b bool, o text, "
                + "PRIMARY KEY (site, ts))");
        var second = new BitSet();
        second.set(1);
        var body = ColumnBatch.of(2)
                .constant("site", "home")
                .instants("ts", new long[] {NEW_YEAR_2024, NEW_YEAR_2024 + 1})
                .doubles("d", new double[] {-0.0, 9}, second)
                .longs("l", new long[] {Long.MIN_VALUE, 9}, second)
                .ints("i", new int[] {Integer.MAX_VALUE, 9}, second)
                .longs("s", new long[] {-32_768, 9}, second)
                .booleans("b", new boolean[] {true, true}, second)
                .text("o", new String[] {"text", null});
        CopyUpsertProcessor processor = upserts.into("kinds");

        assertThat(upserts.run(processor, body)).isEqualTo(new Counts(2, 0, 0, 0, 0));
        assertThat(upserts.run(processor, body)).as("read again").isEqualTo(new Counts(0, 0, 2, 0, 0));
        assertThat(upserts.query("SELECT site, ts AT TIME ZONE 'UTC', d, l, i, s, b, o FROM kinds ORDER BY ts")).containsExactly(
                "home|2024-01-01 00:00:00|-0|-9223372036854775808|2147483647|-32768|t|text",
                "home|2024-01-01 00:00:00.000001|null|null|null|null|null|null");
    }

    @Test
    void valuesGoIntoOtherTypesWithTheChecksThatObjectsHave() {
        upserts.execute("CREATE TABLE other_types (k numeric PRIMARY KEY, i int, r real, t text, n numeric, d float8, j jsonb)");
        var body = ColumnBatch.of(1).longs("k", new long[] {7}).doubles("i", new double[] {3}).doubles("r", new double[] {0.1})
                .instants("t", new long[] {NEW_YEAR_2024}).doubles("n", new double[] {0.1}).ints("d", new int[] {4}).constant("j", "[1]");

        upserts.run(upserts.into("other_types"), body);

        assertThat(upserts.query("SELECT * FROM other_types")).containsExactly("7|3|0.1|2024-01-01T00:00:00Z|0.1|4|[1]");
        assertRefused("other_types", ColumnBatch.of(2).longs("k", new long[] {1, 2}).doubles("i", new double[] {1, 1.5}),
                "Row 2, column i of public.other_types: '1.5' (Double) does not fit the type integer; expected a whole number from "
                        + "-2147483648 to 2147483647.");
        assertRefused("other_types", ColumnBatch.of(1).longs("k", new long[] {1}).longs("i", new long[] {1L << 31}),
                "Row 1, column i of public.other_types: '2147483648' (Long) does not fit the type integer; expected a whole number from "
                        + "-2147483648 to 2147483647.");
        assertRefused("other_types", ColumnBatch.of(1).longs("k", new long[] {1}).instants("i", new long[] {0}),
                "Row 1, column i of public.other_types: '1970-01-01T00:00:00Z' (Instant) does not fit the type integer");
        assertThat(upserts.one("SELECT count(*) FROM other_types")).isEqualTo("1");
    }

    @Test
    void aNullInAKeyIsRefusedWithItsRow() {
        upserts.execute("CREATE TABLE keyed (k int PRIMARY KEY)");
        var third = new BitSet();
        third.set(2);

        assertRefused("keyed", ColumnBatch.of(3).ints("k", new int[] {1, 2, 3}, third), "Row 3, column k of public.keyed is NULL");
    }

    @ParameterizedTest
    @CsvSource({"-210866803200000000, 4714-11-24 00:00:00 BC", "-62135596800000001, 0001-12-31 23:59:59.999999 BC",
            "-62135596800000000, 0001-01-01 00:00:00", "-1, 1969-12-31 23:59:59.999999", "946684800000000, 2000-01-01 00:00:00",
            "253402300799999999, 9999-12-31 23:59:59.999999", "253402300800000000, 10000-01-01 00:00:00",
            "9223372036854775806, 294247-01-10 04:00:54.775806", "9223372036854775807, infinity", "-9223372036854775808, -infinity"})
    void instantsAreExactFromTheFirstToTheLast(long microseconds, String stored) {
        upserts.execute("CREATE TABLE IF NOT EXISTS instants (ts timestamptz PRIMARY KEY); TRUNCATE instants");

        upserts.run(upserts.into("instants"), ColumnBatch.of(1).instants("ts", new long[] {microseconds}));

        assertThat(upserts.one("SELECT ts AT TIME ZONE 'UTC' FROM instants")).isEqualTo(stored);
    }

    @Test
    void instantsOutOfRangeAreRefused() {
        upserts.execute("CREATE TABLE IF NOT EXISTS instants (ts timestamptz PRIMARY KEY)");

        for (long microseconds : new long[] {-210_866_803_200_000_001L, Long.MIN_VALUE + 1}) {
            assertRefused("instants", ColumnBatch.of(1).instants("ts", new long[] {microseconds}), "expected a time from 4714-11-24 BC to");
        }
    }

    @Test
    void writesTheBytesThatObjectsGiveFasterThanRowsOfThem() throws Misfit {
        int rows = 200_000;
        var ts = new long[rows];
        var pac = new double[rows];
        var day = new double[rows];
        var objects = new ArrayList<Object[]>(rows);
        for (int i = 0; i < rows; i++) {
            ts[i] = NEW_YEAR_2024 + i * 300_000_000L;
            pac[i] = 5000 * Math.sin(i);
            day[i] = i;
        }
        var columnar = ColumnBatch.of(rows).instants("ts", ts).doubles("pac", pac).doubles("day", day);
        long best = Long.MAX_VALUE;
        long bestOfObjects = Long.MAX_VALUE;
        for (int round = 0; round < 7; round++) {
            long started = System.nanoTime();
            byte[] bytes = encoded(columnar, List.of());
            best = Math.min(best, System.nanoTime() - started);

            objects.clear();
            started = System.nanoTime();
            for (int i = 0; i < rows; i++) {
                objects.add(new Object[] {ColumnValues.Instants.instant(ts[i]), pac[i], day[i]});
            }
            byte[] bytesOfObjects = encoded(objects, List.of("ts", "pac", "day"));
            bestOfObjects = Math.min(bestOfObjects, System.nanoTime() - started);

            assertThat(bytes).isEqualTo(bytesOfObjects);
        }
        System.out.printf(Locale.ROOT, "made and encoded, rows/s: ColumnBatch %,.0f, Object[] %,.0f, ratio %.1f%n", rows * 1e9 / best,
                rows * 1e9 / bestOfObjects, (double) bestOfObjects / best);
    }

    @Test
    void makesNoObjectForAValueOfItsNaturalType() throws Misfit {
        int rows = 1000;
        var columnar = ColumnBatch.of(rows).instants("ts", new long[rows]).doubles("pac", new double[rows], new BitSet())
                .longs("n", IntStream.range(0, rows).asLongStream().map(i -> i * 1000).toArray());
        var batch = columnar.batches(List.of(), rows).next();
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        encode(batch, new CopyBuffer(), INSTANT, DOUBLE, BIGINT); // what is loaded on first use
        var out = new CopyBuffer(); // has room for all

        long before = threads.getCurrentThreadAllocatedBytes();
        encode(batch, out, INSTANT, DOUBLE, BIGINT);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(out.size()).isEqualTo(new CopyBuffer().size() + rows * (2 + 3 * 12));
        assertThat(allocated).isLessThan(rows);
    }

    @Test
    void isReadAgainAtWillInWhateverBatches() {
        upserts.execute("CREATE TABLE again (k int PRIMARY KEY, v text)");
        var body = ColumnBatch.of(7).ints("k", new int[] {1, 2, 3, 4, 5, 6, 1}).text("v", new String[] {"a", "b", "c", "d", "e", "f", "g"});
        CopyUpsertProcessor processor = upserts.into("again");
        processor.setBatchSize(3);

        assertThat(upserts.run(processor, body)).isEqualTo(new Counts(6, 1, 0, 0, 0));
        processor.setBatchSize(10);
        assertThat(upserts.run(processor, body)).isEqualTo(new Counts(0, 0, 6, 0, 1));
        assertThat(upserts.query("SELECT * FROM again ORDER BY k")).containsExactly("1|g", "2|b", "3|c", "4|d", "5|e", "6|f");
        assertRefused("again", ColumnBatch.of(5_000).values("k", new Object[5_000]), "Row 1, column k");
    }

    @Test
    void theSettingColumnsChoosesAmongItsColumns() {
        var body = ColumnBatch.of(1).constant("a", 1).constant("b", 2).constant("c", 3);

        assertThat(body.batches(List.of("c", "a"), 10).next().columns()).containsExactly("c", "a");
        assertThat(body.batches(List.of("c", "a"), 10).next().value(0, 0)).isEqualTo(3);
        assertThat(body.batches(List.of("a", "b", "c", "d"), 10).next().columns()).as("one may be lacking").containsExactly("a", "b", "c");
        assertThat(body.columns()).containsExactly("a", "b", "c");
    }

    @Test
    void whatCannotBeAColumnIsRefusedAtOnce() {
        var batch = ColumnBatch.of(2).ints("k", new int[2]);
        var nulls = new BitSet();
        nulls.set(2);

        assertRefused(() -> ColumnBatch.of(-1), "A ColumnBatch cannot have -1 rows.");
        assertRefused(() -> batch.doubles("v", new double[3]), "Column v has 3 values for the 2 rows of its ColumnBatch.");
        assertRefused(() -> batch.text("v", new String[] {"one"}), "Column v has 1 values for the 2 rows of its ColumnBatch.");
        assertRefused(() -> batch.longs("v", null), "Column v of a ColumnBatch has no values, but null in place of their array.");
        assertRefused(() -> batch.booleans("v", new boolean[2], nulls),
                "Column v is NULL at the index 2, beyond the 2 rows of its ColumnBatch.");
        assertRefused(() -> batch.constant("k", 1), "Column k is in its ColumnBatch already.");
        assertRefused(() -> batch.constant(" ", 1), "A column of a ColumnBatch has no name.");
        assertRefused(() -> batch.constant(null, 1), "A column of a ColumnBatch has no name.");
        assertThat(batch).hasToString("ColumnBatch of 2 rows [k]");
    }

    private static byte[] encoded(Object body, List<String> columns) throws Misfit {
        try (var rows = new Rows(body, columns, Integer.MAX_VALUE)) {
            var out = new CopyBuffer();
            encode(rows.next(), out, INSTANT, DOUBLE, DOUBLE);
            byte[] bytes = new byte[out.size()];
            out.copyTo(bytes, 0, 0, bytes.length);
            return bytes;
        }
    }

    private static void encode(Batch batch, CopyBuffer out, Encoder... encoders) throws Misfit {
        for (int row = 0; row < batch.size(); row++) {
            out.startRow(encoders.length);
            for (int column = 0; column < encoders.length; column++) {
                batch.encode(row, column, encoders[column], out);
            }
        }
    }

    private static void assertRefused(String table, ColumnBatch body, String sentence) {
        assertThatThrownBy(() -> upserts.run(upserts.into(table), body)).isInstanceOf(UpsertDataException.class)
                .hasMessageContaining(sentence);
    }

    private static void assertRefused(ThrowingCallable column, String sentence) {
        assertThatThrownBy(column).isInstanceOf(IllegalArgumentException.class).hasMessage(sentence);
    }

    private static Encoder encoder(int oid) {
        return Encoding.of(oid, -1).encoder();
    }
}
