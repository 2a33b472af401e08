package io.pvroute.copyupsert;

import static io.pvroute.copyupsert.Upserts.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.pvroute.runner.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The shortcuts of the upsert are taken where pv_archive is partitioned by month, too: deploy/partition-archive.sql. */
class PartitionedArchiveTest {

    private static final int WINDOW = 4_608; // 16 days of a sample every 5 minutes
    /** The window begins nine days before the end of a month. */
    private static final Instant BEGIN = Instant.parse("2024-05-23T00:00:00Z");
    private static final List<String> COLUMNS = List.of("site", "device", "ts", "powerreal_pac_sum", "energyreal_wac_sum_produced");

    private static Upserts upserts;

    @BeforeAll
    static void threeYears() throws Exception {
        upserts = new Upserts();
        Schema.upgrade(upserts.database.dataSource());
        upserts.execute("INSERT INTO pv_archive (site, device, ts, powerreal_pac_sum) SELECT 'barn', 'inverter/1', t, 1"
                + " FROM generate_series('2022-06-01Z'::timestamptz, '2025-06-01Z', interval '1 day') AS t");
        upserts.execute(Files.readString(Path.of("deploy/partition-archive.sql")));
    }

    @AfterAll
    static void close() {
        upserts.close();
    }

    @Test
    void newRowsAreCopiedUnchangedOnesAreComparedOnTheWireAndOnlyTheirMonthsAreRead() throws Exception {
        // Given what an archive's batch looks like
        CopyUpsertProcessor processor = upserts.into("pv_archive");
        processor.setNulls("keep");
        var settings = new Settings(upserts.database.dataSource(), "pv_archive", List.of(), List.of(), Mode.UPSERT, Nulls.KEEP, 10_000, Way.AUTO);
        assertThat(new Targets().get(settings, COLUMNS).comparable()).isTrue();

        // When a window is new, then it is stored in its two months
        assertThat(upserts.run(processor, window())).isEqualTo(new Counts(WINDOW, 0, 0, 0, 0));
        assertThat(upserts.query("SELECT tableoid::regclass::text, count(*) FROM pv_archive WHERE site = 'home' GROUP BY 1 ORDER BY 1"))
                .containsExactly("pv_archive_2024_05|" + 9 * 288, "pv_archive_2024_06|" + 7 * 288);

        // When it comes again, then nothing is written, not even to the log
        upserts.execute("VACUUM pv_archive");
        upserts.run(processor, window());
        upserts.query("SELECT pg_stat_force_next_flush()");
        upserts.query("SELECT pg_stat_reset()");
        long least = Long.MAX_VALUE; // others write WAL too: checkpoints, autovacuum
        for (int pass = 0; pass < 3; pass++) {
            long start = wal();
            assertThat(upserts.run(processor, window())).isEqualTo(new Counts(0, 0, WINDOW, 0, 0));
            least = Math.min(least, wal() - start);
        }
        assertThat(least).as("bytes of WAL").isLessThan(2_048);

        // And no other month was looked at, nor either of the two as a whole
        upserts.query("SELECT pg_stat_force_next_flush()");
        assertThat(upserts.query("SELECT relname, seq_scan, n_tup_upd, n_dead_tup FROM pg_stat_user_tables WHERE relname LIKE 'pv_archive_%'"
                + " AND (seq_scan > 0 OR idx_scan > 0) ORDER BY 1")).containsExactly("pv_archive_2024_05|0|0|0", "pv_archive_2024_06|0|0|0");

        // When a few differ, then those alone are written
        List<Object> changed = window();
        for (int i : List.of(0, 2_592, 4_607)) {
            changed.set(i, row("site", "home", "device", "inverter/1", "ts", BEGIN.plusSeconds(i * 300L), "powerreal_pac_sum", -1,
                    "energyreal_wac_sum_produced", null));
        }
        assertThat(upserts.run(processor, changed)).isEqualTo(new Counts(0, 3, WINDOW - 3, 0, 0));
        assertThat(upserts.query("SELECT tableoid::regclass, energyreal_wac_sum_produced FROM pv_archive WHERE powerreal_pac_sum = -1 ORDER BY ts"))
                .containsExactly("pv_archive_2024_05|0", "pv_archive_2024_06|216", "pv_archive_2024_06|383.9166666666667");
    }

    @Test
    void aRowOfAMonthWithoutAPartitionIsStoredToo() {
        Instant long1999 = Instant.parse("1999-12-31T23:55:00Z");

        Counts counts = upserts.run(upserts.into("pv_archive"), List.of(row("site", "old", "device", "inverter/1", "ts", long1999, "powerreal_pac_sum", 1)));

        assertThat(counts).isEqualTo(new Counts(1, 0, 0, 0, 0));
        assertThat(upserts.query("SELECT tableoid::regclass FROM pv_archive WHERE site = 'old'")).containsExactly("pv_archive_other");
    }

    private static List<Object> window() {
        var rows = new ArrayList<Object>();
        for (int i = 0; i < WINDOW; i++) {
            rows.add(row("site", "home", "device", "inverter/1", "ts", BEGIN.plusSeconds(i * 300L), "powerreal_pac_sum", i, "energyreal_wac_sum_produced",
                    i / 12.0));
        }
        return rows;
    }

    private static long wal() {
        return Long.parseLong(upserts.one("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')"));
    }
}
