package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;

import io.pvroute.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** pv_archive_months(), which deploy/partition-archive.sql leaves behind, with what operators do to partitions in the years after. */
@Timeout(120)
class ArchiveMonthsTest {

    private static final String OWNER = "months_owner_" + ProcessHandle.current().pid();

    private final TestDatabase database = new TestDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    /** As it is once a year: by whoever administers the server, with a search path of theirs. */
    @Test
    void whatAnAdministratorMakesBelongsToTheOwner() throws Exception {
        sql.execute("CREATE ROLE " + OWNER + " LOGIN PASSWORD 'secret'; GRANT CREATE, USAGE ON SCHEMA public TO " + OWNER);
        try {
            // Given the owner's archive, which an administrator partitions
            var owner = new DriverManagerDataSource(database.url().replaceAll("[?&](user|password)=[^&]*", ""), OWNER, "secret");
            Schema.upgrade(owner);
            var byOwner = new JdbcTemplate(owner);
            samples("2024-01-30Z", "2024-02-03Z");
            sql.execute("CREATE SCHEMA aside");
            sql.execute("ALTER DATABASE " + sql.queryForObject("SELECT current_database()", String.class) + " SET search_path = aside, public");
            partition();

            // When an administrator makes further months
            samples("2019-07-01Z", "2019-07-03Z");
            try (Connection connection = DriverManager.getConnection(database.url()); Statement statement = connection.createStatement();
                    var row = statement.executeQuery("SELECT pv_archive_months(now() + interval '3 years'), current_schema(), current_user")) {
                row.next();
                assertThat(row.getInt(1)).as("twelve to come, and one of the past").isEqualTo(13);
                assertThat(row.getString(2)).isEqualTo("aside");
                assertThat(row.getString(3)).isNotEqualTo(OWNER);
            }

            // Then the owner owns all of the archive, in its place, and alters it as ever
            assertThat(sql.queryForList("SELECT DISTINCT relowner::regrole || ' ' || relnamespace::regnamespace FROM pg_class"
                    + " WHERE relname LIKE 'pv\\_archive%' AND relkind IN ('r', 'p', 'i', 'I')", String.class)).containsExactly(OWNER + " public");
            byOwner.execute("ALTER TABLE pv_archive ADD COLUMN further double precision");
            assertThat(byOwner.queryForObject("SELECT pv_archive_months(now() + interval '4 years')", Integer.class)).isEqualTo(12);
        } finally {
            sql.execute("DROP OWNED BY " + OWNER + " CASCADE");
            sql.execute("DROP ROLE " + OWNER);
        }
    }

