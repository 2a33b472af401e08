package io.pvroute.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.pvroute.TestDatabase;
import io.pvroute.runner.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The dashboard of deploy/grafana on a year of the archive of one plant and three days of readings of another, asked as the role that Grafana asks
 * as. Grafana itself is not run.
 */
class GrafanaTest {

    private static final Path FOLDER = Path.of("deploy/grafana");
    private static final String READER = "grafana_" + ProcessHandle.current().pid();
    private static final double MOST_MILLISECONDS = 200;

    private static JsonNode dashboard;
    private static TestDatabase database;
    private static Connection reader;

    @BeforeAll
    static void twoPlants() throws Exception {
        dashboard = new ObjectMapper().readTree(FOLDER.resolve("dashboards/pvroute.json").toFile());
        database = new TestDatabase();
        Schema.upgrade(database.dataSource());
        try (var history = GrafanaTest.class.getResourceAsStream("history.sql")) {
            database.execute(new String(history.readAllBytes(), StandardCharsets.UTF_8));
        }
        database.execute("ANALYZE");
        String role = Files.readString(FOLDER.resolve("role.sql")).replaceAll("\\bgrafana\\b(?!/)", READER);
        database.execute(role);
        database.execute(role);
        database.execute("ALTER ROLE " + READER + " PASSWORD 'secret'");
        reader = DriverManager.getConnection(database.url().replaceAll("[?&](user|password)=[^&]*", ""), READER, "secret");
    }

    @AfterAll
    static void close() throws SQLException {
        reader.close();
        database.execute("DROP OWNED BY " + READER);
        database.execute("DROP ROLE " + READER);
        database.close();
    }

    @ParameterizedTest
    @MethodSource("named")
    void answersWithRowsAtOnce(JsonNode panel) throws SQLException {
        String sql = expanded(panel, defaultRange());

        List<String> columns = new ArrayList<>();
        int rows = 0;
        boolean told = false;
        try (Statement statement = reader.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                columns.add(row.getMetaData().getColumnName(i));
            }
            while (row.next()) {
                rows++;
                told |= row.getObject(columns.size()) != null;
            }
        }

