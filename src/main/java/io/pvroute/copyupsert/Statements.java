package io.pvroute.copyupsert;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The statements for one target and one batch. {@code t} is the target, {@code s} the rows given, wherever they come from.
 *
 * <p>Values are compared as they are stored (record image, {@code *<>}), so that what was last given is what is stored for every type:
 * numeric 1.0 becomes 1.00, and types without an equality, such as json, work too. Keys are compared by the operators of their index.
 */
final class Statements {

    private static final String DIFFERENT = " OPERATOR(pg_catalog.*<>) ";
    private static final String NUMBER = "number";

    private final Target target;
    private final Nulls nulls;
    private final List<String> arrays;
    private final String stageName;
    private final String stage;
    private final String stageColumns;

    private Statements(Target target, Nulls nulls, List<String> arrays) {
        this.target = target;
        this.nulls = nulls;
        this.arrays = arrays;
        stageColumns = list(target.columns(), column -> column.quoted() + ' ' + column.stageType());
        // A table that was altered gets another stage; the columns' types alone do not tell a type that was dropped and made again.
        String shape = target.oid() + " " + stageColumns + target.columns().stream().map(Column::typeOid).toList();
        stageName = "copyupsert_" + UUID.nameUUIDFromBytes(shape.getBytes(StandardCharsets.UTF_8)).toString().replace("-", "");
        stage = "pg_temp." + Name.quoted(stageName);
    }

    /** The rows come from the stage. */
    static Statements ofStage(Target target, Nulls nulls) {
        return new Statements(target, nulls, List.of());
    }

    /** The rows come from parameters: for each column of the target the text of an array of its values' text. */
    static Statements ofArrays(Target target, Nulls nulls, List<String> arrays) {
        return new Statements(target, nulls, arrays);
    }

    String stageName() {
        return stageName;
    }

    /** A query for the statement that drops all stages of the session, null as long as there are fewer than {@code most}. */
    static String dropStages(int most) {
        return "SELECT CASE WHEN pg_catalog.count(*) >= " + most + " THEN 'DROP TABLE ' || pg_catalog.string_agg('pg_temp.' || c.relname, ', ')"
                + " END FROM pg_catalog.pg_class AS c WHERE c.relnamespace = pg_catalog.pg_my_temp_schema() AND c.relkind = 'r'"
                + " AND c.relname ~ '^copyupsert_[0-9a-f]{32}$'"
                + " AND c.relowner = (SELECT r.oid FROM pg_catalog.pg_roles AS r WHERE r.rolname = CURRENT_USER)";
    }

    String createStage() {
        return "CREATE TEMPORARY TABLE IF NOT EXISTS " + stage + " (" + stageColumns + ") ON COMMIT DELETE ROWS";
    }

    String copyToStage() {
        return copyInto(stage);
    }

    String copyToTarget() {
        return copyInto(target.quoted());
    }

    private String copyInto(String table) {
        return "COPY " + table + " (" + list(target.columns(), Column::quoted) + ") FROM STDIN (FORMAT binary)";
    }

    /**
     * Reads the stored rows of a range, no more than {@code most}, in the order of the key's index. COPY takes no parameters. The limit is
     * hidden from the planner, which then prefers what gives the first rows soon: of a table without statistics it thinks that the range has
     * few rows, and would read and sort all of them.
     *
     * @param columns those to read, of the target's columns the first
     * @param literal makes a literal of a text
     */
    String copyRange(int columns, Range range, int most, UnaryOperator<String> literal) {
        return "COPY (SELECT " + read(columns) + " FROM " + target.quoted() + " AS t"
                + " WHERE " + isTarget(literal)
                + range.bounds().stream().map(bound -> " AND " + within(bound, literal)).collect(Collectors.joining())
                + " ORDER BY " + list(target.key(), part -> stored(part) + part.direction()) + " LIMIT (SELECT " + most
                + ")) TO STDOUT (FORMAT binary)";
    }

    /**
     * Reads the stored rows that have one of the keys, looking up one after the other: so the planner does it that has to give the first
     * rows soon, see {@link #copyRange}.
     *
     * @param rows how many keys there are
     * @param keys for each column of the key the text of an array of its values
     */
    String copyKeys(int columns, int rows, List<String> keys, UnaryOperator<String> literal) {
        return "COPY (SELECT " + read(columns) + " FROM ROWS FROM ("
                + IntStream.range(0, keys.size())
                        .mapToObj(i -> "pg_catalog.unnest(CAST(" + literal.apply(keys.get(i)) + " AS "
                                + target.key().get(i).column().bareType() + "[]))")
                        .collect(Collectors.joining(", "))
                + ") AS k(" + IntStream.range(0, keys.size()).mapToObj(i -> "k" + i).collect(Collectors.joining(", ")) + ") JOIN "
                + target.quoted() + " AS t ON "
                + IntStream.range(0, keys.size())
                        .mapToObj(i -> stored(target.key().get(i)) + ' ' + target.key().get(i).equal() + " k.k" + i
                                + target.key().get(i).collate())
                        .collect(Collectors.joining(" AND "))
                + " WHERE " + isTarget(literal) + " LIMIT (SELECT " + rows + ")) TO STDOUT (FORMAT binary)";
    }

