package io.pvroute.copyupsert;

import static io.pvroute.copyupsert.Upserts.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PropertyBindingSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The processor as Camel sees it: bodies, headers, settings and the registry. */
class CopyUpsertProcessorTest {

    private static final Object ROW_1 = row("k", 1, "v", 1);
    private static final Object ROW_2 = row("k", 2, "v", null);

    private static Upserts upserts;

    @BeforeAll
    static void open() {
        upserts = new Upserts();
        upserts.execute("CREATE TABLE bodies (k int PRIMARY KEY, v int)");
        upserts.execute("CREATE TABLE others (k int PRIMARY KEY, v int, w int UNIQUE)");
    }

    @AfterAll
    static void close() {
        upserts.close();
    }

    @BeforeEach
    void empty() {
        upserts.execute("TRUNCATE bodies, others");
    }

    static List<Arguments> bodies() {
        return List.of(
                Arguments.of("List of Maps", List.of(ROW_1, ROW_2)),
                Arguments.of("Iterable", (Iterable<Object>) () -> List.of(ROW_1, ROW_2).iterator()),
                Arguments.of("Iterator", List.of(ROW_1, ROW_2).iterator()),
                Arguments.of("Stream", Stream.of(ROW_1, ROW_2)),
                Arguments.of("array of Maps", new Map<?, ?>[] {(Map<?, ?>) ROW_1, (Map<?, ?>) ROW_2}),
                Arguments.of("List of Lists", List.of(List.of(1, 1), Arrays.asList(2, null))),
                Arguments.of("array of arrays", new Object[][] {{1, 1}, {2, null}}),
                Arguments.of("List of arrays", List.of(new Integer[] {1, 1}, new Object[] {2, null})),
                Arguments.of("ColumnBatch", ColumnBatch.of(2).ints("k", new int[] {1, 2}).values("v", new Object[] {1, null})));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void takesRowsHoweverTheyCome(String name, Object body) {
        CopyUpsertProcessor processor = upserts.into("bodies");
        processor.setColumns("k,v");
        Exchange exchange = upserts.exchange(body);

        processor.process(exchange);

        assertThat(Upserts.counts(exchange)).isEqualTo(new Counts(2, 0, 0, 0, 0));
        assertThat(exchange.getMessage().getBody()).isSameAs(body);
        assertThat(upserts.query("SELECT * FROM bodies ORDER BY k")).containsExactly("1|1", "2|null");
    }

    @Test
    void nothingToWriteIsNotAFailure() {
        for (Object body : List.of(List.of(), Stream.empty(), new Object[0])) {
            assertThat(upserts.run(upserts.into("bodies"), body)).isEqualTo(Counts.NONE);
        }
    }

    static List<Arguments> noRows() {
        return List.of(
                Arguments.of(null, "The body is null, which has no rows"),
                Arguments.of("text", "The body is a java.lang.String, which has no rows"),
                Arguments.of(new int[] {1}, "The body is an int[], which has no rows"),
                Arguments.of(List.of("text"), "Row 1 is a java.lang.String; expected a Map"),
                Arguments.of(Arrays.asList(ROW_1, null), "Row 2 is null; expected a Map"),
                Arguments.of(List.of(Map.of()), "Row 1 is an empty Map"),
                Arguments.of(List.of(Map.of(1, 1)), "Row 1 has a value for 1, which is a java.lang.Integer"),
                Arguments.of(List.of(List.of(1, 2)), "Row 1 has values by position"),
                Arguments.of(List.of(ROW_1, List.of(1, 2)), "Row 2 has values by position"),
                Arguments.of(List.of(ROW_1, row("k", null, "v", 3)), "Row 2, column k of public.bodies is NULL, but belongs to the key"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("noRows")
    void whatIsNoRowIsRefusedInASentence(Object body, String sentence) {
        assertThatThrownBy(() -> upserts.run(upserts.into("bodies"), body)).isInstanceOf(UpsertDataException.class)
                .hasMessageContaining(sentence);
        assertThat(upserts.one("SELECT count(*) FROM bodies")).isEqualTo("0");
    }

    @Test
    void configuredColumnsChooseFromMapsThatHaveThem() {
        CopyUpsertProcessor processor = upserts.into("bodies");
        processor.setColumns("k, v");

        assertThat(upserts.run(processor, List.of(row("k", 1, "v", 1, "more", "ignored")))).isEqualTo(new Counts(1, 0, 0, 0, 0));
        assertThatThrownBy(() -> upserts.run(processor, List.of(row("k", 1, "more", 1))))
                .hasMessageContaining("Row 1 has other columns than those configured: [v] missing, [more] more");
        assertThatThrownBy(() -> upserts.run(processor, List.of(List.of(1))))
                .hasMessageContaining("Row 1 has 1 value for the 2 columns [k, v]");
    }

    @Test
    void aBodyThatIsReadOnceIsNeverTakenForNoRows() {
        Iterator<Object> cursor = List.of(ROW_1).iterator();
        for (Object body : List.of(List.of(ROW_1).iterator(), Stream.of(ROW_1), (Iterable<Object>) () -> cursor)) {
            Exchange exchange = upserts.exchange(body);
            upserts.into("bodies").process(exchange);

            assertThatThrownBy(() -> upserts.into("bodies").process(exchange)).isInstanceOf(UpsertDataException.class)
                    .hasMessageContaining("can be read only once and have been read");
            assertThat(exchange.getMessage().getHeader(CopyUpsertProcessor.INSERTED)).isNull();
        }
        Stream<Object> read = Stream.of(ROW_1);
        assertThat(read.count()).isEqualTo(1);
        assertThatThrownBy(() -> upserts.run(upserts.into("bodies"), read)).hasMessageContaining("has been read already");
    }

    @Test
    void anIterableThatIsEmptyOrGivesItsRowsAgainMayBeRepeated() {
        for (Object body : List.of((Iterable<Object>) List.of()::iterator, (Iterable<Object>) List.of(ROW_1)::iterator)) {
            Exchange exchange = upserts.exchange(body);
            upserts.into("bodies").process(exchange);
            upserts.into("bodies").process(exchange);
            assertThat(exchange.getMessage().getHeader(CopyUpsertProcessor.INSERTED)).isEqualTo(0L);
        }
    }

    @Test
    void camelsRedeliveryOfAnIteratorEndsWithAnErrorAndThatOfAListWithItsRows() throws Exception {
        try (var context = new DefaultCamelContext()) {
            context.getRegistry().bind("database", DataSource.class, upserts.database.dataSource());
            var processor = new CopyUpsertProcessor();
            processor.setTable("others");
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(defaultErrorHandler().maximumRedeliveries(1).redeliveryDelay(0).logExhausted(false)
                            .onRedelivery(exchange -> upserts.execute("DELETE FROM others WHERE k = 9")));
                    from("direct:rows").process(processor);
                }
            });
            context.start();
            var producer = context.createProducerTemplate();

            for (boolean once : new boolean[] {true, false}) {
                upserts.execute("INSERT INTO others VALUES (9, 9, 1)"); // in the way of the first try
                List<?> rows = List.of(row("k", 1, "w", 1));
                Exchange result = producer.request("direct:rows", exchange -> exchange.getMessage().setBody(once ? rows.iterator() : rows));

                if (once) {
                    assertThat(result.getException()).isInstanceOf(UpsertDataException.class).hasMessageContaining("read only once");
                } else {
                    assertThat(result.getException()).isNull();
                    assertThat(Upserts.counts(result)).isEqualTo(new Counts(1, 0, 0, 0, 0));
                }
            }
        }
    }

    @Test
    void aStreamIsClosedOnceReadEvenIfItFailed() {
        var closed = new AtomicBoolean();

        assertThatThrownBy(() -> upserts.run(upserts.into("bodies"), Stream.of("no row").onClose(() -> closed.set(true))))
                .isInstanceOf(UpsertDataException.class);

        assertThat(closed).isTrue();
    }

    @Test
    void neverReadsMoreThanOneBatchAheadOfWhatIsStored() {
        CopyUpsertProcessor processor = upserts.into("bodies");
        processor.setBatchSize(10);
        var ahead = new ArrayList<Integer>();
        Iterator<Object> rows = IntStream.range(0, 35).<Object>mapToObj(i -> {
            ahead.add(i - Integer.parseInt(upserts.one("SELECT count(*) FROM bodies")));
            return row("k", i, "v", i);
        }).iterator();

        assertThat(upserts.run(processor, rows).inserted()).isEqualTo(35);

        assertThat(ahead).hasSize(35).allMatch(rowsAhead -> rowsAhead < 10);
    }

    @Test
    void headersReplaceSettingsAndStay() {
        CopyUpsertProcessor processor = upserts.into("bodies");
        upserts.execute("INSERT INTO others VALUES (1, 5, 7)");
        Exchange exchange = upserts.exchange(List.of(List.of(7, 2), Arrays.asList(8, null), Arrays.asList(7, null)));
        exchange.getMessage().setHeaders(new HashMap<>(Map.of(
                CopyUpsertProcessor.TABLE, "others", CopyUpsertProcessor.COLUMNS, List.of("w", "k"), CopyUpsertProcessor.KEY, "w",
                CopyUpsertProcessor.NULLS, "Keep", CopyUpsertProcessor.MODE, "UPSERT", CopyUpsertProcessor.BATCH_SIZE, "1")));

        assertThatThrownBy(() -> processor.process(exchange)).hasMessageContaining("null value in column \"k\"")
                .hasMessageContaining("The batch (row 2) was rolled back; rows 1 to 1 are stored.");

        assertThat(upserts.query("SELECT * FROM others")).containsExactly("2|5|7");
        assertThat(exchange.getMessage().getHeader(CopyUpsertProcessor.TABLE)).isEqualTo("others");
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "", "0", "5000000000"})
    void aHeaderThatIsNoNumberOfRowsIsRefusedInASentence(String given) {
        Exchange exchange = upserts.exchange(List.of(List.of(1, 2)));
        exchange.getMessage().setHeader(CopyUpsertProcessor.COLUMNS, new String[] {"k", "v"});
        exchange.getMessage().setHeader(CopyUpsertProcessor.BATCH_SIZE, given);

        assertThatThrownBy(() -> upserts.into("bodies").process(exchange)).isInstanceOf(UpsertDataException.class)
                .hasMessage("batchSize is " + given + "; it is a number of rows, at least 1.");
        exchange.getMessage().setHeader(CopyUpsertProcessor.BATCH_SIZE, " 2 ");
        upserts.into("bodies").process(exchange);
        assertThat(Upserts.counts(exchange).inserted()).isEqualTo(1);
    }

