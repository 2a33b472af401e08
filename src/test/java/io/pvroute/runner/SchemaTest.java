package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.pvroute.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

@Timeout(120)
class SchemaTest {

    private static final String ONE = "classpath:db/testmigration/one";
    private static final String TWO = "classpath:db/testmigration/two";

    private final String role = "Runner " + ProcessHandle.current().pid(); // a name that has to be quoted
    private TestDatabase database;

    @BeforeEach
    void create() {
        database = new TestDatabase();
    }

    @AfterEach
    void drop() throws SQLException {
        if (value("SELECT count(*) FROM pg_roles WHERE rolname = '" + role + "'").equals("1")) {
            database.execute("DROP OWNED BY \"" + role + "\"");
            database.execute("DROP ROLE \"" + role + "\"");
        }
        database.close();
    }

    @Test
    void anEmptyDatabaseGetsTheWholeSchema() throws SQLException {
        assertThat(upgrade(ONE, TWO)).isEqualTo(new Schema.Upgrade(2, "2"));
        assertThat(value("SELECT count(tiles) FROM pv_roof")).isEqualTo("0");
        assertThat(value("SELECT string_agg(version, ' ' ORDER BY installed_rank) FROM pv_schema_history")).isEqualTo("1 2");
    }

    @Test
    void anOlderSchemaGetsWhatIsMissingAndNothingTwice() throws SQLException {
        upgrade(ONE);

        assertThat(upgrade(ONE, TWO)).isEqualTo(new Schema.Upgrade(1, "2"));
        assertThat(upgrade(ONE, TWO)).isEqualTo(new Schema.Upgrade(0, "2"));
    }

    @Test
    void otherTablesOfTheDatabaseAreNoHindrance() throws SQLException {
        database.execute("CREATE TABLE invoices AS SELECT 7 AS n");

        assertThat(upgrade(ONE, TWO)).isEqualTo(new Schema.Upgrade(2, "2"));
        assertThat(upgrade(ONE, TWO)).isEqualTo(new Schema.Upgrade(0, "2"));
        assertThat(value("SELECT n FROM invoices")).isEqualTo("7");
    }

