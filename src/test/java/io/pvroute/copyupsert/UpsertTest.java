package io.pvroute.copyupsert;

import static io.pvroute.copyupsert.Upserts.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which rows are inserted, updated and left alone, and that the counts say so exactly. */
class UpsertTest {

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
    void insertsWhatIsNewCorrectsWhatDiffersAndLeavesTheRestAlone() {
        upserts.execute("CREATE TABLE mixed (k int PRIMARY KEY, v text)");
        upserts.execute("INSERT INTO mixed VALUES (1, 'one'), (2, 'two'), (3, NULL), (4, 'four')");
        String before = upserts.one("SELECT ctid::text FROM mixed WHERE k = 1");

        Counts counts = upserts.run(upserts.into("mixed"), List.of(
                row("k", 1, "v", "one"), row("k", 2, "v", "TWO"), row("k", 3, "v", "three"), row("k", 4, "v", null),
                row("k", 5, "v", null)));

        assertThat(counts).isEqualTo(new Counts(1, 3, 1, 0, 0));
        assertThat(upserts.query("SELECT k, v FROM mixed ORDER BY k")).containsExactly("1|one", "2|TWO", "3|three", "4|null", "5|null");
        assertThat(upserts.one("SELECT ctid::text FROM mixed WHERE k = 1")).isEqualTo(before);
    }

    @Test
    void storesWhatWasLastGivenAlsoWhereItIsEqualInValueOnly() {
        upserts.execute("CREATE TABLE spelling (k int PRIMARY KEY, n numeric, f float8, j json)");
        upserts.execute("INSERT INTO spelling VALUES (1, 1.0, 0, '{}'), (2, 2.5, 1, '[1]')");

        Counts counts = upserts.run(upserts.into("spelling"), List.of(
                row("k", 1, "n", new BigDecimal("1.00"), "f", -0.0, "j", "{ }"),
                row("k", 2, "n", new BigDecimal("2.5"), "f", 1, "j", "[1]")));

        assertThat(counts).isEqualTo(new Counts(0, 1, 1, 0, 0));
        assertThat(upserts.query("SELECT * FROM spelling ORDER BY k")).containsExactly("1|1.00|-0|{ }", "2|2.5|1|[1]");
    }

    @Test
    void aTableOfKeysOnlyGetsTheKeysThatAreNotThere() {
        upserts.execute("CREATE TABLE keys_only (a text, b int, PRIMARY KEY (a, b))");
        upserts.execute("INSERT INTO keys_only VALUES ('x', 1)");

        Counts counts = upserts.run(upserts.into("keys_only"),
                List.of(row("a", "x", "b", 1), row("a", "x", "b", 2), row("a", "x", "b", 2)));

        assertThat(counts).isEqualTo(new Counts(1, 0, 1, 0, 1));
    }

    @Test
    void columnsThatAreNotGivenKeepTheirValuesAndGetTheirDefaults() {
        upserts.execute("CREATE TABLE defaults (k int PRIMARY KEY, given int, other text DEFAULT 'default')");
        upserts.execute("INSERT INTO defaults VALUES (1, 1, 'kept')");

        upserts.run(upserts.into("defaults"), List.of(row("k", 1, "given", 2), row("k", 2, "given", 2)));

        assertThat(upserts.query("SELECT * FROM defaults ORDER BY k")).containsExactly("1|2|kept", "2|2|default");
    }

    @Test
    void withNullsKeepNothingThatIsStoredIsErased() {
        upserts.execute("CREATE TABLE keeping (k int PRIMARY KEY, a int, b text, c inet)");
        upserts.execute("INSERT INTO keeping VALUES (1, 1, 'b', '10.0.0.1'), (2, 2, 'b', NULL), (3, NULL, NULL, NULL),"
                + " (4, 4, 'b', '10.0.0.4')");
        CopyUpsertProcessor processor = upserts.into("keeping");
        processor.setNulls("keep");
        List<?> rows = List.of(
                row("k", 1, "a", null, "b", "b", "c", "10.0.0.1"),
                row("k", 2, "a", null, "b", "B", "c", "10.0.0.2"),
                row("k", 3, "a", null, "b", null, "c", null),
                row("k", 4, "a", null, "b", null, "c", "10.0.0.5"),
                row("k", 5, "a", 5, "b", null, "c", null));

        Counts first = upserts.run(processor, rows);
        Counts second = upserts.run(processor, rows);

        assertThat(first).isEqualTo(new Counts(1, 2, 2, 0, 0));
        assertThat(second).isEqualTo(new Counts(0, 0, 5, 0, 0));
        assertThat(upserts.query("SELECT * FROM keeping ORDER BY k"))
                .containsExactly("1|1|b|10.0.0.1", "2|2|B|10.0.0.2", "3|null|null|null", "4|4|b|10.0.0.5", "5|5|null|null");
    }

