package io.pvroute.copyupsert;

import static io.pvroute.copyupsert.Upserts.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What may be a body and a row, and what becomes of them: batches, their columns and what a row does not have. */
class RowsTest {

    private static final List<String> BY_NAME = List.of();
    private static final List<String> K_AND_V = List.of("k", "v");
    /** Stands for {@link RowBatch#ABSENT} in what is expected. */
    private static final String ABSENT = "absent";

    static List<Arguments> bodies() throws Exception {
        var one = row("k", 1, "v", null);
        var two = row("k", 2, "v", "b");
        var json = new ObjectMapper();
        return List.of(
                Arguments.of("Iterable", (Iterable<Object>) () -> List.<Object>of(one, two).iterator()),
                Arguments.of("Iterator", List.of(one, two).iterator()),
                Arguments.of("Stream", Stream.of(one, two)),
                Arguments.of("array", new Object[] {one, two}),
                Arguments.of("array of Maps", new Map<?, ?>[] {one, two}),
                Arguments.of("Maps in another order", List.of(new TreeMap<>(one), new TreeMap<>(two).descendingMap())),
                Arguments.of("Lists", List.of(Arrays.asList(1, null), List.of(2, "b"))),
                Arguments.of("arrays", new Object[][] {{1, null}, {2, "b"}}),
                Arguments.of("arrays of a class", List.of(new Comparable<?>[] {1, null}, new Comparable<?>[] {2, "b"})),
                Arguments.of("ArrayNode of ObjectNodes", json.readTree("[{'k': 1, 'v': null}, {'v': 'b', 'k': 2}]".replace('\'', '"'))),
                Arguments.of("ArrayNode of ArrayNodes", json.readTree("[[1, null], [2, \"b\"]]")),
                Arguments.of("ObjectNodes", List.of(json.valueToTree(one), json.valueToTree(two))),
                Arguments.of("ArrayNodes", Stream.of(json.valueToTree(List.of(1, MissingNode.getInstance())), json.readTree("[2, \"b\"]"))),
                Arguments.of("Maps of nodes", List.of(row("k", json.readTree("1"), "v", json.nullNode()), two)),
                Arguments.of("arrays of nodes", List.of(new Object[] {1, null}, new Object[] {2, TextNode.valueOf("b")})),
                Arguments.of("ColumnBatch", ColumnBatch.of(2).values("v", new Object[] {null, "b"}).ints("k", new int[] {1, 2})));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void everyKindOfBodyAndRowGivesTheSameValues(String name, Object body) {
        List<Batch> batches = batches(body, K_AND_V, 10);

        assertThat(batches).hasSize(1);
        assertThat(batches.get(0).columns()).containsExactly("k", "v");
        assertThat(values(batches.get(0))).extracting(row -> row.stream().map(JacksonNodes::plain).toList())
                .containsExactly(Arrays.asList(1, null), List.of(2, "b"));
    }

    @Test
    void aMapAndAnObjectNodeAreOneRow() throws Exception {
        for (Object body : List.of(row("k", 1, "v", "a"), new ObjectMapper().readTree("{\"k\": 1, \"v\": \"a\"}"))) {
            List<Batch> batches = batches(body, BY_NAME, 10);

            assertThat(batches).hasSize(1);
            assertThat(batches.get(0).description()).isEqualTo("row 1");
            assertThat(values(batches.get(0)).get(0)).extracting(JacksonNodes::plain).containsExactly(1, "a");
        }
    }

    @Test
    void nodesStayNodesSinceTextIsAnotherThingToJsonButThoseOfNullAreNull() throws Exception {
        var json = new ObjectMapper();
        var node = json.readTree("{\"text\": \"a\", \"object\": {\"a\": 1}, \"array\": [1, null], \"null\": null}");
        List<Object> expected = Arrays.asList(node.get("text"), node.get("object"), node.get("array"), null);

        assertThat(values(batches(node, BY_NAME, 1).get(0))).containsExactly(expected);
        var columns = List.of("text", "object", "array", "null");
        var values = columns.stream().<Object>map(node::get).toList();
        for (Object row : List.of(json.createArrayNode().addAll(node.valueStream().toList()), values, values.toArray(),
                values.toArray(JsonNode[]::new))) {
            assertThat(values(batches(List.of(row), columns, 1).get(0))).containsExactly(expected);
        }
    }

    @Test
    void aBatchHasAllColumnsThatItsRowsHaveAndTellsWhatARowDoesNotHaveFromNull() {
        List<Batch> batches = batches(List.of(row("k", 1, "b", 2), row("a", 3, "k", 2), row("k", 3, "b", null), row("k", 4)), BY_NAME, 3);

        assertThat(batches.get(0).columns()).containsExactly("k", "b", "a");
        assertThat(values(batches.get(0))).containsExactly(List.of(1, 2, ABSENT), List.of(2, ABSENT, 3), Arrays.asList(3, null, ABSENT));
        assertThat(batches.get(1).columns()).as("only those of its own rows").containsExactly("k");
        assertThat(values(batches.get(1))).containsExactly(List.of(4));
        assertThatThrownBy(() -> batches.get(0).encode(1, 1, (value, out) -> { }, new CopyBuffer()))
                .isInstanceOf(IllegalStateException.class).hasMessage("Row 2 has no column b");
    }

    @Test
    void configuredColumnsAreThoseOfEveryBatchAndAMapMayLackSome() {
        List<Batch> batches = batches(List.of(row("v", 1), row("k", 2, "v", 2, "more", "left out"), row("k", 3)), K_AND_V, 2);

        assertThat(batches).extracting(Batch::columns).containsExactly(K_AND_V, K_AND_V);
        assertThat(values(batches.get(0))).containsExactly(List.of(ABSENT, 1), List.of(2, 2));
        assertThat(values(batches.get(1))).containsExactly(List.of(3, ABSENT));
    }

    @Test
    void aBodyIsCutIntoBatchesOfTheSizeAskedForAndTheRestIntoASmallerOne() {
        for (Object body : List.of(Collections.nCopies(7, row("k", 1)), Collections.nCopies(7, row("k", 1)).iterator(),
                ColumnBatch.of(7).constant("k", 1))) {
            assertThat(batches(body, BY_NAME, 3)).extracting(Batch::description).containsExactly("rows 1 to 3", "rows 4 to 6", "row 7");
        }
        assertThat(batches(Collections.nCopies(6, row("k", 1)), BY_NAME, 3)).extracting(Batch::size).containsExactly(3, 3);
        assertThat(batches(List.of(), BY_NAME, 3)).isEmpty();
        assertThat(batches(JsonNodeFactory.instance.arrayNode(), BY_NAME, 3)).isEmpty();
    }

    @Test
    void anEndlessIteratorIsReadOneBatchAtATime() {
        var given = new ArrayList<Integer>();
        Iterator<Object> endless = IntStream.iterate(0, i -> i + 1).<Object>mapToObj(i -> {
            given.add(i);
            return row("k", i);
        }).iterator();

        try (var rows = new Rows(endless, BY_NAME, 100)) {
            assertThat(given).isEmpty();
            for (int batch = 1; batch <= 50; batch++) {
                assertThat(values(rows.next())).hasSize(100);
                assertThat(rows.read()).isEqualTo(batch * 100L);
                // A Stream's iterator is one ahead once it is asked whether there is more.
                assertThat(given).hasSizeBetween(batch * 100, batch * 100 + 1);
            }
        }
    }

    @Test
    void tenMillionRowsOfAnIteratorAreNeverHeldButForTheBatchAtHand() {
        var batches = new ArrayList<WeakReference<Object>>();
        long most = 0;
        long sum = 0;
        try (var rows = new Rows(LongStream.range(0, 10_000_000).mapToObj(i -> new Object[] {i}).iterator(), List.of("k"), 10_000)) {
            for (Batch batch = rows.next(); batch != null; batch = rows.next()) {
                batches.add(new WeakReference<>(batch));
                assertThat(batch.size()).isEqualTo(10_000);
                sum += (Long) batch.value(9_999, 0);
                if (batches.size() % 250 == 0) {
                    System.gc();
                    most = Math.max(most, batches.stream().filter(reference -> reference.get() != null).count());
                }
            }
            assertThat(rows.read()).isEqualTo(10_000_000);
        }
        assertThat(batches).hasSize(1000);
        assertThat(most).isEqualTo(1);
        assertThat(sum).isEqualTo(LongStream.rangeClosed(1, 1000).map(batch -> batch * 10_000 - 1).sum());
    }

    @Test
    void anArrayThatIsFilledAgainForTheNextRowGivesEachRowItsOwnValues() {
        var array = new Object[1];
        Stream<Object> rows = IntStream.range(0, 3).mapToObj(i -> {
            array[0] = i;
            return array;
        });

        assertThat(values(batches(rows, List.of("k"), 3).get(0))).containsExactly(List.of(0), List.of(1), List.of(2));
    }

    static List<Arguments> refused() {
        var row = row("k", 1, "v", 1);
        var wide = row();
        IntStream.rangeClosed(0, 1600).forEach(i -> wide.put("c" + i, i));
        var named = "expected a Map, a List or an Object[].";
        var expected = "Nothing was written. Give an Iterable, Iterator, Stream or array of rows, a ColumnBatch, or one row as a Map.";
        return List.of(
                Arguments.of(null, BY_NAME, "The body is null, which has no rows. " + expected),
                Arguments.of("text", BY_NAME, "The body is a java.lang.String, which has no rows. " + expected),
                Arguments.of(new int[] {1}, BY_NAME, "The body is an int[], which has no rows. " + expected),
                Arguments.of(TextNode.valueOf("a"), BY_NAME,
                        "The body is a com.fasterxml.jackson.databind.node.TextNode, which has no rows. " + expected),
                Arguments.of(List.of("text"), BY_NAME, "Row 1 is a java.lang.String; " + named),
                Arguments.of(Arrays.asList(row, null), BY_NAME, "Row 2 is null; " + named),
                Arguments.of(List.of(row, JsonNodeFactory.instance.nullNode()), BY_NAME,
                        "Row 2 is a com.fasterxml.jackson.databind.node.NullNode; " + named),
                Arguments.of(new double[][] {{1}}, K_AND_V,
                        "Row 1 is a double[]; " + named + " Columns of primitive values can be given as a ColumnBatch."),
                Arguments.of(List.of(row, Map.of()), BY_NAME, "Row 2 is an empty Map: it has no columns."),
                Arguments.of(Map.of(), BY_NAME, "Row 1 is an empty Map: it has no columns."),
                Arguments.of(JsonNodeFactory.instance.objectNode(), BY_NAME, "Row 1 is an empty Map: it has no columns."),
                Arguments.of(List.of(Map.of(1, 1)), BY_NAME,
                        "Row 1 has a value for 1, which is a java.lang.Integer, not for the name of a column."),
                Arguments.of(List.of(row, new TreeMap<>(Map.of(1, 1))), BY_NAME,
                        "Row 2 has a value for 1, which is a java.lang.Integer, not for the name of a column."),
                Arguments.of(Collections.singletonMap(null, 1), BY_NAME,
                        "Row 1 has a value for null, not for the name of a column."),
                Arguments.of(List.of(row, List.of(1, 2)), BY_NAME, "Row 2 has values by position, but the setting columns of "
                        + "CopyUpsertProcessor does not tell which columns they are. Set it, or give Maps."),
                Arguments.of(List.of(row, List.of(1)), K_AND_V, "Row 2 has 1 value for the 2 columns [k, v]."),
                Arguments.of(new Object[][] {{1, 2, 3}}, K_AND_V, "Row 1 has 3 values for the 2 columns [k, v]."),
                Arguments.of(List.of(row, row("k", 1, "V", 1)), K_AND_V, "Row 2 has other columns than those configured: [v] missing, "
                        + "[V] more. Name them alike: the value of a misspelt one would be lost."),
                Arguments.of(ColumnBatch.of(1).constant("k", 1).constant("w", 1), K_AND_V, "The ColumnBatch in the body has other columns "
                        + "than those configured: [v] missing, [w] more. Name them alike: the value of a misspelt one would be lost. "
                        + "Nothing was written."),
                Arguments.of(ColumnBatch.of(2), BY_NAME, "The ColumnBatch in the body has 2 rows without a column. Nothing was written. "
                        + "Add its columns before it is handed over."),
                Arguments.of(List.of(row, wide), BY_NAME, "Row 2 and those before it in its batch have values for 1603 columns; a table "
                        + "has at most 1600. Give Maps by the names of columns."));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("refused")
    void whatIsNoRowIsRefusedInASentence(Object body, List<String> columns, String sentence) {
        assertThatThrownBy(() -> batches(body, columns, 10)).isExactlyInstanceOf(UpsertDataException.class).hasMessage(sentence);
    }

    @Test
    void rowsAreCountedOnFromBatchToBatchInWhatIsRefused() {
        assertThatThrownBy(() -> batches(List.of(row("k", 1), row("k", 2), row("k", 3), "none"), BY_NAME, 2))
                .hasMessageStartingWith("Row 4 is a java.lang.String");
    }

    @Test
    void onlyIteratorsAndStreamsAreReadOnce() {
        assertThat(Stream.of(List.of().iterator(), Stream.of(1))).allMatch(Rows::onceOnly);
        assertThat(Stream.of(List.of(), Map.of(), new Object[0], ColumnBatch.of(0), JsonNodeFactory.instance.arrayNode()))
                .noneMatch(Rows::onceOnly);
    }

    @Test
    void anIteratorThatFailsIsNotTakenForItsEnd() {
        Iterator<Object> broken = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Object next() {
                throw new NoSuchElementException("the source broke");
            }
        };

        assertThatThrownBy(() -> batches(broken, BY_NAME, 2)).isInstanceOf(NoSuchElementException.class).hasMessage("the source broke");
    }

    private static List<Batch> batches(Object body, List<String> columns, int batchSize) {
        try (var rows = new Rows(body, columns, batchSize)) {
            return Stream.generate(rows::next).takeWhile(batch -> batch != null).toList();
        }
    }

    /** The values of all rows, in the order of the batch's columns. */
    private static List<List<Object>> values(Batch batch) {
        return IntStream.range(0, batch.size()).mapToObj(row -> {
            var values = new ArrayList<>();
            for (int column = 0; column < batch.columns().size(); column++) {
                values.add(batch.isGiven(row, column) ? batch.value(row, column) : ABSENT);
            }
            return (List<Object>) values;
        }).toList();
    }
}
