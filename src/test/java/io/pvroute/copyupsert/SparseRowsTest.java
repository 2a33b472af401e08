package io.pvroute.copyupsert;

import static io.pvroute.copyupsert.Upserts.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of one body that have different columns: what a row does not have is not written, not even as NULL. */
class SparseRowsTest {

    private static Upserts upserts;

    @BeforeAll
    static void open() {
        upserts = new Upserts();
    }

    @AfterAll
    static void close() {
        upserts.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "range", "keys", "stage", "arrays"})
    void whatARowDoesNotHaveStaysAsItIsStoredOrGetsItsDefault(String way) {
        CopyUpsertProcessor processor = into(way);

        Counts counts = upserts.run(processor, List.of(row("k", 1, "a", 10), row("b", null, "k", 2), row("k", 3), row("k", 4, "b", "new"),
                row("k", 5, "a", 5, "b", "five")));

        assertThat(counts).isEqualTo(new Counts(2, 2, 1, 0, 0));
        assertThat(upserts.query("SELECT * FROM sparse ORDER BY k")).containsExactly("1|10|one", "2|2|null", "3|3|three", "4|7|new",
                "5|5|five");
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "range", "keys", "stage", "arrays"})
    void ofDuplicatesEachColumnHasTheValueGivenLast(String way) {
        CopyUpsertProcessor processor = into(way);

        Counts counts = upserts.run(processor, List.of(row("k", 1, "a", 10, "b", "first"), row("k", 4, "b", "x"), row("k", 1, "b", null),
                row("k", 4, "a", 4), row("k", 1, "a", 11)));

        assertThat(counts).isEqualTo(new Counts(1, 1, 0, 0, 3));
        assertThat(upserts.query("SELECT * FROM sparse WHERE k IN (1, 4) ORDER BY k")).containsExactly("1|11|null", "4|4|x");
    }

    @Test
    void whenNullsKeepTheValueTheLastOneThatIsThereOfDuplicatesIsStored() {
        CopyUpsertProcessor processor = into("auto");
        processor.setNulls("keep");

        upserts.run(processor, List.of(row("k", 1, "a", 10), row("k", 1, "a", null, "b", null), row("k", 2, "b", null)));

        assertThat(upserts.query("SELECT * FROM sparse WHERE k < 3 ORDER BY k")).containsExactly("1|10|one", "2|2|two");
    }

    @Test
    void aRowWithoutItsKeyOrWithTwoNamesForAColumnIsRefusedAndNothingWritten() {
        assertThatThrownBy(() -> upserts.run(into("auto"), List.of(row("k", 9, "a", 1), row("a", 2))))
                .isInstanceOf(UpsertDataException.class).hasMessageContaining("Row 2, column k of public.sparse is not given");
        assertThatThrownBy(() -> upserts.run(into("auto"), List.of(row("k", 9, "a", 1), row("k", 8, "A", 2))))
                .isInstanceOf(UpsertDataException.class).hasMessageContaining("Column a of public.sparse is given twice, as a and as A.");

        assertThat(upserts.one("SELECT count(*) FROM sparse")).isEqualTo("3");
    }

    /** With three rows, and 7 as the default of a. */
    private static CopyUpsertProcessor into(String way) {
        upserts.execute("DROP TABLE IF EXISTS sparse; CREATE TABLE sparse (k int PRIMARY KEY, a int DEFAULT 7, b text); "
                + "INSERT INTO sparse VALUES (1, 1, 'one'), (2, 2, 'two'), (3, 3, 'three')");
        CopyUpsertProcessor processor = upserts.into("sparse");
        processor.setWay(way);
        return processor;
    }
}
