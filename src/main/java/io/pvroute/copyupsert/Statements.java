package io.pvroute.copyupsert;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The statements for one target. {@code t} is the target, {@code s} the stage or what was selected from it.
 *
 * <p>Values are compared as they are stored (record image, {@code *<>}), so that what was last given is what is stored for every type:
 * numeric 1.0 becomes 1.00, and types without an equality, such as json, work too. Keys are compared by the operators of their index.
 */
final class Statements {

    private static final String DIFFERENT = " OPERATOR(pg_catalog.*<>) ";

    private final Target target;
    private final Nulls nulls;
    private final Range range;
    private final String stageName;
    private final String stage;
    private final String stageColumns;
    private final String number;

    Statements(Target target, Nulls nulls, Range range) {
        this.target = target;
        this.nulls = nulls;
        this.range = range;
        number = Name.quoted(freeName(target));
        stageColumns = list(target.columns(), column -> column.quoted() + ' ' + column.stageType()) + ", " + number + " integer";
        // A table that was altered gets another stage; the columns' types alone do not tell a type that was dropped and made again.
        String shape = target.oid() + " " + stageColumns + target.columns().stream().map(Column::typeOid).toList();
        stageName = "copyupsert_" + UUID.nameUUIDFromBytes(shape.getBytes(StandardCharsets.UTF_8)).toString().replace("-", "");
        stage = "pg_temp." + Name.quoted(stageName);
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
        return "COPY " + stage + " (" + list(target.columns(), Column::quoted) + ", " + number + ") FROM STDIN (FORMAT binary)";
    }

    /**
     * Counts the rows of the target in the range, but no further than {@code most + 1}, and tells the planner for the rest of the
     * transaction how to join: no more than {@code most} are read at once and hashed; where there are more, each row of the stage is
     * looked up by its key. Left alone, it takes a range that it has no statistics of for one row, and compares each stored row with
     * each of the stage. Triggers of the target run under the same settings.
     */
    Sql reach(int most) {
        var parameters = new ArrayList<String>();
        String within = range.bounds().stream().map(bound -> within(bound, parameters)).collect(Collectors.joining(" AND "));
        return new Sql("SELECT r.rows <= " + most
                + ", pg_catalog.set_config('enable_nestloop', CASE WHEN r.rows <= " + most + " THEN 'off' ELSE 'on' END, true)"
                + Stream.of("hashjoin", "mergejoin", "material").map(way -> ", pg_catalog.set_config('enable_" + way
                        + "', CASE WHEN r.rows <= " + most + " THEN 'on' ELSE 'off' END, true)").collect(Collectors.joining())
                + " FROM (SELECT pg_catalog.count(*) AS rows FROM (SELECT FROM " + target.quoted() + " AS t"
                + (within.isEmpty() ? "" : " WHERE " + within) + " LIMIT " + most + " + 1) AS l) AS r", parameters);
    }

    /** The first row with a text that its type's input function refuses, its column's position and the reason. PostgreSQL 16 or later. */
    Sql firstMisfit() {
        var parameters = new ArrayList<String>();
        var misfits = new ArrayList<String>();
        for (int i = 0; i < target.columns().size(); i++) {
            Column column = target.columns().get(i);
            if (column.encoding().asText()) {
                parameters.add(column.typeName());
                misfits.add("SELECT s." + number + ", " + i + ", s." + column.quoted() + ", CAST(? AS text) FROM " + stage
                        + " AS s WHERE s." + column.quoted() + " IS NOT NULL");
            }
        }
        return new Sql("SELECT m.number, m.position, e.message FROM (" + String.join(" UNION ALL ", misfits)
                + ") AS m(number, position, value, type)"
                + " CROSS JOIN LATERAL pg_catalog.pg_input_error_info(m.value, m.type) AS e WHERE e.message IS NOT NULL"
                + " ORDER BY m.number, m.position LIMIT 1", parameters);
    }

    /** Of rows with the same key, the last gets the last value that is there of each column. */
    String collectLastValues() {
        String last = "(pg_catalog.array_agg(s.%1$s ORDER BY s.%2$s DESC) FILTER (WHERE s.%1$s IS NOT NULL))[1] AS %1$s";
        return "UPDATE " + stage + " AS d SET " + list(target.values(), column -> column.quoted() + " = m." + column.quoted())
                + " FROM (SELECT pg_catalog.max(s." + number + ") AS " + number + ", "
                + list(target.values(), column -> last.formatted(column.quoted(), number))
                + " FROM " + stage + " AS s GROUP BY " + keys(this::staged) + " HAVING pg_catalog.count(*) > 1) AS m"
                + " WHERE d." + number + " = m." + number;
    }

    /** Of rows with the same key, only the last stays. */
    String deleteDuplicates() {
        return "DELETE FROM " + stage + " AS d USING (SELECT s." + number + ", pg_catalog.lead(s." + number + ") OVER (PARTITION BY "
                + keys(this::staged) + " ORDER BY s." + number + ") AS later FROM " + stage + " AS s) AS l WHERE l." + number + " = d."
                + number + " AND l.later IS NOT NULL";
    }