        assertThat(rows).isPositive();
        assertThat(told).as("something in the last column").isTrue();
        assertThat(columns).doesNotHaveDuplicates();
        if (panel.at("/targets/0/format").asText().equals("time_series")) {
            assertThat(columns.get(0)).isEqualTo("time");
            assertThat(sql).as("Grafana takes the rows in their order").containsPattern("ORDER BY (1|time|g\\.starts_at)");
        }
        assertThat(milliseconds(sql)).isLessThan(MOST_MILLISECONDS);
    }

    @ParameterizedTest
    @MethodSource("named")
    void answersSoonForTenYearsToo(JsonNode panel) throws SQLException {
        assertThat(milliseconds(expanded(panel, Duration.ofDays(3_653)))).isLessThan(5 * MOST_MILLISECONDS);
    }

    /** The numbers of a day against those that the plants were made with: they have 5 and 9 kW, home consumes 700 W and 900 W are consumed in the barn. */
    @Test
    void saysWhatTheHistorySays() throws SQLException {
        assertThat(number("Power of the sites", "SELECT max(value) FROM (%s) AS a WHERE metric = 'home'", Duration.ofDays(7))).isBetween(4_800.0, 5_000.0);
        assertThat(number("Power of the sites", "SELECT max(value) FROM (%s) AS a WHERE metric = 'barn'", Duration.ofDays(7))).isBetween(8_700.0, 9_000.0);
        assertThat(number("Power flow", "SELECT min(\"Consumed\") FROM (%s) AS a", Duration.ofDays(7))).isBetween(600.0, 800.0);
        // 5 kW over the half of a sine that is 12 hours long are 38.2 kWh
        assertThat(number("Energy of the days", "SELECT value FROM (%s) AS a WHERE metric = 'home' ORDER BY time LIMIT 1 OFFSET 2", Duration.ofDays(7)))
                .isBetween(38_000.0, 38_400.0);
        // of which 700 W are consumed for somewhat less than 12 hours, of 24 * 700 Wh
        assertThat(number("Self-consumption and autonomy", "SELECT \"Autonomy\" FROM (%s) AS a ORDER BY time LIMIT 1 OFFSET 2", Duration.ofDays(7)))
                .isBetween(45.0, 50.0);
        assertThat(number("Windows of the archive", "SELECT sum(\"Dead\") FROM (%s) AS a", Duration.ofDays(365))).isEqualTo(1);
        assertThat(number("Windows of the archive", "SELECT sum(\"Owed\") FROM (%s) AS a", Duration.ofDays(365))).as("one uncovered, one never read").isEqualTo(2);
        assertThat(number("Days without a sample", "SELECT sum(\"Days\") FROM (%s) AS a", Duration.ofDays(365))).as("of two times 24 hours").isBetween(1.0, 2.0);
        assertThat(number("Newest sample", "SELECT max(\"Age\") FROM (%s) AS a WHERE \"Site\" = 'barn'", Duration.ofDays(7))).isBetween(240.0, 900.0);
        assertThat(number("Collection", "SELECT \"Down\" FROM (%s) AS a", Duration.ofDays(7))).isEqualTo(1);
    }

    @Test
    void aSiteThatIsNotChosenIsNotShown() throws SQLException {
        for (JsonNode panel : panels().toList()) {
            var macros = new GrafanaMacros(Instant.now().minus(Duration.ofDays(365)), Instant.now(), Duration.ofHours(1), List.of("nosuch"));
            String sql = macros.expand(panel.at("/targets/0/rawSql").asText());
            try (Statement statement = reader.createStatement();
                    ResultSet row = statement.executeQuery("SELECT coalesce(string_agg(t::text, ' '), '') FROM (" + sql + ") AS t")) {
                row.next();
                assertThat(row.getString(1)).as(panel.get("title").asText()).matches("[(,)0]*");
            }
        }
    }

    @Test
    void theRoleReadsAndNoMore() {
        for (String refused : List.of("DELETE FROM pv_archive", "INSERT INTO pv_event SELECT * FROM pv_event", "CREATE TABLE t ()",
                "SET default_transaction_read_only = off; UPDATE pv_site SET enabled = false", "SET default_transaction_read_only = off; SELECT pv_thin('1 day')")) {
            assertThatThrownBy(() -> {
                try (Statement statement = reader.createStatement()) {
                    statement.execute(refused);
                }
            }).as(refused).isInstanceOf(SQLException.class).satisfies(e -> assertThat(((SQLException) e).getSQLState()).isIn("25006", "42501"));
        }
    }

    @Test
    void theVariableOffersTheSites() throws SQLException {
        JsonNode variable = dashboard.at("/templating/list/0");

        assertThat(variable.get("name").asText()).isEqualTo("site");
        assertThat(variable.get("multi").asBoolean() && variable.get("includeAll").asBoolean()).isTrue();
        try (Statement statement = reader.createStatement(); ResultSet row = statement.executeQuery(variable.get("query").asText())) {
            row.next();
            assertThat(row.getString(1)).isEqualTo("barn");
        }
    }

    @Test
    void everythingAsksTheDataSourceThatIsProvided() throws Exception {
        JsonNode source = yaml("datasources/pvroute.yaml").at("/datasources/0");

        assertThat(dashboard.findValues("datasource")).hasSizeGreaterThan(20).allSatisfy(used -> {
            assertThat(used.get("uid")).isEqualTo(source.get("uid"));
            assertThat(used.get("type")).isEqualTo(source.get("type"));
        });
        assertThat(source.get("user").asText()).as("the role of role.sql").isEqualTo("grafana");
        assertThat(source.at("/secureJsonData/password").asText()).startsWith("$__file{");
        assertThat(source.at("/jsonData/timescaledb").asBoolean()).as("its macros are others").isFalse();
    }

    @Test
    void composeProvidesIt() throws Exception {
        JsonNode services = yaml("../compose.yaml").get("services");
        JsonNode source = yaml("datasources/pvroute.yaml").at("/datasources/0");

        // Grafana looks for providers in the folder dashboards of its provisioning folder, and the provider names that folder
        assertThat(services.at("/grafana/volumes")).extracting(JsonNode::asText).contains("./grafana:/etc/grafana/provisioning:ro");
        assertThat(yaml("dashboards/pvroute.yaml").at("/providers/0/options/path").asText()).isEqualTo("/etc/grafana/provisioning/dashboards");
        // The password is a secret of Grafana and of the database, which makes the role before it gets its password
        String secret = source.at("/secureJsonData/password").asText().replaceAll("^\\$__file\\{/run/secrets/(.*)}$", "$1");
        assertThat(services.at("/grafana/secrets")).extracting(JsonNode::asText).contains(secret);
        assertThat(services.at("/db/secrets")).extracting(JsonNode::asText).contains(secret);
        assertThat(services.at("/db/volumes")).extracting(JsonNode::asText).anyMatch(mount -> mount.matches("\\./grafana/role\\.sql:/docker-entrypoint-initdb\\.d/2-.*"))
                .anyMatch(mount -> mount.matches("\\./passwords\\.sh:/docker-entrypoint-initdb\\.d/3-.*"));
        assertThat(source.get("url").asText()).isEqualTo("db:5432");
        assertThat(source.at("/jsonData/database").asText()).isEqualTo(services.at("/db/environment/POSTGRES_DB").asText());
    }

    @Test
    void everyPanelHasItsNumberItsPlaceAndAUnit() {
        List<JsonNode> all = StreamSupport.stream(dashboard.get("panels").spliterator(), false).toList();

        assertThat(all).extracting(panel -> panel.get("id").asInt()).doesNotHaveDuplicates();
        assertThat(all).extracting(panel -> panel.get("title").asText()).doesNotHaveDuplicates();
        var places = new HashSet<String>();
        for (JsonNode panel : all) {
            JsonNode at = panel.get("gridPos");
            assertThat(at.get("x").asInt() + at.get("w").asInt()).isLessThanOrEqualTo(24);
            for (int x = at.get("x").asInt(); x < at.get("x").asInt() + at.get("w").asInt(); x++) {
                for (int y = at.get("y").asInt(); y < at.get("y").asInt() + at.get("h").asInt(); y++) {
                    assertThat(places.add(x + "," + y)).as(panel.get("title").asText() + " lies on another panel").isTrue();
                }
            }
        }
        assertThat(panels()).hasSizeGreaterThan(12).allSatisfy(panel -> {
            assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isNotEmpty();
            assertThat(panel.get("description").asText()).isNotEmpty();
        });
    }

    @Test
    void everyColumnThatAnOverrideNamesIsThere() throws SQLException {
        for (JsonNode panel : panels().toList()) {
            for (JsonNode override : panel.at("/fieldConfig/overrides")) {
                if (override.at("/matcher/id").asText().equals("byName")) {
                    String column = override.at("/matcher/options").asText();
                    assertThat(panel.at("/targets/0/rawSql").asText()).as(panel.get("title").asText()).contains("AS \"" + column + '"');
                }
            }
        }
    }

    private static Stream<JsonNode> panels() {
        return StreamSupport.stream(dashboard.get("panels").spliterator(), false).filter(panel -> !panel.get("type").asText().equals("row"));
    }

    private static Stream<Named<JsonNode>> named() {
        return panels().map(panel -> Named.of(panel.get("title").asText(), panel));
    }

    private static Duration defaultRange() {
        assertThat(dashboard.at("/time/to").asText()).isEqualTo("now");
        return days(dashboard.at("/time/from").asText().replace("now-", ""));
    }

    private static Duration days(String range) {
        assertThat(range).matches("\\d+d");
        return Duration.ofDays(Long.parseLong(range.replace("d", "")));
    }

    /** The SQL of a panel that is about a thousand points wide, for a time range that ends now, or for the panel's own. */
    private static String expanded(JsonNode panel, Duration range) {
        Duration asked = panel.has("timeFrom") ? days(panel.get("timeFrom").asText()) : range;
        Instant now = Instant.now();
        var macros = new GrafanaMacros(now.minus(asked), now, Duration.ofSeconds(Math.max(300, asked.toSeconds() / 1_000)), List.of("barn", "home"));
        return macros.expand(panel.at("/targets/0/rawSql").asText());
    }

    private static double number(String title, String query, Duration range) throws SQLException {
        JsonNode panel = panels().filter(each -> each.get("title").asText().equals(title)).findFirst().orElseThrow();
        try (Statement statement = reader.createStatement(); ResultSet row = statement.executeQuery(query.formatted(expanded(panel, range)))) {
            row.next();
            return row.getDouble(1);
        }
    }

    /** What the server takes to plan and execute it: the quickest of seven, which other work of the computer does not disturb. */
    private static double milliseconds(String sql) throws SQLException {
        double quickest = Double.MAX_VALUE;
        try (Statement statement = reader.createStatement()) {
            for (int i = 0; i < 7; i++) {
                double taken = 0;
                try (ResultSet plan = statement.executeQuery("EXPLAIN (ANALYZE, TIMING OFF, SUMMARY) " + sql)) {
                    while (plan.next()) {
                        if (plan.getString(1).matches("(Planning|Execution) Time: .*")) {
                            taken += Double.parseDouble(plan.getString(1).replaceAll("[^0-9.]", ""));
                        }
                    }
                }
                assertThat(taken).as("the server tells its time").isPositive();
                quickest = Math.min(quickest, taken);
            }
        }
        return quickest;
    }

    private static JsonNode yaml(String file) throws Exception {
        return new ObjectMapper(new YAMLFactory()).readTree(FOLDER.resolve(file).toFile());
    }
}