    @Test
    void settingsThatMakeNoSenseAreRefusedWithTheSensibleOnes() {
        var processor = new CopyUpsertProcessor();

        assertThatThrownBy(() -> processor.setMode("replace")).hasMessage("mode is replace; it can be upsert, insert, update.");
        assertThatThrownBy(() -> processor.setNulls("drop")).hasMessage("nulls is drop; it can be overwrite, keep.");
        assertThatThrownBy(() -> processor.setBatchSize(0)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> processor.setColumns("a,,b")).hasMessageContaining("An empty name is in columns");
        assertThatThrownBy(() -> upserts.run(processor, List.of())).hasMessageContaining("No table is named");
    }

    @Test
    void camelSetsItsPropertiesFromText() {
        var processor = new CopyUpsertProcessor();
        PropertyBindingSupport.build().bind(upserts.context, processor, new HashMap<>(Map.of(
                "table", "others", "columns", "w,k", "key", "w", "nulls", "keep", "mode", "upsert", "batchSize", "2")));
        processor.setDataSource(upserts.database.dataSource());

        assertThat(upserts.run(processor, List.of(List.of(1, 2)))).isEqualTo(new Counts(1, 0, 0, 0, 0));
        processor.setColumns(List.of("k", "w"));
        processor.setKey(List.of("w"));
        assertThat(upserts.run(processor, List.of(Arrays.asList(null, 1)))).isEqualTo(new Counts(0, 0, 1, 0, 0));
    }

    @Test
    void withoutADataSourceTheOnlyOneOfTheRegistryIsMeant() throws Exception {
        var processor = new CopyUpsertProcessor();
        processor.setTable("bodies");

        try (var context = new DefaultCamelContext()) {
            var exchange = new DefaultExchange(context);
            exchange.getMessage().setBody(List.of(ROW_1));
            assertThatThrownBy(() -> processor.process(exchange)).hasMessageContaining("the Camel registry has none");

            context.getRegistry().bind("one", upserts.database.dataSource());
            processor.process(exchange);
            assertThat(Upserts.counts(exchange)).isEqualTo(new Counts(1, 0, 0, 0, 0));

            context.getRegistry().bind("two", new HikariDataSource());
            assertThatThrownBy(() -> processor.process(exchange)).hasMessageContaining("has 2 of them");
        }
    }
}
