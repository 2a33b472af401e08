package io.pvroute.copyupsert;

import static io.pvroute.copyupsert.Upserts.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.pvroute.copyupsert.CuttingProxy.Direction;

/** A connection that is cut, at whatever byte of the exchange: nothing is half stored; pool, server and the next batch are well. */
@Timeout(240)
class ConnectionFaultsTest {

    private static final int ROWS = 60;
    private static final int CUTS = 3;
    private static final List<Way> WAYS = List.of(Way.values());

    private static Upserts upserts;

    private CuttingProxy proxy;
    private HikariDataSource pool;

    @BeforeAll
    static void open() {
        upserts = new Upserts();
        Configurator.setLevel(Upsert.class, Level.ERROR); // each cut is worth a warning, and there are hundreds
        upserts.execute("CREATE TABLE cut (k int PRIMARY KEY, v text)");
    }

    @AfterAll
    static void close() {
        Configurator.setLevel(Upsert.class, (Level) null);
        upserts.close();
    }

    @BeforeEach
    void connect() throws IOException {
        proxy = new CuttingProxy(upserts.database.url());
        var config = new HikariConfig();
        config.setJdbcUrl(proxy.url());
        config.addDataSourceProperty("prepareThreshold", "0"); // the driver then says BEGIN and COMMIT in the same bytes each time
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(250);
        pool = new HikariDataSource(config);
    }

    @AfterEach
    void disconnect() throws IOException {
        pool.close();
        proxy.close();
    }

    /** What a batch of the keys 0 to 59 finds. */
    private enum Batch {
        NEW(0, new Counts(ROWS, 0, 0, 0, 0)), CHANGED(ROWS, new Counts(0, ROWS, 0, 0, 0)), UNCHANGED(ROWS, new Counts(0, 0, ROWS, 0, 0)),
        MIXED(ROWS / 2, new Counts(ROWS / 2, ROWS / 4, ROWS / 4, 0, 0));

        private final int stored;
        private final Counts counts;

        Batch(int stored, Counts counts) {
            this.stored = stored;
            this.counts = counts;
        }

        List<Object> rows() {
            var rows = new ArrayList<Object>();
            for (int k = 0; k < ROWS; k++) {
                boolean same = this == UNCHANGED || this == MIXED && k % 2 == 0;
                rows.add(row("k", k, "v", (same ? "stored " : "given ") + k + " " + "x".repeat(100)));
            }
            return rows;
        }

        void store() {
            upserts.execute("DELETE FROM cut");
            upserts.execute("INSERT INTO cut SELECT k, 'stored ' || k || ' ' || repeat('x', 100) FROM generate_series(0, " + (stored - 1)
                    + ") k");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCutAtAnyByteIsRepairedByRepeatingTheBatch(Batch batch) throws Exception {
        for (Way way : WAYS) {
            for (Direction direction : Direction.values()) {
                long bytes = exchanged(batch, way, direction);
                for (int i = 0; i <= CUTS; i++) {
                    long after = bytes * i / CUTS - (i == CUTS ? 1 : 0);
                    batch.store();
                    proxy.cutAfter(direction, after);

                    Counts counts = run(batch, way);

                    String place = way + ", " + direction + " cut after " + after + " of " + bytes + " bytes";
                    assertThat(proxy.hasCut()).as(place).isTrue();
                    // Where the cut swallowed the answer to COMMIT, the repetition finds everything as it should be.
                    assertThat(counts).as(place).isIn(batch.counts, Batch.UNCHANGED.counts);
                    assertThat(stored()).as(place).isEqualTo(given(batch));
                    assertAllIsWell(batch, way, place);
                }
            }
        }
    }

    @Test
    void aCutThatCannotBeRepairedLeavesTheTableUntouchedOrComplete() throws Exception {
        Batch batch = Batch.MIXED;
        for (Direction direction : Direction.values()) {
            long bytes = exchanged(batch, Way.AUTO, direction);
            for (long after : List.of(bytes / 2, bytes - 1)) {
                batch.store();
                List<String> before = stored();
                proxy.cutAfter(direction, after);
                proxy.thenRefuse();

                String place = direction + " cut after " + after + " of " + bytes + " bytes";
                assertThatThrownBy(() -> run(batch, Way.AUTO)).as(place).isInstanceOf(TransientUpsertException.class)
                        .hasMessageContaining("Try again later");

                proxy.pass();
                assertThat(stored()).as(place).isIn(before, given(batch));
                run(batch, Way.AUTO);
                assertAllIsWell(batch, Way.AUTO, place);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCommitInDoubtIsRepeatedAndFindsItselfDone(Batch batch) throws Exception {
        for (Way way : WAYS) {
            batch.store();
            proxy.cutAnswerTo("\0COMMIT\0");

            Counts counts = run(batch, way);

            boolean onlyRead = batch == Batch.UNCHANGED && way != Way.STAGE && way != Way.ARRAYS;
            assertThat(proxy.hasCut()).as("%s", way).isEqualTo(!onlyRead);
            assertThat(counts).as("%s", way).isEqualTo(Batch.UNCHANGED.counts);
            assertThat(stored()).as("%s", way).isEqualTo(given(batch));
            assertAllIsWell(batch, way, "COMMIT");
        }
    }

    @Test
    void aPoolWithADeadConnectionInItIsNoObstacle() throws Exception {
        exchanged(Batch.NEW, Way.AUTO, Direction.TO_SERVER);
        upserts.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND pid <> pg_backend_pid() AND state = 'idle'");
        Batch.MIXED.store();

        assertThat(run(Batch.MIXED, Way.AUTO)).isEqualTo(Batch.MIXED.counts);
    }

    /** Runs a batch undisturbed, with everything warm, and tells how many bytes that takes. */
    private long exchanged(Batch batch, Way way, Direction direction) {
        batch.store();
        run(batch, way);
        batch.store();
        proxy.pass();
        assertThat(run(batch, way)).isEqualTo(batch.counts);
        return proxy.passed(direction);
    }

    private Counts run(Batch batch, Way way) {
        CopyUpsertProcessor processor = upserts.into("cut");
        processor.setDataSource(pool);
        var exchange = upserts.exchange(batch.rows());
        exchange.getMessage().setHeader(CopyUpsertProcessor.WAY, way);
        processor.process(exchange);
        return Upserts.counts(exchange);
    }

    private void assertAllIsWell(Batch batch, Way way, String place) throws SQLException {
        proxy.pass();
        assertThat(run(batch, way)).as(place).isEqualTo(Batch.UNCHANGED.counts);
        assertThat(stored()).as(place).isEqualTo(given(batch));
        try (Connection connection = pool.getConnection(); ResultSet row = connection.createStatement().executeQuery("SELECT 1")) {
            assertThat(connection.getAutoCommit()).as(place).isTrue();
            assertThat(row.next()).as(place).isTrue();
        }
        Awaitility.await(place).pollDelay(Duration.ZERO).atMost(10, TimeUnit.SECONDS).until(() -> upserts.one(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                        + " AND backend_type = 'client backend' AND state <> 'idle'").equals("0"));
    }

    private static List<String> stored() {
        return upserts.query("SELECT k, v FROM cut ORDER BY k");
    }

    private static List<String> given(Batch batch) {
        return batch.rows().stream().map(row -> (Map<?, ?>) row).map(row -> row.get("k") + "|" + row.get("v")).toList();
    }
}
