package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.pvroute.TestDatabase;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** deploy/partition-archive.sql: pv_archive by month, with all that hangs on it, and the pipeline that goes on. */
@Timeout(120)
class PartitionArchiveTest {

    private static final long PID = ProcessHandle.current().pid();
    private static final String OWNER = "archive_owner_" + PID;
    private static final String READER = "archive_reader_" + PID;

    private final TestDatabase database = new TestDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aRunnerThatIsCollectingGoesOnAndNothingIsLostOrDoubled() throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
        Instant since = now.minus(Duration.ofDays(150)).truncatedTo(ChronoUnit.DAYS);
        try (var logger = new Simulator(Plant.inVienna(1, since), Clock.fixed(now, ZoneOffset.UTC)).start(0);
                var runner = new Runner(Settings.load(null, Map.of(), Map.of("db.url", database.url(), "site.home", logger.url(), "site.home.since", since.toString(),
                        "archive.pause", "200ms", "archive.tick", "50ms", "archive.period", "1h", "realtime.period", "off", "observe.port", "off",
                        "page.port", "off")))) {
            // Given a runner that has read the newest windows
            runner.openDatabase();
            runner.startRoutes();
            await().atMost(Duration.ofSeconds(60)).until(() -> sql.queryForObject("SELECT count(*) FROM pv_window WHERE read_at IS NOT NULL", Integer.class) >= 3);

            // When the archive is partitioned
            partition();
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_window WHERE loaded_from IS NOT NULL", Integer.class)).as("it is not done yet").isLessThan(9);

            // Then it reads the rest, and what is stored is the truth
            await().atMost(Duration.ofSeconds(60)).until(this::allIsRead);
            assertThat(TrueRows.stored(sql, "home").equals(TrueRows.recorded(logger, since, now.plusSeconds(1)))).isTrue();

            // When the months are made that were read after it, then nothing stays in pv_archive_other
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_archive_other", Long.class)).isPositive();
            assertThat(sql.queryForObject("SELECT pv_archive_months(now() + interval '2 years')", Integer.class)).isPositive();
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_archive_other", Long.class)).isZero();
            assertThat(sql.queryForObject("SELECT pv_archive_months(now() + interval '2 years')", Integer.class)).isZero();
            assertThat(sql.queryForObject("SELECT count(DISTINCT tableoid) = count(DISTINCT date_trunc('month', ts, 'UTC')) FROM pv_archive", Boolean.class)).isTrue();

            // When all is read again, then not a row is written
            long rows = sql.queryForObject("SELECT count(*) FROM pv_archive", Long.class);
            Instant before = sql.queryForObject("SELECT now()", Timestamp.class).toInstant();
            sql.execute("UPDATE pv_window SET state = 'open', loaded_from = NULL");
            sql.execute("UPDATE pv_site SET due_at = '-infinity'");
            await().atMost(Duration.ofSeconds(60)).until(() -> allIsRead()
                    && sql.queryForObject("SELECT min(read_at) > ?::timestamptz FROM pv_window", Boolean.class, before.toString()));
            assertThat(sql.queryForList("SELECT DISTINCT inserted + updated FROM pv_window", Long.class)).containsExactly(0L);
            assertThat(sql.queryForObject("SELECT sum(unchanged) FROM pv_window", Long.class)).isGreaterThanOrEqualTo(rows);
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(sql.queryForList("""
                    SELECT d.site || d.device || d.day FROM pv_day AS d FULL JOIN pv_day_total AS t USING (site, device, day)
                     WHERE (d.produced_wh, d.plus_wh, d.minus_wh, d.samples) IS DISTINCT FROM (t.produced_wh, t.plus_wh, t.minus_wh, t.samples)""", String.class)).isEmpty());
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_day_total", Integer.class)).isGreaterThan(150);
        }

        // And the schema is as its next version expects it
        assertThat(Schema.upgrade(database.dataSource()).applied()).isZero();
    }

    /** By the owner of the tables, who is no superuser. */
    @Test
    void channelsRightsIndexesAndViewsStayAsTheyWere() throws Exception {
        sql.execute("CREATE ROLE " + OWNER + " LOGIN PASSWORD 'secret'; CREATE ROLE " + READER + "; GRANT CREATE, USAGE ON SCHEMA public TO " + OWNER);
        try {
            // Given an archive with an operator's channel, index, rights and views
            String url = database.url().replaceAll("[?&](user|password)=[^&]*", "");
            var owner = new DriverManagerDataSource(url, OWNER, "secret");
            Schema.upgrade(owner);
            var byOwner = new JdbcTemplate(owner);
            byOwner.execute("""
                    INSERT INTO pv_site (site, url, zone) VALUES ('home', 'http://logger', 'Europe/Vienna');
                    ALTER TABLE pv_archive ADD COLUMN gone double precision;
                    ALTER TABLE pv_archive DROP COLUMN gone;
                    ALTER TABLE pv_archive ADD COLUMN "Odd Name" double precision CHECK ("Odd Name" < 1000);
                    COMMENT ON COLUMN pv_archive."Odd Name" IS 'Odd_Channel · V';
                    INSERT INTO pv_archive (site, device, ts, powerreal_pac_sum, energyreal_wac_sum_produced, "Odd Name")
                    SELECT 'home', 'inverter/' || d, t, 100 * d, 100 * d / 12.0, d
                      FROM generate_series(1, 2) AS d, generate_series('2024-01-30Z'::timestamptz, '2024-03-02Z', interval '5 minutes') AS t;
                    -- of a device of its own, since before PostgreSQL 17 no view can tell the time from a sample to this one
                    INSERT INTO pv_archive (site, device, ts) VALUES ('home', 'inverter/3', 'infinity');
                    CREATE INDEX by_time ON pv_archive (ts);
                    CREATE VIEW late WITH (security_barrier = true) AS SELECT site, ts FROM pv_archive WHERE ts > '2024-02-15Z';
                    CREATE VIEW later AS SELECT max(ts) FROM late;
                    """ + "GRANT SELECT, UPDATE (\"Odd Name\") ON pv_archive TO " + READER + "; GRANT SELECT ON late TO " + READER);
            List<List<String>> before = everything();

            // When it is partitioned, and once more
            partition(owner.getConnection());
            partition(owner.getConnection());

            // Then all of that is there as it was
            assertThat(everything()).isEqualTo(before);
            assertThat(sql.queryForObject("SELECT relkind::text FROM pg_class WHERE relname = 'pv_archive'", String.class)).isEqualTo("p");
            assertThat(sql.queryForList("SELECT tableoid::regclass || ' ' || count(*) FROM pv_archive GROUP BY tableoid::regclass ORDER BY 1", String.class))
                    .containsExactly("pv_archive_2024_01 1152", "pv_archive_2024_02 16704", "pv_archive_2024_03 578", "pv_archive_other 1");
            assertThat(sql.queryForObject("SELECT count(*) FROM pg_class WHERE relname LIKE '%unpartitioned%'", Integer.class)).isZero();
            assertThat(sql.queryForObject("""
                    SELECT count(*) FROM pg_inherits WHERE inhparent = 'pv_archive'::regclass
                       AND inhrelid::regclass::text BETWEEN to_char(now() AT TIME ZONE 'UTC', '"pv_archive_"YYYY_MM') AND 'pv_archive_9'""", Integer.class))
                    .as("this month and two years of them").isEqualTo(25);

            // And another channel is added as ever
            byOwner.execute("ALTER TABLE pv_archive ADD COLUMN further double precision; COMMENT ON COLUMN pv_archive.further IS 'Further · A'");
            assertThat(sql.queryForObject("SELECT column_name FROM pv_channel WHERE channel = 'Further'", String.class)).isEqualTo("further");
            assertThat(Schema.upgrade(database.dataSource()).applied()).isZero();
        } finally {
            sql.execute("DROP OWNED BY " + READER + ", " + OWNER + " CASCADE");
            sql.execute("DROP ROLE " + READER + ", " + OWNER);
        }
    }

    @Test
    void whatCannotBeCarriedOverIsNamedAndNothingIsChanged() throws Exception {
        Schema.upgrade(database.dataSource());
        sql.execute("""
                CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
                CREATE TRIGGER mine BEFORE INSERT ON pv_archive FOR EACH ROW EXECUTE FUNCTION nothing();
                ALTER TABLE pv_archive SET (fillfactor = 90);
                """);
        assertThatThrownBy(this::partition).isInstanceOf(SQLException.class).hasMessageContaining("the trigger mine, the storage setting fillfactor=90. Nothing was changed.");

        sql.execute("DROP TRIGGER mine ON pv_archive; ALTER TABLE pv_archive RESET (fillfactor); CREATE MATERIALIZED VIEW newest AS SELECT max(ts) FROM pv_archive");
        assertThatThrownBy(this::partition).hasMessageContaining("materialized view newest depends on");

        assertThat(sql.queryForObject("SELECT relkind::text FROM pg_class WHERE relname = 'pv_archive'", String.class)).isEqualTo("r");
        assertThat(sql.queryForObject("SELECT count(*) FROM pg_class WHERE relname ~ '^pv_archive_[0-9ou]'", Integer.class)).isZero();
        sql.execute("DROP MATERIALIZED VIEW newest");
        partition();
        assertThat(sql.queryForObject("SELECT relkind::text FROM pg_class WHERE relname = 'pv_archive'", String.class)).isEqualTo("p");
    }

    private boolean allIsRead() {
        return Boolean.TRUE.equals(sql.queryForObject("""
                SELECT count(*) = (SELECT count(*) FROM pv_site, generate_series(pv_window_start(since), now(), interval '384 hours'))
                       AND bool_and(state IN ('open', 'loaded') AND loaded_from IS NOT NULL) FROM pv_window""", Boolean.class));
    }

    /** What people and programs see of pv_archive. */
    private List<List<String>> everything() {
        var seen = new ArrayList<List<String>>();
        for (String query : List.of(
                "SELECT count(*) || md5(string_agg(a::text, ' ' ORDER BY site, device, ts)) FROM pv_archive AS a",
                "SELECT concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, attcollation::regcollation, col_description(attrelid, attnum), attacl)"
                        + " FROM pg_attribute WHERE attrelid = 'pv_archive'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname",
                "SELECT concat_ws(' ', relowner::regrole, relacl, obj_description(oid)) FROM pg_class WHERE oid = 'pv_archive'::regclass",
                "SELECT replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') FROM pg_index WHERE indrelid = 'pv_archive'::regclass ORDER BY 1",
                "SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'pv_archive'::regclass ORDER BY 1",
                "SELECT c.relname || coalesce(c.reloptions::text, '') || coalesce(c.relacl::text, '') || pg_get_viewdef(c.oid) || coalesce(obj_description(c.oid), '')"
                        + " FROM pg_class AS c WHERE c.relkind = 'v' AND c.relnamespace = 'public'::regnamespace ORDER BY 1",
                "SELECT concat_ws(' ', channel, unit, column_name) FROM pv_channel ORDER BY position",
                "SELECT v::text FROM pv_value AS v ORDER BY table_name, position",
                "SELECT v::text FROM pv_day AS v WHERE isfinite(day) ORDER BY device, day",
                "SELECT md5(string_agg(v::text, ' ' ORDER BY device, ts)) FROM pv_device_power AS v",
                "SELECT v::text FROM pv_power_between('home', '2024-01-31Z', '2024-02-02Z') AS v",
                "SELECT count(*)::text FROM late")) {
            seen.add(sql.queryForList(query, String.class));
        }
        assertThat(seen).allSatisfy(rows -> assertThat(rows).isNotEmpty());
        return seen;
    }

    private void partition() throws IOException, SQLException {
        partition(DriverManager.getConnection(database.url()));
    }

    /** As psql does it: the connection ends with it. */
    private static void partition(Connection once) throws IOException, SQLException {
        try (Connection connection = once; Statement statement = connection.createStatement()) {
            statement.execute(Files.readString(Path.of("deploy/partition-archive.sql")));
        }
    }
}
