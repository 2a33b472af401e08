package io.pvroute.copyupsert;

import static io.pvroute.copyupsert.Upserts.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of rows that are there and of those that are not, in each mode; and the four ways that people wrote by hand before. */
class ModesTest {

    private static Upserts upserts;

    @BeforeAll
    static void open() {
        upserts = new Upserts();
    }

    @AfterAll
    static void close() {
        upserts.close();
    }

    @BeforeEach
    void createTables() {
        upserts.execute("DROP TABLE IF EXISTS reading, loose");
        upserts.execute("CREATE TABLE reading (k int PRIMARY KEY, v text, w int DEFAULT 7)");
        upserts.execute("INSERT INTO reading VALUES (1, 'one', 1), (2, 'two', 2)");
        upserts.execute("CREATE TABLE loose (k int, v text)");
        upserts.execute("INSERT INTO loose VALUES (1, 'one'), (2, 'two'), (2, 'zwei'), (NULL, 'none')");
    }

    /** The ways of the starting documents, by their names there. */
    @Nested
    class TheFourWaysBefore {

        @Test
        void copyAndOnConflict() {
            Counts counts = run("upsert", "stage", row("k", 1, "v", "one"), row("k", 2, "v", "zwei"), row("k", 3, "v", "drei"));

            assertThat(counts).isEqualTo(new Counts(1, 1, 1, 0, 0));
            assertThat(stored()).containsExactly("1|one|1", "2|zwei|2", "3|drei|7");
        }

        @Test
        void bulkUpdateThroughATemporaryTable() {
            Counts counts = run("update", "stage", row("k", 1, "v", "one"), row("k", 2, "v", null), row("k", 3, "v", "drei"));

            assertThat(counts).isEqualTo(new Counts(0, 1, 1, 1, 0));
            assertThat(stored()).containsExactly("1|one|1", "2|null|2");
        }

        @Test
        void bulkUpdateFromValues() {
            Counts counts = run("update", "arrays", row("k", 1, "v", "eins"), row("k", 2, "v", "two"), row("k", 3, "v", "drei"));

            assertThat(counts).isEqualTo(new Counts(0, 1, 1, 1, 0));
            assertThat(stored()).containsExactly("1|eins|1", "2|two|2");
        }