    /** That the name given still means the target, on the search_path of this session too. Else nothing is read. */
    private String isTarget(UnaryOperator<String> literal) {
        return "(SELECT COALESCE(" + list(target.candidates(), name -> "pg_catalog.to_regclass(" + literal.apply(name) + ")")
                + ") OPERATOR(pg_catalog.=) CAST(" + target.oid() + " AS pg_catalog.oid))";
    }

    private String read(int columns) {
        return list(target.columns().subList(0, columns), column -> "t." + column.quoted());
    }

    /**
     * Tells the planner for the rest of the transaction to look up the target's row for each row given, in their order. It knows nothing of
     * the rows given, often little of the target, and a wrong guess reads the whole of a big table. What is off is so dear on paper, before
     * PostgreSQL 18, that jit would set in. Triggers of the target run under the same settings.
     */
    static String lookUp() {
        return "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_material = off; "
                + "SET LOCAL enable_bitmapscan = off; SET LOCAL jit = off";
    }

    /** Keeps everybody else from writing the target until the end of the transaction: without a unique index nothing else does. */
    String lock() {
        return "LOCK TABLE " + target.quoted() + " IN SHARE ROW EXCLUSIVE MODE";
    }

    /** The first row with a text that its type's input function refuses, its column's position and the reason. PostgreSQL 16 or later. */
    Sql firstMisfit() {
        var parameters = new ArrayList<String>();
        var misfits = new ArrayList<String>();
        for (int i = 0; i < target.columns().size(); i++) {
            Column column = target.columns().get(i);
            if (column.encoding().unchecked()) {
                parameters.add(arrays.get(i));
                parameters.add(column.typeName());
                misfits.add("SELECT u.number, " + i + ", u.value, y.type FROM pg_catalog.unnest(CAST(? AS text[])) WITH ORDINALITY"
                        + " AS u(value, number) CROSS JOIN CAST(? AS text) AS y(type) WHERE u.value IS NOT NULL");
            }
        }
        return new Sql("SELECT m.number, m.position, e.message FROM (" + String.join(" UNION ALL ", misfits)
                + ") AS m(number, position, value, type)"
                + " CROSS JOIN LATERAL pg_catalog.pg_input_error_info(m.value, m.type) AS e WHERE e.message IS NOT NULL"
                + " ORDER BY m.number, m.position LIMIT 1", parameters);
    }

    /** The numbers, from 1, of the rows that have the same key as another one; those of one key together, in their order. */
    Sql duplicates() {
        var parameters = new ArrayList<String>();
        return new Sql("SELECT pg_catalog.array_agg(s." + number() + " ORDER BY s." + number() + ") FROM " + given(parameters)
                + " GROUP BY " + keys(this::staged) + " HAVING pg_catalog.count(*) > 1", parameters);
    }

    /**
     * Updates the rows that differ, one after the other in the order of the key, so that concurrent batches wait for each other instead of
     * dying in a deadlock; rows that are the same are not even locked.
     */
    Sql update() {
        var parameters = new ArrayList<String>();
        String update = update(parameters);
        return new Sql(update, parameters);
    }

    /** The same without a unique index, where several stored rows may have the key: a query for the number of keys updated. */
    Sql updateAll() {
        var parameters = new ArrayList<String>();
        String update = update(parameters);
        return new Sql("WITH u AS (" + update + " RETURNING " + list(target.key(), part -> given(part.column()))
                + ") SELECT pg_catalog.count(*) FROM (SELECT FROM u GROUP BY "
                + list(target.key(), part -> "u." + part.column().quoted() + part.collate()) + ") AS k", parameters);
    }

    private String update(List<String> parameters) {
        return "UPDATE " + target.quoted() + " AS t SET "
                + list(target.values(), column -> column.quoted() + " = " + value(column)) + " FROM (SELECT "
                + list(target.columns(), column -> staged(column) + " AS " + column.quoted()) + " FROM " + given(parameters) + " ORDER BY "
                + order() + " OFFSET 0) AS s WHERE " + equalKeys(Statements::given) + " AND " + differs();
    }

    /** Inserts the rows whose keys are not there. Someone else's insert of one of them meanwhile makes it fail with 23505. */
    Sql insert() {
        var parameters = new ArrayList<String>();
        return new Sql(insertMissing(parameters), parameters);
    }

    /** Inserts the rows whose keys are not there, not even of late. */
    Sql insertOrKeep() {
        var parameters = new ArrayList<String>();
        return new Sql(insertMissing(parameters) + onConflict(), parameters);
    }

    /** Inserts the rows whose keys nobody else inserts meanwhile; a query for their numbers, from 1. */
    Sql insertGivingWay() {
        var parameters = new ArrayList<String>();
        String insert = insertMissing(parameters) + onConflict() + " RETURNING " + list(target.key(), part -> part.column().quoted());
        String source = given(parameters);
        return new Sql("WITH t AS (" + insert + ") SELECT s." + number() + " FROM " + source + " JOIN t ON " + equalKeys(this::staged),
                parameters);
    }

