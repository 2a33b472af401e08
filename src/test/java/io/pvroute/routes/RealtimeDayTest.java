package io.pvroute.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.pvroute.TestDatabase;
import io.pvroute.simulator.Equipment;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.PresentRequest;
import io.pvroute.simulator.Quirk;
import io.pvroute.simulator.Simulator;
import io.pvroute.simulator.Told;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A day of a GEN24 that is read every ten seconds, with what a day brings. The clocks of the database and of the logger go faster than those
 * of people, alike, so that it is over in two minutes; every setting means what it says by them.
 */
class RealtimeDayTest extends ShippedRoutes {

    /** {@code -Dday.hours=24}: how much of the day; the shortest that has all the outages is one hour. */
    private static final int HOURS = Integer.getInteger("day.hours", 24);
    private static final int FASTER = 720;
    private static final Instant BEGIN = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(2));

    private final FastClock clock = new FastClock(BEGIN, FASTER);
    private final Simulator gen24 = new Simulator(Plant.inVienna(7, BEGIN.minus(Duration.ofDays(1))).with(Equipment.GEN24), clock);
    private HikariDataSource fast;
    private int port;
    private Instant start;
    /** Real time, ns: what was being told when the logger went away may or may not have arrived. */
    private final List<Long> cuts = new ArrayList<>();

    @Override
    protected Map<String, String> differing() {
        return Map.of("realtime.tick", "5ms", "realtime.requests", "power-flow,meters", "realtime.discovery", "365d",
                // of two hours by the fast clocks, ten seconds by others: a computer that is busy is no logger whose clock is wrong
                "realtime.timeout", "2h");
    }

    /** {@code now()} of every statement is that of the fast clock: a schema before pg_catalog answers it. */
    @Override
    protected DataSource dataSource(TestDatabase database) {
        database.execute("CREATE SCHEMA clock");
        database.execute("""
                CREATE FUNCTION clock.now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
                    SELECT '%s'::timestamptz + (pg_catalog.now() - '%s'::timestamptz) * %d $$""".formatted(clock.begin, clock.realBegin, FASTER));
        database.execute("""
                CREATE TABLE asked (at timestamptz);
                CREATE FUNCTION remember() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN INSERT INTO asked VALUES (NEW.asked_at); RETURN NULL; END $$;
                CREATE TRIGGER remember_insert AFTER INSERT ON pv_reading FOR EACH ROW EXECUTE FUNCTION remember();
                CREATE TRIGGER remember_update AFTER UPDATE ON pv_reading FOR EACH ROW WHEN (OLD.asked_at <> NEW.asked_at) EXECUTE FUNCTION remember()""");
        var config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.addDataSourceProperty("options", "-c search_path=clock,pg_catalog,public");
        config.setMaximumPoolSize(8);
        config.setConnectionTimeout(1000);
        fast = new HikariDataSource(config);
        return fast;
    }

    @AfterEach
    void endOfTheDay() {
        gen24.close();
        fast.close();
    }

    @Test
    void everyAnswerThatWasGivenIsStoredOnceAndAsItWasGiven() {
        gen24.start(0);
        port = Integer.parseInt(gen24.url().replaceAll(".*:", ""));
        sql.update("INSERT INTO pv_site (site, url, zone, archive, realtime) VALUES ('home', ?, 'Europe/Vienna', false, '10 s')", gen24.url());
        context.start();
        start = clock.instant();

        // When the day goes by: the logger is off for a while, twice; the database throws everybody out, and takes nothing for a while;
        // the Solar API is switched off; the meter is lost
        Duration hour = Duration.ofMinutes(HOURS * 60L / 24);
        until(hour.multipliedBy(2));
        gone(hour);
        until(hour.multipliedBy(5));
        sql.queryForList("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        until(hour.multipliedBy(6));
        sql.execute("CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$");
        sql.execute("CREATE TRIGGER disk BEFORE INSERT ON pv_power_flow FOR EACH STATEMENT EXECUTE FUNCTION disk_full()");
        until(hour.multipliedBy(7));
        sql.execute("DROP TRIGGER disk ON pv_power_flow");
        until(hour.multipliedBy(10));
        gen24.quirks(Quirk.API_OFF);
        until(hour.multipliedBy(11));
        gen24.quirks();
        until(hour.multipliedBy(14));
        Instant meterLost = clock.instant().minusSeconds(1);
        gen24.quirks(Quirk.STALE_METER);
        until(hour.multipliedBy(15));
        gen24.quirks();
        Instant meterBack = clock.instant().plusSeconds(1);
        until(hour.multipliedBy(18));
        gone(hour);
        until(hour.multipliedBy(24));
        sql.update("UPDATE pv_site SET enabled = false");
        await().atMost(Duration.ofMinutes(1)).until(() -> sql.queryForObject("SELECT count(*) = 0 FROM pv_reading WHERE in_flight_until > clock.now()", Boolean.class));
        context.stop();

        // Then what the logger told is what is stored
        Set<Instant> power = new TreeSet<>();
        Set<Instant> meter = new TreeSet<>();
        Set<Instant> perhaps = new HashSet<>();
        List<PresentRequest> requests = gen24.realtimeRequests();
        for (PresentRequest request : requests) {
            boolean cut = cuts.stream().anyMatch(at -> Math.abs(request.ended() - at) < Duration.ofMillis(500).toNanos());
            for (Told told : request.told()) {
                if (told.deviceClass().equals("Site")) {
                    power.add(told.stamp());
                } else if (told.deviceClass().equals("Meter")) {
                    meter.add(told.stamp());
                }
                if (cut) {
                    perhaps.add(told.stamp());
                }
            }
        }
        assertThat(perhaps).as("at the two cuts").hasSizeLessThan(requests.size() / 20);
        Map<Instant, Map<String, Object>> powerFlows = rows("pv_power_flow");
        Map<Instant, Map<String, Object>> meters = rows("pv_meter");
        assertThat(without(power, powerFlows.keySet(), perhaps)).as("told, and not stored").isEmpty();
        assertThat(without(powerFlows.keySet(), power, perhaps)).as("stored, and not told").isEmpty();
        assertThat(without(meter, meters.keySet(), perhaps)).as("told, and not stored").isEmpty();
        assertThat(without(meters.keySet(), meter, perhaps)).as("stored, and not told").isEmpty();
        powerFlows.forEach((stamp, row) -> {
            Map<String, Object> truth = columns(gen24.present(stamp).powerFlow(), row);
            if (row.get("p_grid") == null) {
                assertThat(stamp).as("the power of the grid is not known").isBetween(meterLost, meterBack);
                truth.keySet().removeAll(Set.of("p_grid", "p_load", "rel_autonomy", "rel_selfconsumption"));
            }
            assertThat(row).as("power flow of %s", stamp).containsAllEntriesOf(truth);
        });
        meters.forEach((stamp, row) -> assertThat(row).as("meter of %s", stamp).containsAllEntriesOf(columns(gen24.present(stamp).meter(), row)));

        // and it was asked in the manner that it wants
        List<Double> gaps = sql.queryForList("SELECT extract(epoch FROM at - lag(at) OVER (ORDER BY at))::float8 FROM asked ORDER BY at OFFSET 1", Double.class);
        assertThat(gaps).as("seconds between the starts of two requests").allMatch(gap -> gap >= 4);
        for (int i = 0; i < requests.size(); i++) {
            PresentRequest request = requests.get(i);
            // they are in the order of their ends: one that is open for long comes after many that began later
            long open = requests.subList(Math.max(0, i - 500), Math.min(requests.size(), i + 500)).stream()
                    .filter(other -> other.began() - request.began() <= 0 && other.ended() - request.began() > 0).count();
            assertThat(open).as("open when %s began, itself included", request).isLessThanOrEqualTo(2);
        }
        // of ten hours of eight minutes and more without an outage a good part was read, also where this computer had other work
        assertThat(powerFlows.size()).as("readings of the power").isGreaterThan(HOURS * 60);
        assertThat(sql.queryForObject("SELECT down_since IS NULL AND error IS NULL FROM pv_site", Boolean.class)).isTrue();
    }

    private void gone(Duration time) {
        cuts.add(System.nanoTime());
        gen24.close();
        until(Duration.between(start, clock.instant()).plus(time));
        gen24.start(port);
    }

    private void until(Duration time) {
        Instant moment = start.plus(time);
        await().atMost(Duration.ofMinutes(10)).pollInterval(Duration.ofMillis(50)).until(() -> !clock.instant().isBefore(moment));
    }

    private static List<Instant> without(Set<Instant> stamps, Set<Instant> those, Set<Instant> perhaps) {
        return stamps.stream().filter(stamp -> !those.contains(stamp) && !perhaps.contains(stamp)).sorted().toList();
    }

    private Map<Instant, Map<String, Object>> rows(String table) {
        Map<Instant, Map<String, Object>> rows = new TreeMap<>();
        sql.queryForList("SELECT * FROM " + table).forEach(row -> rows.put(((Timestamp) row.get("ts")).toInstant(), row));
        return rows;
    }

    /** What the logger told, by the columns that there are for it. */
    private static Map<String, Object> columns(Map<String, Double> told, Map<String, Object> row) {
        Map<String, Object> columns = new HashMap<>();
        told.forEach((value, number) -> {
            if (row.containsKey(value.toLowerCase(Locale.ROOT))) {
                columns.put(value.toLowerCase(Locale.ROOT), number);
            }
        });
        assertThat(columns).hasSizeGreaterThan(3);
        return columns;
    }

    /** Goes faster than that of the computer, from an instant on. */
    private static final class FastClock extends Clock {

        private final Instant begin;
        private final Instant realBegin = Instant.now().truncatedTo(ChronoUnit.MICROS);
        private final int faster;

        FastClock(Instant begin, int faster) {
            this.begin = begin;
            this.faster = faster;
        }

        @Override
        public Instant instant() {
            return begin.plus(Duration.between(realBegin, Instant.now()).multipliedBy(faster));
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("the logger takes its zone from the plant");
        }
    }
}
