package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.pvroute.TestDatabase;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** The roles of deploy/roles.sql: one that makes the tables, and one that runs and can do nothing else. */
class RolesTest {

    private static final long PID = ProcessHandle.current().pid();
    private static final String OWNER = "owner_" + PID;
    private static final String RUNNER = "runner_" + PID;
    private static final String BY_FILE = "by_file_" + PID;

    private final Clock clock = Clock.systemUTC();
    private final TestDatabase database = new TestDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(database.dataSource());
    private final String url = database.url().replaceAll("[?&](user|password)=[^&]*", "");

    @TempDir
    private Path folder;

    @BeforeEach
    void byAnAdministrator() throws Exception {
        String roles = Files.readString(Path.of("deploy/roles.sql"));
        assertThat(roles).contains("'pvroute_owner', 'pvroute'");
        String named = roles.replace("pvroute_owner", OWNER).replaceAll("\\bpvroute\\b", RUNNER);
        sql.execute(named);
        sql.execute(named);
        sql.execute("CREATE ROLE " + BY_FILE + " LOGIN");
        for (String role : List.of(OWNER, RUNNER, BY_FILE)) {
            sql.execute("ALTER ROLE " + role + " PASSWORD 'secret'");
        }
    }

    @AfterEach
    void end() {
        for (String role : List.of(RUNNER, BY_FILE, OWNER)) {
            sql.execute("DROP OWNED BY " + role + " CASCADE");
            sql.execute("DROP ROLE " + role);
        }
        database.close();
    }

    @Test
    void theOneMakesTheTablesAndTheOtherRunsAndCanDoNothingElse() throws Exception {
        // When the owner makes the tables, and gives what is needed
        Typed migrate = migrate("--grant", RUNNER);
        assertThat(migrate.code()).as(migrate.err()).isZero();
        assertThat(sql.queryForList("SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relname LIKE 'pv\\_%'", String.class)).containsExactly(OWNER);

        // Then a runner works as the other role
        try (var simulator = new Simulator(Plant.demo(clock), clock).start(0);
                var runner = new Runner(Settings.load(null, Map.of(), Map.of("db.url", url, "db.user", RUNNER, "db.password", "secret", "site.home", simulator.url(),
                        "archive.since", "20d", "archive.pause", "0s", "observe.port", "off", "page.port", "off")))) {
            runner.openDatabase();
            runner.startRoutes();
            await().atMost(Duration.ofSeconds(60)).until(() -> sql.queryForObject("SELECT count(*) > 0 AND bool_and(state IN ('open', 'loaded')) FROM pv_window", Boolean.class));
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_archive", Long.class)).isPositive();
        }

        // And it is refused all else
        for (String statement : List.of("CREATE TABLE t ()", "DROP TABLE pv_event", "ALTER TABLE pv_archive ADD COLUMN c int", "TRUNCATE pv_archive",
                "UPDATE pv_schema_history SET checksum = 0", "CREATE OR REPLACE VIEW pv_day AS SELECT 1", "CREATE ROLE other", "SET ROLE " + OWNER,
                "COPY pv_archive TO PROGRAM 'true'")) {
            assertThat(stateOf(statement)).as(statement).isEqualTo("42501");
        }

        // And it deletes what is thinned, totalled anew or refused no longer, and of no other table
        List<String> tables = sql.queryForList("SELECT relname FROM pg_class WHERE relname LIKE 'pv\\_%' AND relkind IN ('r', 'p')", String.class);
        assertThat(tables).contains("pv_archive", "pv_event", "pv_site", "pv_window", "pv_thinned", "pv_schema_history");
        Map<String, String> states = new TreeMap<>();
        for (String table : tables) {
            states.put(table, stateOf("DELETE FROM " + table));
        }
        assertThat(states.entrySet()).filteredOn(Map.Entry::getValue, "done").extracting(Map.Entry::getKey)
                .containsExactly("pv_day_total", "pv_inverter", "pv_meter", "pv_ohmpilot", "pv_power_flow", "pv_rejected", "pv_storage");
        assertThat(states.values()).containsOnly("done", "42501");

        // And the owner's file gives the same rights, no more and no fewer
        var owner = new org.springframework.jdbc.datasource.DriverManagerDataSource(url, OWNER, "secret");
        new JdbcTemplate(owner).execute(Files.readString(Path.of("deploy/rights.sql")).replaceAll("\\bpvroute;", BY_FILE + ";"));
        assertThat(rights(BY_FILE)).isNotEmpty().isEqualTo(rights(RUNNER));

        // And what it has already is not given again
        assertThat(Rights.grant(owner, RUNNER)).isEmpty();
    }

    @Test
    void aRoleThatIsNotThereIsToldWithWhatToDo() throws Exception {
        Typed migrate = migrate("--grant", "nobody_" + PID);

        assertThat(migrate.code()).isEqualTo(1);
        assertThat(migrate.err()).contains("The role nobody_" + PID + " was not given the rights that run needs: role \"nobody_" + PID + "\" does not exist")
                .contains("deploy/roles.sql");
    }

    private Typed migrate(String... more) throws Exception {
        Path config = Files.writeString(folder.resolve("application.properties"), "db.url = " + url + "\ndb.user = " + OWNER + "\ndb.password = secret\n");
        return Typed.command("migrate", "--config", config.toString(), more[0], more[1]);
    }

    private List<String> rights(String role) {
        return sql.queryForList("SELECT table_name || ' ' || privilege_type FROM information_schema.role_table_grants WHERE grantee = ? ORDER BY 1", String.class, role);
    }

    private String stateOf(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, RUNNER, "secret"); Statement refused = connection.createStatement()) {
            refused.execute(statement);
            return "done";
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }
}