    /** The numbers, from 1, of the rows whose keys are there. */
    Sql there() {
        var parameters = new ArrayList<String>();
        return new Sql("SELECT s." + number() + " FROM " + given(parameters) + " WHERE " + exists(parameters), parameters);
    }

    /** How many of the rows have a key that is there. */
    Sql countThere() {
        var parameters = new ArrayList<String>();
        return new Sql("SELECT pg_catalog.count(*) FROM " + given(parameters) + " WHERE " + exists(parameters), parameters);
    }

    private String exists(List<String> parameters) {
        return "EXISTS (SELECT FROM " + target.quoted() + " AS t WHERE " + equalKeys(this::staged) + ")";
    }

    private String insertMissing(List<String> parameters) {
        return "INSERT INTO " + target.quoted() + " (" + list(target.columns(), Column::quoted) + ") SELECT "
                + list(target.columns(), this::staged) + " FROM " + given(parameters) + " WHERE NOT " + exists(parameters)
                + " ORDER BY " + order();
    }

    private String onConflict() {
        return target.unique() ? " ON CONFLICT (" + list(target.key(), part -> part.column().quoted()) + ") DO NOTHING" : "";
    }

    /** The rows given, as a table. */
    private String given(List<String> parameters) {
        if (arrays.isEmpty()) {
            return stage + " AS s";
        }
        parameters.addAll(arrays);
        return "(SELECT u.n AS " + number() + ", " + IntStream.range(0, target.columns().size())
                .mapToObj(i -> "CAST(u.c" + i + " AS " + target.columns().get(i).castType() + ") AS " + target.columns().get(i).quoted())
                .collect(Collectors.joining(", "))
                + " FROM ROWS FROM (" + list(arrays, array -> "pg_catalog.unnest(CAST(? AS text[]))") + ") WITH ORDINALITY AS u("
                + IntStream.range(0, target.columns().size()).mapToObj(i -> "c" + i).collect(Collectors.joining(", ")) + ", n)) AS s";
    }

    /** The value of a column of the rows given, with the column's own type. */
    private String staged(Column column) {
        return arrays.isEmpty() && column.encoding().asText() ? "CAST(s." + column.quoted() + " AS " + column.castType() + ")"
                : given(column);
    }

    private static String given(Column column) {
        return "s." + column.quoted();
    }

    private static String stored(Column column) {
        return column.domain() ? "CAST(t." + column.quoted() + " AS " + column.bareType() + ")" : "t." + column.quoted();
    }

    /** What is to be stored in a row that is there. */
    private String value(Column column) {
        return nulls == Nulls.KEEP ? "COALESCE(" + given(column) + ", " + stored(column) + ")" : given(column);
    }

    private String differs() {
        return "ROW(" + list(target.values(), Statements::stored) + ")::pg_catalog.record" + DIFFERENT + "ROW("
                + list(target.values(), this::value) + ")::pg_catalog.record";
    }

    private String keys(Function<Column, String> source) {
        return list(target.key(), part -> source.apply(part.column()) + part.collate());
    }

    /** The order in which rows are locked and inserted: that of {@link EncodedBatch#settled}, where it has one, for all ways alike. */
    private String order() {
        return list(target.key(), part -> part.faithful() && part.textual()
                ? "CAST(" + staged(part.column()) + " AS pg_catalog.text) COLLATE pg_catalog.\"C\""
                : staged(part.column()) + part.collate());
    }

    private String equalKeys(Function<Column, String> source) {
        return target.key().stream()
                .map(part -> stored(part) + ' ' + part.equal() + ' ' + source.apply(part.column()) + part.collate())
                .collect(Collectors.joining(" AND "));
    }

    private static String within(Range.Bound bound, UnaryOperator<String> literal) {
        KeyPart part = bound.part();
        if (bound.among().size() == 1) {
            return stored(part) + ' ' + part.equal() + ' ' + edge(part, bound.among().get(0), literal);
        }
        if (!bound.among().isEmpty()) {
            return stored(part) + ' ' + part.equal() + " ANY (ARRAY[" + list(bound.among(), one -> edge(part, one, literal)) + "])";
        }
        return stored(part) + ' ' + part.atLeast() + ' ' + edge(part, bound.atLeast(), literal)
                + " AND " + stored(part) + ' ' + part.atMost() + ' ' + edge(part, bound.atMost(), literal);
    }

    private static String stored(KeyPart part) {
        return "t." + part.column().quoted();
    }

    private static String edge(KeyPart part, String edge, UnaryOperator<String> literal) {
        return "CAST(" + literal.apply(edge) + " AS " + part.column().bareType() + ")" + part.collate();
    }

    private static <T> String list(List<T> items, Function<T, String> text) {
        return items.stream().map(text).collect(Collectors.joining(", "));
    }

    /** A name for the row's number that no column of the target has. */
    private String number() {
        String name = NUMBER;
        while (target.columns().stream().map(Column::name).toList().contains(name)) {
            name += "_";
        }
        return Name.quoted(name);
    }
}