    @Test
    void aMonthThatWasPutAwayStaysAsItIsWhenItsRowsComeAgain() throws Exception {
        // Given a month that was put away, and the present one
        Schema.upgrade(database.dataSource());
        samples("2016-05-01Z", "2016-06-03Z");
        partition();
        String present = sql.queryForObject("SELECT to_char(now() AT TIME ZONE 'UTC', '\"pv_archive_\"YYYY_MM')", String.class);
        sql.execute("ALTER TABLE pv_archive DETACH PARTITION pv_archive_2016_05; ALTER TABLE pv_archive DETACH PARTITION " + present);

        // When rows of it come again, others than before, and months are made, in a session that writes times in its own way
        samples("2016-05-30Z", "2016-05-31T23:55Z");
        assertThat(inTables("2016-05-01Z", "2016-06-01Z")).containsExactly("pv_archive_other 576");
        sql.execute("UPDATE pv_archive SET powerreal_pac_sum = 7 WHERE ts < '2016-06-01Z'");
        sql.execute("CREATE FUNCTION months_in_kolkata() RETURNS integer LANGUAGE sql SET timezone = 'Asia/Kolkata' SET datestyle = 'SQL, DMY'"
                + " AS 'SELECT pv_archive_months(now() + interval ''3 years'')'");
        try (Connection connection = DriverManager.getConnection(database.url()); Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT months_in_kolkata()")) {
            row.next();
            assertThat(row.getInt(1)).as("2016-05, the present one, and a year to come").isEqualTo(14);
            assertThat(statement.getWarnings().getMessage()).isEqualTo("The rows of a month go to pv_archive_2016_05_2, since there is a table"
                    + " pv_archive_2016_05 that is no part of pv_archive. It is left as it is.");
        }

        // Then they have a partition, and what was put away is as it was
        assertThat(inTables("2016-05-01Z", "2016-06-01Z")).containsExactly("pv_archive_2016_05_2 576");
        assertThat(inTables("2016-06-01Z", "2016-07-01Z")).containsExactly("pv_archive_2016_06 577");
        assertThat(sql.queryForList("SELECT count(*) || ' ' || max(powerreal_pac_sum) FROM pv_archive_2016_05", String.class)).containsExactly("8928 100");
        samples("now", "now");
        assertThat(inTables("yesterday", "tomorrow")).containsExactly(present + "_2 1");

        // And neither again nor by names does it stumble
        assertThat(sql.queryForObject("SELECT months_in_kolkata()", Integer.class)).isZero();
        sql.execute("ALTER TABLE pv_archive DETACH PARTITION pv_archive_2016_05_2");
        samples("2016-05-01Z", "2016-05-01Z");
        assertThat(sql.queryForObject("SELECT months_in_kolkata()", Integer.class)).isOne();
        assertThat(inTables("2016-05-01Z", "2016-06-01Z")).containsExactly("pv_archive_2016_05_3 1");

        // And what was put away can be put back beside what came since
        assertThat(sql.update("INSERT INTO pv_archive SELECT * FROM pv_archive_2016_05_2 ON CONFLICT DO NOTHING")).isEqualTo(576);
        assertThat(sql.update("INSERT INTO pv_archive SELECT * FROM pv_archive_2016_05 ON CONFLICT DO NOTHING")).isEqualTo(8928 - 577);
        assertThat(inTables("2016-05-01Z", "2016-06-01Z")).containsExactly("pv_archive_2016_05_3 8928");
    }

    @Test
    void partitionsThatSomebodyElseMadeAreRespected() throws Exception {
        // Given one partition for all that is before 2018, and one that ends within a month to come
        Schema.upgrade(database.dataSource());
        partition();
        sql.execute("CREATE TABLE old PARTITION OF pv_archive FOR VALUES FROM (MINVALUE) TO ('2017-12-11Z')");
        sql.execute("DO $$ BEGIN EXECUTE format('CREATE TABLE ahead PARTITION OF pv_archive FOR VALUES FROM (%L) TO (%L)',"
                + " (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '40 months') AT TIME ZONE 'UTC',"
                + " (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '42 months 10 days') AT TIME ZONE 'UTC'); END $$");
        samples("2017-11-30Z", "2017-12-12Z");
        samples("2018-01-02Z", "2018-01-03Z");

        // When months are made, then those that lie in them get none, and the others do
        assertThat(sql.queryForObject("SELECT pv_archive_months(now() + interval '46 months')", Integer.class)).as("25 to 46 but for 40 to 42, and 2018-01")
                .isEqualTo(20);
        assertThat(inTables("2017-01-01Z", "2019-01-01Z")).containsExactly("old 3168", "pv_archive_2018_01 289", "pv_archive_other 289");
        assertThat(sql.queryForObject("SELECT pv_archive_months(now() + interval '46 months')", Integer.class)).isZero();
    }

    /** Samples of home in every five minutes of a time, both ends included. */
    private void samples(String from, String through) {
        sql.update("INSERT INTO pv_archive (site, device, ts, powerreal_pac_sum) SELECT 'home', 'inverter/1', t, 100"
                + " FROM generate_series(?::timestamptz, ?::timestamptz, interval '5 minutes') AS t", from, through);
    }

    /** Where the rows of a time are, and how many. */
    private List<String> inTables(String from, String to) {
        return sql.queryForList("SELECT tableoid::regclass || ' ' || count(*) FROM pv_archive WHERE ts >= ?::timestamptz AND ts < ?::timestamptz"
                + " GROUP BY tableoid::regclass ORDER BY 1", String.class, from, to);
    }

    private void partition() throws Exception {
        try (Connection connection = DriverManager.getConnection(database.url()); Statement statement = connection.createStatement()) {
            statement.execute(Files.readString(Path.of("deploy/partition-archive.sql")));
        }
    }
}
