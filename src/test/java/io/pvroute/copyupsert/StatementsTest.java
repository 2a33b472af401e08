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
    private static final Target TARGET = target(4711);

    @Test
    void theStageHasTheTypesOfTheTargetAndANameForEveryShape() {
        var statements = Statements.ofStage(TARGET, Nulls.OVERWRITE);

        assertThat(statements.createStage()).isEqualTo("CREATE TEMPORARY TABLE IF NOT EXISTS pg_temp.\"" + statements.stageName()
                + "\" (\"site\" text, \"ts\" timestamp with time zone, \"Power \"\"W\"\"\" double precision, \"row\" text)"
                + " ON COMMIT DELETE ROWS");
        assertThat(statements.stageName()).matches("copyupsert_[0-9a-f]{32}")
                .isNotEqualTo(Statements.ofStage(target(4712), Nulls.OVERWRITE).stageName());
    }

    @Test
    void theUpdateWritesWhatDiffersInTheOrderOfTheKey() {
        var statements = Statements.ofStage(TARGET, Nulls.OVERWRITE);

        Sql update = statements.update();

        assertThat(update.text()).isEqualTo("UPDATE \"sch\".\"t\" AS t SET \"Power \"\"W\"\"\" = s.\"Power \"\"W\"\"\", \"row\" = s.\"row\""
                + " FROM (SELECT s.\"site\" AS \"site\", s.\"ts\" AS \"ts\", s.\"Power \"\"W\"\"\" AS \"Power \"\"W\"\"\","
                + " CAST(s.\"row\" AS inet) AS \"row\" FROM pg_temp.\"" + statements.stageName() + "\" AS s"
                + " ORDER BY CAST(s.\"site\" AS pg_catalog.text) COLLATE pg_catalog.\"C\", s.\"ts\" OFFSET 0) AS s"
                + " WHERE t.\"site\" OPERATOR(pg_catalog.=) s.\"site\" COLLATE pg_catalog.\"C\" AND t.\"ts\" OPERATOR(pg_catalog.=) s.\"ts\""
                + " AND ROW(t.\"Power \"\"W\"\"\", t.\"row\")::pg_catalog.record OPERATOR(pg_catalog.*<>)"
                + " ROW(s.\"Power \"\"W\"\"\", s.\"row\")::pg_catalog.record");
        assertThat(update.parameters()).isEmpty();
    }

    @Test
    void rowsAreInsertedInTheOrderOfTheKey() {
        var statements = Statements.ofStage(TARGET, Nulls.OVERWRITE);

        assertThat(statements.insert().text()).endsWith(") ORDER BY CAST(s.\"site\" AS pg_catalog.text) COLLATE pg_catalog.\"C\", s.\"ts\"");
        assertThat(statements.insertGivingWay().text())
                .contains(") ORDER BY CAST(s.\"site\" AS pg_catalog.text) COLLATE pg_catalog.\"C\", s.\"ts\" ON CONFLICT (\"site\", \"ts\") DO NOTHING");
    }

    @Test
    void nullsKeepFallsBackToWhatIsStored() {
        assertThat(Statements.ofStage(TARGET, Nulls.KEEP).update().text())
                .contains("SET \"Power \"\"W\"\"\" = COALESCE(s.\"Power \"\"W\"\"\", t.\"Power \"\"W\"\"\"),"
                        + " \"row\" = COALESCE(s.\"row\", t.\"row\")");
    }

    @Test
    void fewValuesOfAKeyAreListed() {
        var range = new Range(List.of(Range.Bound.among(TARGET.key().get(0), List.of("roof", "barn"))));

        assertThat(Statements.ofStage(TARGET, Nulls.OVERWRITE).copyRange(2, range, 5, text -> "'" + text + "'"))
                .contains(" AND t.\"site\" OPERATOR(pg_catalog.=) ANY (ARRAY[CAST('roof' AS text) COLLATE pg_catalog.\"C\","
                        + " CAST('barn' AS text) COLLATE pg_catalog.\"C\"]) ORDER BY");
    }

    @Test
    void whatIsStoredIsReadInTheOrderOfTheIndexAndNoFurtherThanWorthwhile() {
        var range = new Range(List.of(Range.Bound.among(TARGET.key().get(0), List.of("o'clock")),
                Range.Bound.between(TARGET.key().get(1), "2024-01-01", "2024-01-16")));

        String copy = Statements.ofStage(TARGET, Nulls.OVERWRITE).copyRange(3, range, 577, text -> "'" + text.replace("'", "''") + "'");

        assertThat(copy).isEqualTo("COPY (SELECT t.\"site\", t.\"ts\", t.\"Power \"\"W\"\"\" FROM \"sch\".\"t\" AS t WHERE"
                + " (SELECT COALESCE(pg_catalog.to_regclass('sch.t')) OPERATOR(pg_catalog.=) CAST(4711 AS pg_catalog.oid)) AND t.\"site\""
                + " OPERATOR(pg_catalog.=) CAST('o''clock' AS text) COLLATE pg_catalog.\"C\""
                + " AND t.\"ts\" OPERATOR(pg_catalog.>=) CAST('2024-01-01' AS timestamp with time zone)"
                + " AND t.\"ts\" OPERATOR(pg_catalog.<=) CAST('2024-01-16' AS timestamp with time zone)"
                + " ORDER BY t.\"site\", t.\"ts\" LIMIT (SELECT 577)) TO STDOUT (FORMAT binary)");
    }

    @Test
    void arraysAreReadWithTheTypesOfTheTargetAndNumbered() {
        Sql there = Statements.ofArrays(TARGET, Nulls.OVERWRITE, List.of("{roof}", "{2024-01-01}", "{1}", "{::1}")).there();

        assertThat(there.text()).isEqualTo("SELECT s.\"number\" FROM (SELECT u.n AS \"number\", CAST(u.c0 AS text) AS \"site\","
                + " CAST(u.c1 AS timestamp with time zone) AS \"ts\", CAST(u.c2 AS double precision) AS \"Power \"\"W\"\"\","
                + " CAST(u.c3 AS inet) AS \"row\" FROM ROWS FROM (pg_catalog.unnest(CAST(? AS text[])), pg_catalog.unnest(CAST(? AS text[])),"
                + " pg_catalog.unnest(CAST(? AS text[])), pg_catalog.unnest(CAST(? AS text[]))) WITH ORDINALITY AS u(c0, c1, c2, c3, n)) AS s WHERE EXISTS (SELECT FROM \"sch\".\"t\" AS t WHERE"
                + " t.\"site\" OPERATOR(pg_catalog.=) s.\"site\" COLLATE pg_catalog.\"C\" AND t.\"ts\" OPERATOR(pg_catalog.=) s.\"ts\")");
        assertThat(there.parameters()).containsExactly("{roof}", "{2024-01-01}", "{1}", "{::1}");
    }

    private static Column column(String name, String type, int oid, int typmod) {
        Encoding encoding = Encoding.of(oid, typmod);
        return new Column(name, type, type, type, encoding.asText() ? "text" : type, false, oid, encoding);
    }

    private static Target target(long oid) {
        return new Target("sch.t", "\"sch\".\"t\"", "t", oid, List.of("sch.t"), "", true, false, true, List.of(SITE, TS, POWER, ADDRESS),
                List.of(0, 1, 2, 3), List.of(part(SITE, " COLLATE pg_catalog.\"C\""), part(TS, "")));
    }

    private static KeyPart part(Column column, String collate) {
        return new KeyPart(column, "OPERATOR(pg_catalog.=)", "OPERATOR(pg_catalog.<=)", "OPERATOR(pg_catalog.>=)", collate, "", true, true,
                true);
    }
}