    @Test
    void runnersThatStartAtOnceUpgradeOnce() throws Exception {
        // Given the database of somebody with other tables, and four runners
        database.execute("CREATE TABLE invoices AS SELECT 7 AS n");
        var runners = Executors.newFixedThreadPool(4);
        var barrier = new CyclicBarrier(4);
        try {
            // When all of them start at the same time
            List<Future<Schema.Upgrade>> upgrades = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                upgrades.add(runners.submit(() -> {
                    barrier.await();
                    return upgrade(ONE, TWO);
                }));
            }
            int applied = 0;
            for (Future<Schema.Upgrade> upgrade : upgrades) {
                assertThat(upgrade.get().version()).isEqualTo("2");
                applied += upgrade.get().applied();
            }

            // Then each migration ran once
            assertThat(applied).isEqualTo(2);
        } finally {
            runners.shutdownNow();
        }
    }

    @Test
    void withNothingToDoARunnerNeedsNoMoreThanToReadTheHistory() throws SQLException {
        upgrade(ONE, TWO);
        createRole();
        database.execute("GRANT SELECT ON pv_schema_history TO \"" + role + "\"");

        assertThat(Schema.upgrade(asRole(), ONE, TWO)).isEqualTo(new Schema.Upgrade(0, "2"));
    }

    @Test
    void aMissingRightToCreateIsNamedWithTheGrantThatGivesIt() throws SQLException {
        // Given a user that may not create in the schema
        createRole();

        // When it upgrades
        assertThatExceptionOfType(StartException.class).isThrownBy(() -> Schema.upgrade(asRole(), ONE))
                .withMessageContaining("User \"" + role + "\" lacks a right")
                .withMessageContaining("public of database " + value("SELECT current_database()"))
                .withMessageContaining("permission denied for schema public")
                .withMessageContaining("GRANT CREATE ON SCHEMA public TO \"" + role + "\";")
                .withMessageContaining("GRANT SELECT ON pv_channel, pv_value, pv_counter, pv_day, pv_power, pv_device_power, pv_schema_history TO \"" + role + "\";")
                .withMessageContaining("java -jar pvroute.jar migrate");

        // Then what the sentence says is what helps
        database.execute("GRANT CREATE ON SCHEMA public TO \"" + role + "\"");
        assertThat(Schema.upgrade(asRole(), ONE)).isEqualTo(new Schema.Upgrade(1, "1"));
    }

    @Test
    void tablesOfAnotherOwnerNeedThatOwner() throws SQLException {
        upgrade(ONE);
        createRole();
        database.execute("GRANT CREATE ON SCHEMA public TO \"" + role + "\"");
        database.execute("GRANT SELECT, INSERT ON pv_schema_history TO \"" + role + "\"");

        assertThatExceptionOfType(StartException.class).isThrownBy(() -> Schema.upgrade(asRole(), ONE, TWO))
                .withMessageContaining("must be owner of table pv_roof").withMessageContaining("java -jar pvroute.jar migrate");
    }

    @Test
    void aHistoryThatMayNotBeReadIsAMissingRightToo() throws SQLException {
        upgrade(ONE);
        createRole();

        assertThatExceptionOfType(StartException.class).isThrownBy(() -> Schema.upgrade(asRole(), ONE))
                .withMessageContaining("permission denied for table pv_schema_history");
    }

    @Test
    void aUserWithoutAnySchemaIsTold() throws SQLException {
        createRole();
        database.execute("ALTER ROLE \"" + role + "\" SET search_path = nowhere");

        assertThatExceptionOfType(StartException.class).isThrownBy(() -> Schema.upgrade(asRole(), ONE))
                .withMessageContaining("has no schema to work in").withMessageContaining("nowhere");
    }

    @Test
    void aSchemaOfANewerProgramIsLeftAlone() throws SQLException {
        upgrade(ONE, TWO);

        assertThatExceptionOfType(StartException.class).isThrownBy(() -> upgrade(ONE))
                .withMessageContaining("it has version 2 (tiles), and this program knows versions up to 1");
    }

    @Test
    void aSchemaFromAnotherScriptOfTheSameVersionIsLeftAlone() throws SQLException {
        upgrade(ONE);

        assertThatExceptionOfType(StartException.class).isThrownBy(() -> upgrade("classpath:db/testmigration/changed", TWO))
                .withMessageContaining("got its version 1 from another V1__roof.sql").withMessageContaining("checksum");
        assertThat(value("SELECT max(version) FROM pv_schema_history")).isEqualTo("1");
    }

    @Test
    void aMigrationThatFailsIsRolledBackAndNamed() throws SQLException {
        assertThatExceptionOfType(StartException.class).isThrownBy(() -> upgrade(ONE, "classpath:db/testmigration/broken"))
                .withMessageContaining("failed in V2__tiles.sql, and was rolled back")
                .withMessageContaining("relation \"pv_chimney\" does not exist");

        assertThat(value("SELECT to_regclass('pv_gutter')")).isNull();
        assertThat(upgrade(ONE, TWO)).isEqualTo(new Schema.Upgrade(1, "2"));
    }

    @Test
    void aMigrationThatFailsOutsideATransactionSaysThatSomeOfItMayRemain() throws SQLException {
        assertThatExceptionOfType(StartException.class).isThrownBy(() -> upgrade(ONE, "classpath:db/testmigration/outside"))
                .withMessageContaining("failed in V2__tiles.sql, outside a transaction: some of it may remain");

        assertThat(value("SELECT to_regclass('pv_gutter')")).isEqualTo("pv_gutter");
    }

    @Test
    void aMigrationThatTheHistoryCallsFailedHasToBeLookedAtByAPerson() throws SQLException {
        upgrade(ONE);
        database.execute("UPDATE pv_schema_history SET success = false");

        assertThatExceptionOfType(StartException.class).isThrownBy(() -> upgrade(ONE, TWO))
                .withMessageContaining("failed half-way").withMessageContaining("V1__roof.sql").withMessageContaining("success = false");
    }

    @Test
    void aDatabaseThatIsAwayIsWorthAnotherTryRatherThanAFault() {
        var away = new PGSimpleDataSource();
        away.setUrl("jdbc:postgresql://127.0.0.1:1/away");

        assertThatThrownBy(() -> Schema.upgrade(away, ONE)).isInstanceOf(SQLException.class).hasMessageContaining("refused");
    }

    private Schema.Upgrade upgrade(String... locations) throws SQLException {
        return Schema.upgrade(database.dataSource(), locations);
    }

    private void createRole() {
        database.execute("CREATE ROLE \"" + role + "\" LOGIN PASSWORD 'x'");
        database.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC"); // as from PostgreSQL 15 on
    }

    private PGSimpleDataSource asRole() {
        var other = new PGSimpleDataSource();
        other.setUrl(database.url());
        other.setUser(role);
        other.setPassword("x");
        return other;
    }

    private String value(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection(); Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}