    @Test
    void ofDuplicatesTheLastGivenWinsWhereverTheyStand() {
        upserts.execute("CREATE TABLE doubled (k int PRIMARY KEY, v int)");
        upserts.execute("INSERT INTO doubled VALUES (1, 2)");

        // The trap: 2 is stored, and a prefilter that drops the second row as unchanged would leave 3.
        Counts counts = upserts.run(upserts.into("doubled"),
                List.of(row("k", 1, "v", 3), row("k", 7, "v", 1), row("k", 1, "v", 2), row("k", 7, "v", 5), row("k", 7, "v", 4)));

        assertThat(counts).isEqualTo(new Counts(1, 0, 1, 0, 3));
        assertThat(upserts.query("SELECT * FROM doubled ORDER BY k")).containsExactly("1|2", "7|4");
    }

    @Test
    void duplicatesAreThoseThatTheServerFindsEqual() {
        upserts.execute("CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
        upserts.execute("CREATE TABLE equals (n numeric, c text COLLATE blind, f float8, b char(4), t varchar(3), s timestamptz(0), v text,"
                + " PRIMARY KEY (n, c, f, b, t, s))");

        Counts first = upserts.run(upserts.into("equals"), List.of(
                row("n", new BigDecimal("1.0"), "c", "Roof", "f", 0.0, "b", "x", "t", "abc", "s", "2024-01-01T00:00:00.6Z", "v", "first"),
                row("n", new BigDecimal("1.00"), "c", "ROOF", "f", -0.0, "b", "x ", "t", "abc ", "s", "2024-01-01T00:00:01.4Z",
                        "v", "last")));
        Counts again = upserts.run(upserts.into("equals"), List.of(
                row("n", 1, "c", "roof", "f", 0, "b", "x  ", "t", "abc", "s", "2024-01-01T00:00:01Z", "v", "last")));

        assertThat(first).isEqualTo(new Counts(1, 0, 0, 0, 1));
        assertThat(again).isEqualTo(new Counts(0, 0, 1, 0, 0));
        assertThat(upserts.query("SELECT v FROM equals")).containsExactly("last");
    }

    @Test
    void ofDuplicatesWithNullsKeepEveryColumnGetsTheLastValueThatIsThere() {
        upserts.execute("CREATE TABLE collected (k numeric PRIMARY KEY, a int, b text, c int4range, d text[])");
        upserts.execute("INSERT INTO collected VALUES (2, 9, 'stored', '[1,2)', NULL)");
        CopyUpsertProcessor processor = upserts.into("collected");
        processor.setNulls("keep");

        Counts counts = upserts.run(processor, List.of(
                row("k", "1.0", "a", 1, "b", "b", "c", null, "d", "{x,y}"),
                row("k", "2.0", "a", null, "b", null, "c", "[3,4)", "d", null),
                row("k", "1.00", "a", null, "b", "B", "c", "[1,5)", "d", null),
                row("k", "2", "a", null, "b", null, "c", null, "d", null),
                row("k", "1", "a", null, "b", null, "c", null, "d", null)));

        assertThat(counts).isEqualTo(new Counts(1, 1, 0, 0, 3));
        assertThat(upserts.query("SELECT k::int, a, b, c, d FROM collected ORDER BY k"))
                .containsExactly("1|1|B|[1,5)|{x,y}", "2|9|stored|[3,4)|null");
    }

    @Test
    void cutsTheBodyIntoTransactionsAndAddsUpTheirCounts() {
        upserts.execute("CREATE TABLE batches (k int PRIMARY KEY, v int, tx xid8 DEFAULT pg_current_xact_id())");
        CopyUpsertProcessor processor = upserts.into("batches");
        processor.setBatchSize(10);
        var rows = new ArrayList<Object>();
        for (int i = 0; i < 25; i++) {
            rows.add(row("k", i, "v", i));
        }

        Counts counts = upserts.run(processor, rows);

        assertThat(counts).isEqualTo(new Counts(25, 0, 0, 0, 0));
        assertThat(upserts.query("SELECT count(*) FROM batches GROUP BY tx ORDER BY min(k)")).containsExactly("10", "10", "5");
    }

    @ParameterizedTest
    @EnumSource
    void rowsOfOthersWithNullInTheirKeyAreNobodys(Way way) {
        upserts.execute("DROP TABLE IF EXISTS loose_key");
        upserts.execute("CREATE TABLE loose_key (a int, b int, c int, v int)");
        upserts.execute("CREATE UNIQUE INDEX ON loose_key (b, a, c)");
        upserts.execute("INSERT INTO loose_key VALUES (1, 2, 3, 4), (NULL, 1, 1, 0), (1, NULL, 1, 0), (1, 5, NULL, 0)");
        CopyUpsertProcessor processor = upserts.into("loose_key");
        processor.setKey("a, b, c");
        processor.setWay(way.name());
        var rows = new ArrayList<Object>();
        for (int b = 0; b < 100; b++) {
            rows.add(row("a", 1, "b", b, "c", b + 1, "v", 1));
        }

        assertThat(upserts.run(processor, rows)).isEqualTo(new Counts(99, 1, 0, 0, 0));
        assertThat(upserts.run(processor, rows)).isEqualTo(new Counts(0, 0, 100, 0, 0));
        assertThat(upserts.query("SELECT * FROM loose_key WHERE v = 0 ORDER BY a, b"))
                .containsExactly("1|5|null|0", "1|null|1|0", "null|1|1|0");
    }

    @Test
    void aPartitionedTableIsATargetLikeAnyOther() {
        upserts.execute("CREATE TABLE parted (site text COLLATE \"C\", ts timestamptz, v float8, PRIMARY KEY (site, ts))"
                + " PARTITION BY RANGE (ts)");
        upserts.execute("CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (MINVALUE) TO ('2024-01-01Z')");
        upserts.execute("CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM ('2024-01-01Z') TO (MAXVALUE)");
        upserts.execute("INSERT INTO parted VALUES ('roof', '2023-12-31T23:55Z', 1), ('roof', '2024-01-01T00:05Z', 2)");

        Counts counts = upserts.run(upserts.into("parted"), List.of(
                row("site", "roof", "ts", Instant.parse("2023-12-31T23:55:00Z"), "v", 1.5),
                row("site", "roof", "ts", Instant.parse("2024-01-01T00:00:00Z"), "v", 1.5),
                row("site", "roof", "ts", Instant.parse("2024-01-01T00:05:00Z"), "v", 2)));

        assertThat(counts).isEqualTo(new Counts(1, 1, 1, 0, 0));
        assertThat(upserts.query("SELECT v FROM parted ORDER BY ts")).containsExactly("1.5", "1.5", "2");
    }

    @Test
    void aTriggerThatChangesValuesDoesNotDisturbTheCounts() {
        upserts.execute("CREATE TABLE rounded (k int PRIMARY KEY, v float8)");
        upserts.execute("CREATE FUNCTION halve() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.v := NEW.v / 2; RETURN NEW; END'");
        upserts.execute("CREATE TRIGGER halve BEFORE INSERT ON rounded FOR EACH ROW EXECUTE FUNCTION halve()");

        Counts counts = upserts.run(upserts.into("rounded"), List.of(row("k", 1, "v", 4), row("k", 2, "v", 6)));

        assertThat(counts).isEqualTo(new Counts(2, 0, 0, 0, 0));
        assertThat(upserts.query("SELECT v FROM rounded ORDER BY k")).containsExactly("2", "3");
    }

    @Test
    void ofManyKeysInAnyOrderNoneIsOutsideTheRange() {
        upserts.execute("CREATE TABLE shuffled (k int PRIMARY KEY, v int)");
        var rows = new ArrayList<Object>();
        for (int i = 0; i < 200; i++) {
            rows.add(row("k", i - 100, "v", 0));
        }
        upserts.run(upserts.into("shuffled"), rows);
        for (int seed = 0; seed < 3; seed++) {
            int given = seed + 1;
            var changed = new ArrayList<Object>();
            for (int i = 0; i < 200; i++) {
                changed.add(row("k", i - 100, "v", given));
            }
            Collections.shuffle(changed, new Random(seed));

            assertThat(upserts.run(upserts.into("shuffled"), changed)).as("seed " + seed).isEqualTo(new Counts(0, 200, 0, 0, 0));
        }
        Collections.reverse(rows);
        assertThat(upserts.run(upserts.into("shuffled"), rows)).isEqualTo(new Counts(0, 200, 0, 0, 0));
    }

    @Test
    void negativeAndDistantKeysAreFoundAgain() {
        upserts.execute("CREATE TABLE distant (i int, d date, s timestamp, t timestamptz, v int, PRIMARY KEY (i, d, s, t))");
        List<?> rows = List.of(
                row("i", -5, "d", "0001-01-01", "s", "-0043-03-15T12:00:00", "t", "-infinity", "v", 1),
                row("i", -5, "d", "2024-01-01", "s", "1969-12-31T23:59:59.999999", "t", "1900-01-01T00:00:00Z", "v", 1),
                row("i", 0, "d", "infinity", "s", "infinity", "t", "2024-01-01T00:00:00Z", "v", 1),
                row("i", 7, "d", "-infinity", "s", "-infinity", "t", "infinity", "v", 1));

        for (Object single : rows) {
            assertThat(upserts.run(upserts.into("distant"), single)).isEqualTo(new Counts(1, 0, 0, 0, 0));
            assertThat(upserts.run(upserts.into("distant"), single)).isEqualTo(new Counts(0, 0, 1, 0, 0));
        }
        assertThat(upserts.run(upserts.into("distant"), rows)).isEqualTo(new Counts(0, 0, 4, 0, 0));
    }

    @Test
    void everyTypeOfKeyIsFoundAgainAloneAndAmongOthers() {
        upserts.execute("CREATE EXTENSION citext SCHEMA public");
        upserts.execute("CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')");
        upserts.execute("CREATE DOMAIN short AS varchar(5) CHECK (VALUE <> '')");
        assertFound("bool", true, false);
        assertFound("smallint", -1, 2);
        assertFound("bigint", Long.MIN_VALUE, Long.MAX_VALUE);
        assertFound("numeric(10,2)", "-1.005", "3");
        assertFound("float4", 0.1, -0.1);
        assertFound("text", "b'\"\\", "a?;$1");
        assertFound("text COLLATE \"C\"", "é", "z");
        assertFound("varchar(3)", "abc", "ab");
        assertFound("char(3)", "ab", "a");
        assertFound("name", "b", "a");
        assertFound("uuid", "ffffffff-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000001");
        assertFound("bytea", new byte[] {-1, 0}, new byte[] {0});
        assertFound("time", "23:59:59.999999", "24:00");
        assertFound("interval", "1 hour", "01:00:01");
        assertFound("inet", "10.0.0.2", "10.0.0.10");
        assertFound("jsonb", "{\"b\":1, \"a\":2}", "[]");
        assertFound("public.citext", "Roof", "garage");
        assertFound("mood", "sad", "happy");
        assertFound("short", "x", "yy");
        assertFound("int[]", "{1,2}", "{1}");
        assertFound("bit(3)", "101", "010");
    }

    private static void assertFound(String type, Object one, Object other) {
        upserts.execute("CREATE TABLE typed (a int, k " + type + ", v int, PRIMARY KEY (a, k))");
        try {
            CopyUpsertProcessor processor = upserts.into("typed");
            assertThat(upserts.run(processor, row("a", 1, "k", one, "v", 1))).as(type).isEqualTo(new Counts(1, 0, 0, 0, 0));
            assertThat(upserts.run(processor, row("a", 1, "k", one, "v", 1))).as(type).isEqualTo(new Counts(0, 0, 1, 0, 0));
            List<?> both = List.of(row("a", 1, "k", other, "v", 1), row("a", 1, "k", one, "v", 2));
            assertThat(upserts.run(processor, both)).as(type).isEqualTo(new Counts(1, 1, 0, 0, 0));
            assertThat(upserts.run(processor, both)).as(type).isEqualTo(new Counts(0, 0, 2, 0, 0));
        } finally {
            upserts.execute("DROP TABLE typed");
        }
    }
}