        @Test
        void bulkUpsertByPartingUpdatesFromCreates() {
            CopyUpsertProcessor processor = upserts.into("loose");
            processor.setKey("k");

            Counts counts = upserts.run(processor, List.of(row("k", 1, "v", "one"), row("k", 2, "v", "zwei"), row("k", 3, "v", "drei"),
                    row("k", 3, "v", "three")));

            assertThat(counts).isEqualTo(new Counts(1, 1, 1, 0, 1));
            assertThat(upserts.query("SELECT k, v FROM loose ORDER BY k, v")).containsExactly("1|one", "2|zwei", "2|zwei", "3|three",
                    "null|none");
            assertThat(upserts.run(processor, List.of(row("k", 1, "v", "one"), row("k", 2, "v", "zwei"))))
                    .isEqualTo(new Counts(0, 0, 2, 0, 0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void insertLeavesStoredRowsAsTheyAre(Way way) {
        Counts counts = run("insert", way.name(), row("k", 2, "v", "zwei"), row("k", 3, "v", "drei"), row("k", 3, "v", "three"));

        assertThat(counts).isEqualTo(new Counts(1, 0, 1, 0, 1));
        assertThat(stored()).containsExactly("1|one|1", "2|two|2", "3|three|7");
    }

    @ParameterizedTest
    @EnumSource
    void updateCreatesNothing(Way way) {
        Counts counts = run("update", way.name(), row("k", 2, "v", "zwei"), row("k", 3, "v", "drei"));

        assertThat(counts).isEqualTo(new Counts(0, 1, 0, 1, 0));
        assertThat(stored()).containsExactly("1|one|1", "2|zwei|2");
    }

    @ParameterizedTest
    @EnumSource
    void rowsOfNothingButTheirKeyAreFoundOrNot(Way way) {
        assertThat(run("update", way.name(), row("k", 2), row("k", 3))).isEqualTo(new Counts(0, 0, 1, 1, 0));
        assertThat(run("insert", way.name(), row("k", 2), row("k", 3))).isEqualTo(new Counts(1, 0, 1, 0, 0));
        assertThat(run("upsert", way.name(), row("k", 3), row("k", 4))).isEqualTo(new Counts(1, 0, 1, 0, 0));
        assertThat(stored()).containsExactly("1|one|1", "2|two|2", "3|null|7", "4|null|7");
    }

    @Test
    void modesHoldWithoutAUniqueKeyToo() {
        assertThat(loose("update", row("k", 2, "v", "II"), row("k", 5, "v", "V"))).isEqualTo(new Counts(0, 1, 0, 1, 0));
        assertThat(loose("insert", row("k", 2, "v", "deux"), row("k", 5, "v", "V"))).isEqualTo(new Counts(1, 0, 1, 0, 0));
        assertThat(upserts.query("SELECT k, v FROM loose ORDER BY k, v")).containsExactly("1|one", "2|II", "2|II", "5|V", "null|none");
    }

    @Test
    void withoutAUniqueKeyWritersAreKeptApart() throws Exception {
        var threads = new ArrayList<Thread>();
        var failures = new ArrayList<Throwable>();
        for (int writer = 0; writer < 4; writer++) {
            String value = "writer " + writer;
            var thread = new Thread(() -> {
                for (int pass = 0; pass < 5; pass++) {
                    loose("upsert", row("k", 10, "v", value), row("k", 11, "v", value));
                }
            });
            thread.setUncaughtExceptionHandler((failed, failure) -> failures.add(failure));
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(failures).isEmpty();
        assertThat(upserts.query("SELECT count(*), count(DISTINCT v) FROM loose WHERE k IN (10, 11)")).containsExactly("2|1");
    }

    @Test
    void aKeyThatPostgresCannotOrderIsRefused() {
        upserts.execute("CREATE TABLE IF NOT EXISTS places (at point, v int)");
        CopyUpsertProcessor processor = upserts.into("places");
        processor.setKey("at");

        assertThatThrownBy(() -> upserts.run(processor, row("at", "(1,2)", "v", 1))).isInstanceOf(UpsertDataException.class)
                .hasMessageContaining("Column at of public.places cannot be part of a key: PostgreSQL has no order for its type point.");
    }

    /** SELECT, INSERT and UPDATE, and no right to create temporary tables. */
    @ParameterizedTest
    @EnumSource
    void aUserOfFewRightsWritesAllTheSame(Way way) {
        String user = "few_" + way.name().toLowerCase() + '_' + ProcessHandle.current().pid();
        upserts.execute("DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$");
        upserts.execute("CREATE ROLE " + user + " LOGIN PASSWORD 'few'; GRANT SELECT, INSERT, UPDATE ON reading TO " + user);
        var config = new HikariConfig();
        config.setJdbcUrl(upserts.database.url().replaceAll("([?&])(user|password)=[^&]*", "$1"));
        config.setUsername(user);
        config.setPassword("few");
        config.setMaximumPoolSize(1);
        try (var pool = new HikariDataSource(config)) {
            CopyUpsertProcessor processor = upserts.into("public.reading");
            processor.setDataSource(pool);
            processor.setWay(way.name());
            var rows = new ArrayList<Object>();
            for (int k = 1; k <= 3_000; k++) {
                rows.add(row("k", k, "v", "new"));
            }

            assertThat(upserts.run(processor, rows)).isEqualTo(new Counts(2_998, 2, 0, 0, 0));
            assertThat(upserts.run(processor, rows)).isEqualTo(new Counts(0, 0, 3_000, 0, 0));
            assertThat(upserts.one("SELECT count(*) FROM reading WHERE v = 'new'")).isEqualTo("3000");
        } finally {
            upserts.execute("DROP OWNED BY " + user + "; DROP ROLE " + user);
            upserts.execute("DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO PUBLIC', current_database()); END $$");
        }
    }

    @Test
    void rulesOfTheTableAreFollowed() {
        upserts.execute("CREATE TABLE ruled (k int PRIMARY KEY, v text)");
        upserts.execute("CREATE TABLE elsewhere (k int, v text)");
        upserts.execute("CREATE RULE away AS ON INSERT TO ruled DO INSTEAD INSERT INTO elsewhere VALUES (NEW.k, NEW.v)");

        upserts.run(upserts.into("ruled"), row("k", 1, "v", "a"));

        assertThat(upserts.one("SELECT (SELECT count(*) FROM ruled), (SELECT count(*) FROM elsewhere)")).isEqualTo("0|1");
    }

    private static Counts run(String mode, String way, Object... rows) {
        CopyUpsertProcessor processor = upserts.into("reading");
        processor.setMode(mode);
        processor.setWay(way);
        return upserts.run(processor, List.of(rows));
    }

    private static Counts loose(String mode, Object... rows) {
        CopyUpsertProcessor processor = upserts.into("loose");
        processor.setKey("k");
        processor.setMode(mode);
        return upserts.run(processor, List.of(rows));
    }

    private static List<String> stored() {
        return upserts.query("SELECT k, v, w FROM reading ORDER BY k");
    }
}
