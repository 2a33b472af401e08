package io.pvroute.copyupsert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.postgresql.core.Oid;

/** The statements as text: what a reader of the server's log finds there. That they work is what the other tests show. */
class StatementsTest {

    private static final Column SITE = column("site", "text", Oid.TEXT, -1);
    private static final Column TS = column("ts", "timestamp with time zone", Oid.TIMESTAMPTZ, -1);
    private static final Column POWER = column("Power \"W\"", "double precision", Oid.FLOAT8, -1);
    private static final Column ADDRESS = column("row", "inet", Oid.INET, -1);
    private static final Target TARGET = new Target("sch.t", "\"sch\".\"t\"", 4711, List.of(), "", List.of(SITE, TS, POWER, ADDRESS),
            List.of(part(SITE, 0, " COLLATE pg_catalog.\"C\""), part(TS, 1, "")));

    @Test
    void theStageHasTheTypesOfTheTargetAndANameForEveryShape() {
        var statements = new Statements(TARGET, Nulls.OVERWRITE, Range.ALL);
        Target other = new Target("sch.t", "\"sch\".\"t\"", 4712, List.of(), "", TARGET.columns(), TARGET.key());

        assertThat(statements.createStage()).isEqualTo("CREATE TEMPORARY TABLE IF NOT EXISTS pg_temp.\"" + statements.stageName()
                + "\" (\"site\" text, \"ts\" timestamp with time zone, \"Power \"\"W\"\"\" double precision, \"row\" text,"
                + " \"row_\" integer) ON COMMIT DELETE ROWS");
        assertThat(statements.stageName()).matches("copyupsert_[0-9a-f]{32}")
                .isNotEqualTo(new Statements(other, Nulls.OVERWRITE, Range.ALL).stageName());
    }

    @Test
    void theUpdateLocksWhatDiffersInTheOrderOfTheKeyAndComparesOnceMore() {
        var range = new Range(List.of(Range.Bound.among(TARGET.key().get(0), List.of("roof")),
                Range.Bound.between(TARGET.key().get(1), "2024-01-01", "2024-01-16")));
        var statements = new Statements(TARGET, Nulls.OVERWRITE, range);
        String within = "t.\"site\" OPERATOR(pg_catalog.=) s.\"site\" COLLATE pg_catalog.\"C\" AND t.\"ts\" OPERATOR(pg_catalog.=) s.\"ts\""
                + " AND t.\"site\" OPERATOR(pg_catalog.=) CAST(? AS text) COLLATE pg_catalog.\"C\""
                + " AND t.\"ts\" OPERATOR(pg_catalog.>=) CAST(? AS timestamp with time zone)"
                + " AND t.\"ts\" OPERATOR(pg_catalog.<=) CAST(? AS timestamp with time zone)";

        Sql update = statements.update();

        assertThat(update.text()).isEqualTo("WITH s AS MATERIALIZED (SELECT s.\"site\" AS \"site\", s.\"ts\" AS \"ts\","
                + " s.\"Power \"\"W\"\"\" AS \"Power \"\"W\"\"\", CAST(s.\"row\" AS inet) AS \"row\" FROM pg_temp.\""
                + statements.stageName() + "\" AS s JOIN \"sch\".\"t\" AS t ON " + within
                + " WHERE ROW(t.\"Power \"\"W\"\"\", t.\"row\")::pg_catalog.record OPERATOR(pg_catalog.*<>)"
                + " ROW(s.\"Power \"\"W\"\"\", CAST(s.\"row\" AS inet))::pg_catalog.record"
                + " ORDER BY s.\"site\" COLLATE pg_catalog.\"C\", s.\"ts\" FOR NO KEY UPDATE OF t)"
                + " UPDATE \"sch\".\"t\" AS t SET \"Power \"\"W\"\"\" = s.\"Power \"\"W\"\"\", \"row\" = s.\"row\" FROM s WHERE " + within
                + " AND ROW(t.\"Power \"\"W\"\"\", t.\"row\")::pg_catalog.record OPERATOR(pg_catalog.*<>)"
                + " ROW(s.\"Power \"\"W\"\"\", s.\"row\")::pg_catalog.record");
        assertThat(update.parameters()).containsExactly("roof", "2024-01-01", "2024-01-16", "roof", "2024-01-01", "2024-01-16");
    }

    @Test
    void rowsAreInsertedInTheOrderOfTheKey() {
        var statements = new Statements(TARGET, Nulls.OVERWRITE, Range.ALL);

        assertThat(statements.insert().text()).endsWith(") ORDER BY s.\"site\" COLLATE pg_catalog.\"C\", s.\"ts\"");
        assertThat(statements.insertGivingWay().text())
                .contains(") ORDER BY s.\"site\" COLLATE pg_catalog.\"C\", s.\"ts\" ON CONFLICT (\"site\", \"ts\") DO NOTHING");
    }

    @Test
    void nullsKeepFallsBackToWhatIsStored() {
        assertThat(new Statements(TARGET, Nulls.KEEP, Range.ALL).update().text())
                .contains("SET \"Power \"\"W\"\"\" = COALESCE(s.\"Power \"\"W\"\"\", t.\"Power \"\"W\"\"\"),"
                        + " \"row\" = COALESCE(s.\"row\", t.\"row\")");
    }

    @Test
    void fewValuesAreListedAndThoseThatOnlyTheServerKnowsAreAskedOfTheStage() {
        var range = new Range(List.of(Range.Bound.among(TARGET.key().get(0), List.of("roof", "barn")),
                Range.Bound.between(TARGET.key().get(1), null, null)));
        var statements = new Statements(TARGET, Nulls.OVERWRITE, range);
        String stage = "pg_temp.\"" + statements.stageName() + "\"";

        Sql settled = statements.deleteSettled();

        assertThat(settled.text()).endsWith(" AND t.\"site\" OPERATOR(pg_catalog.=)"
                + " ANY (ARRAY[CAST(? AS text) COLLATE pg_catalog.\"C\", CAST(? AS text) COLLATE pg_catalog.\"C\"])"
                + " AND t.\"ts\" OPERATOR(pg_catalog.>=) (SELECT s.\"ts\" FROM " + stage + " AS s ORDER BY s.\"ts\" ASC LIMIT 1)"
                + " AND t.\"ts\" OPERATOR(pg_catalog.<=) (SELECT s.\"ts\" FROM " + stage + " AS s ORDER BY s.\"ts\" DESC LIMIT 1))");
        assertThat(settled.parameters()).containsExactly("roof", "barn");
    }

    private static Column column(String name, String type, int oid, int typmod) {
        Encoding encoding = Encoding.of(oid, typmod);
        return new Column(name, type, type, type, encoding.asText() ? "text" : type, false, oid, encoding);
    }

    private static KeyPart part(Column column, int position, String collate) {
        return new KeyPart(column, position, "OPERATOR(pg_catalog.=)", "OPERATOR(pg_catalog.<=)", "OPERATOR(pg_catalog.>=)", collate, true,
                true, true);
    }
}