    /**
     * Updates the rows that differ. They are locked first, in the order of the key, so that concurrent batches wait for each other
     * instead of dying in a deadlock; rows that are the same are not even locked.
     */
    Sql update() {
        var parameters = new ArrayList<String>();
        String changed = "SELECT " + list(target.columns(), column -> staged(column) + " AS " + column.quoted()) + " FROM " + stage
                + " AS s JOIN " + target.quoted() + " AS t ON " + match(this::staged, parameters) + " WHERE " + differs(this::staged)
                + " ORDER BY " + keys(this::staged) + " FOR NO KEY UPDATE OF t";
        return new Sql("WITH s AS MATERIALIZED (" + changed + ") UPDATE " + target.quoted() + " AS t SET "
                + list(target.values(), column -> column.quoted() + " = " + value(column, Statements::given))
                + " FROM s WHERE " + match(Statements::given, parameters) + " AND " + differs(Statements::given), parameters);
    }

    /** Inserts the rows whose keys are not there. Someone else's insert of one of them meanwhile makes it fail with 23505. */
    Sql insert() {
        var parameters = new ArrayList<String>();
        return new Sql(insertMissing(parameters), parameters);
    }

    /** Takes the rows from the stage whose keys are there: they are settled. */
    Sql deleteSettled() {
        var parameters = new ArrayList<String>();
        return new Sql("DELETE FROM " + stage + " AS s WHERE EXISTS (SELECT FROM " + target.quoted() + " AS t WHERE "
                + match(this::staged, parameters) + ")", parameters);
    }

    /** Inserts the rows whose keys nobody else inserts meanwhile, and takes them from the stage. */
    Sql insertGivingWay() {
        var parameters = new ArrayList<String>();
        String insert = insertMissing(parameters);
        return new Sql("WITH t AS (" + insert + " ON CONFLICT (" + list(target.key(), part -> part.column().quoted())
                + ") DO NOTHING RETURNING " + list(target.key(), part -> part.column().quoted()) + ") DELETE FROM " + stage
                + " AS s USING t WHERE " + equalKeys(this::staged), parameters);
    }

    private String insertMissing(List<String> parameters) {
        return "INSERT INTO " + target.quoted() + " (" + list(target.columns(), Column::quoted) + ") SELECT "
                + list(target.columns(), this::staged) + " FROM " + stage + " AS s WHERE NOT EXISTS (SELECT FROM " + target.quoted()
                + " AS t WHERE " + match(this::staged, parameters) + ") ORDER BY " + keys(this::staged);
    }

    /** The value of a column in the stage, with the column's own type. */
    private String staged(Column column) {
        return column.encoding().asText() ? "CAST(s." + column.quoted() + " AS " + column.castType() + ")" : given(column);
    }

    private static String given(Column column) {
        return "s." + column.quoted();
    }

    private static String stored(Column column) {
        return column.domain() ? "CAST(t." + column.quoted() + " AS " + column.bareType() + ")" : "t." + column.quoted();
    }

    /** What is to be stored in a row that is there. */
    private String value(Column column, Function<Column, String> source) {
        return nulls == Nulls.KEEP ? "COALESCE(" + source.apply(column) + ", " + stored(column) + ")" : source.apply(column);
    }

    private String differs(Function<Column, String> source) {
        return "ROW(" + list(target.values(), Statements::stored) + ")::pg_catalog.record" + DIFFERENT + "ROW("
                + list(target.values(), column -> value(column, source)) + ")::pg_catalog.record";
    }

    private String keys(Function<Column, String> source) {
        return list(target.key(), part -> source.apply(part.column()) + part.collate());
    }

    private String equalKeys(Function<Column, String> source) {
        return target.key().stream()
                .map(part -> stored(part) + ' ' + part.equal() + ' ' + source.apply(part.column()) + part.collate())
                .collect(Collectors.joining(" AND "));
    }

    private String match(Function<Column, String> source, List<String> parameters) {
        return equalKeys(source) + range.bounds().stream().map(bound -> " AND " + within(bound, parameters)).collect(Collectors.joining());
    }

    private String within(Range.Bound bound, List<String> parameters) {
        KeyPart part = bound.part();
        if (bound.among().size() > 1) {
            return stored(part) + ' ' + part.equal() + " ANY (ARRAY["
                    + list(bound.among(), value -> edge(part, value, "ASC", parameters)) + "])";
        }
        if (bound.one()) {
            String value = bound.among().isEmpty() ? null : bound.among().get(0);
            return stored(part) + ' ' + part.equal() + ' ' + edge(part, value, "ASC", parameters);
        }
        return stored(part) + ' ' + part.atLeast() + ' ' + edge(part, bound.atLeast(), "ASC", parameters)
                + " AND " + stored(part) + ' ' + part.atMost() + ' ' + edge(part, bound.atMost(), "DESC", parameters);
    }

    private static String stored(KeyPart part) {
        return "t." + part.column().quoted();
    }

    private String edge(KeyPart part, String value, String direction, List<String> parameters) {
        if (value == null) {
            String key = staged(part.column());
            return "(SELECT " + key + " FROM " + stage + " AS s ORDER BY " + key + part.collate() + ' ' + direction + " LIMIT 1)"
                    + part.collate();
        }
        parameters.add(value);
        return "CAST(? AS " + part.column().bareType() + ")" + part.collate();
    }

    private static <T> String list(List<T> items, Function<T, String> text) {
        return items.stream().map(text).collect(Collectors.joining(", "));
    }

    /** A name for the stage's own column that no column of the target has. */
    private static String freeName(Target target) {
        String name = "row";
        while (target.columns().stream().map(Column::name).toList().contains(name)) {
            name += "_";
        }
        return name;
    }
}
