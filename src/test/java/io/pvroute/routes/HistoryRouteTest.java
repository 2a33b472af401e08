package io.pvroute.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.pvroute.LogLines;
import org.junit.jupiter.api.Test;

/** What the shipped routes make of readings that are there: totals of the days, and room. */
class HistoryRouteTest extends ShippedRoutes {

    @Override
    protected Map<String, String> differing() {
        return Map.of("realtime.keep", "30d");
    }

    @Test
    void readingsAreTotalledAndOldOnesThinned() {
        // Given readings of this year and of today, of a site that nobody asks
        readings("now() - interval '60 days'", "now() - interval '59 days'");
        readings("now() - interval '10 minutes'", "now()");
        String young = young();

        context.start();

        // Then the totals are those of the view, old readings are one in five minutes, and young ones are as they were
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(sql.queryForList("SELECT count(*) FROM pv_thinned WHERE through_at > '-infinity'",
                Integer.class)).isEqualTo(List.of(1)));
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(sql.queryForList("SELECT produced_wh FROM pv_day_total ORDER BY day"))
                .isNotEmpty().isEqualTo(sql.queryForList("SELECT produced_wh FROM pv_day ORDER BY day")));
        assertThat(young()).isEqualTo(young);
        assertThat(sql.queryForObject("SELECT count(*) < 1200 FROM pv_inverter WHERE ts < now() - interval '30 days'", Boolean.class)).isTrue();
    }

    @Test
    void aStatementThatWasEditedWronglyIsToldInASentenceAndReadingGoesOn() {
        try (LogLines log = new LogLines()) {
            readings("now() - interval '10 minutes'", "now()");
            sql.execute("ALTER FUNCTION pv_total_days RENAME TO pv_total_days_gone");
            sql.execute("ALTER FUNCTION pv_thin RENAME TO pv_thin_gone");

            context.start();

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(log.with("To total the readings of home failed: ERROR: function pv_total_days(text, timestamp with time zone, unknown) does not exist")).hasSize(1);
                assertThat(log.with("To thin old readings failed: ERROR: function pv_thin(interval) does not exist")).hasSize(1);
            });
            assertThat(log.all()).noneMatch(line -> line.endsWith(" with a stack trace"));
        }
    }

    private void readings(String from, String to) {
        sql.execute("INSERT INTO pv_site (site, url, enabled) VALUES ('home', 'http://127.0.0.1:9', false) ON CONFLICT DO NOTHING");
        sql.execute("INSERT INTO pv_turn (site) VALUES ('home') ON CONFLICT DO NOTHING");
        sql.execute("INSERT INTO pv_inverter (site, device, ts, pac, total_energy) SELECT 'home', 'inverter/1', g, 1, extract(epoch FROM g) FROM generate_series("
                + from + ", " + to + ", interval '1 minute') AS g");
    }

    private String young() {
        return sql.queryForObject("SELECT count(*) || ' ' || sum(total_energy) FROM pv_inverter WHERE ts > now() - interval '30 days'", String.class);
    }
}
