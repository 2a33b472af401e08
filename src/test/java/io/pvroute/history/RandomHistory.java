package io.pvroute.history;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Ten days of an inverter: readings at odd moments with outages, resets, exchanged devices, trembling and missing counters, and an archive
 * that has some of the days. It knows what pv_day has to say, by the plainest loop there is.
 */
final class RandomHistory {

    private static final Duration DAY = Duration.ofHours(24);

    private final ZoneId zone;
    private final Random random;
    private final TreeMap<Instant, Double> readings = new TreeMap<>();     // of the counter; null where it was not told
    private final TreeMap<Instant, Double> archive = new TreeMap<>();      // energy of the interval

    RandomHistory(long seed, ZoneId zone, Instant start) {
        this.zone = zone;
        this.random = new Random(seed);
        double counter = 1_000_000;
        Instant end = start.plus(Duration.ofDays(10));
        for (Instant at = start; at.isBefore(end); at = at.plus(pause())) {
            counter = switch (random.nextInt(200)) {
                case 0 -> random.nextInt(50);                              // reset
                case 1 -> counter + 3_000_000;                             // another device
                default -> counter + random.nextInt(100);
            };
            boolean told = random.nextInt(60) > 0;
            double trembling = random.nextInt(3) == 0 ? counter * 1e-7 : 0;
            readings.put(at, told ? counter - trembling : null);
        }
        for (int day = 0; day < 10; day++) {
            Instant from = start.plus(Duration.ofDays(day)).plusSeconds(random.nextInt(40_000));
            Instant to = from.plusSeconds(random.nextInt(100_000));
            for (Instant at = from; random.nextBoolean() && at.isBefore(to); at = at.plusSeconds(300)) {
                archive.put(Instant.ofEpochSecond(at.getEpochSecond() / 300 * 300), (double) random.nextInt(400));
            }
        }
    }

    private Duration pause() {
        return switch (random.nextInt(400)) {
            case 0 -> Duration.ofHours(random.nextInt(60));
            case 1, 2, 3 -> Duration.ofMinutes(random.nextInt(200));
            default -> Duration.ofMillis(10_000 + random.nextInt(3) * 45_000L);
        };
    }

    void store(JdbcTemplate sql) {
        sql.batchUpdate("INSERT INTO pv_inverter (site, device, ts, pac, uac, total_energy) VALUES ('home', 'inverter/1', ?, ?, ?, ?)", readings.entrySet().stream()
                .map(e -> new Object[] {Timestamp.from(e.getKey()), random.nextInt(5) == 0 ? null : random.nextDouble() * 5000, 230 + random.nextDouble(), e.getValue()})
                .toList());
        sql.batchUpdate("INSERT INTO pv_power_flow (site, ts, p_pv, p_grid, p_load, soc, e_total, mode) VALUES ('home', ?, ?, ?, ?, ?, ?, ?)",
                readings.entrySet().stream().map(e -> new Object[] {Timestamp.from(e.getKey()), random.nextInt(5) == 0 ? null : random.nextDouble() * 5000,
                        random.nextDouble() * 100 - 50, -random.nextDouble() * 100, random.nextDouble() * 100, e.getValue(), "mode " + random.nextInt(3)}).toList());
        sql.batchUpdate("INSERT INTO pv_archive (site, device, ts, energyreal_wac_sum_produced, powerreal_pac_sum) VALUES ('home', 'inverter/1', ?, ?, ?)",
                archive.entrySet().stream().map(e -> new Object[] {Timestamp.from(e.getKey()), e.getValue(), e.getValue() * 12}).toList());
    }

    /** Days with energy, as "day=Wh". */
    List<String> days() {
        List<String> days = new ArrayList<>();
        for (LocalDate day = date(readings.firstKey()).minusDays(2); !day.isAfter(date(readings.lastKey()).plusDays(2)); day = day.plusDays(1)) {
            Double wh = energy(day);
            if (wh != null) {
                days.add(day + "=" + Math.round(wh));
            }
        }
        return days;
    }

    private Double energy(LocalDate day) {
        Instant starts = day.atStartOfDay(zone).toInstant();
        Instant ends = day.plusDays(1).atStartOfDay(zone).toInstant();
        Double wh = null;
        Instant from = starts;
        var archived = archive.subMap(starts, ends);
        if (!archived.isEmpty()) {
            wh = archived.values().stream().mapToDouble(Double::doubleValue).sum();
            from = archived.lastKey();
            Instant next = archive.ceilingKey(ends);
            if (next != null && !next.isAfter(from.plus(DAY))) {
                return wh;
            }
        }
        Double grown = null;
        Instant before = null;
        for (Instant at : readings.tailMap(from).keySet()) {
            if (readings.get(at) == null) {
                continue;
            }
            Double growth = before == null || !before.isBefore(ends) ? null : growth(before, at);
            if (growth != null) {
                grown = (grown == null ? 0 : grown) + growth;
            }
            before = at;
        }
        if (grown == null) {
            return wh;
        }
        return (wh == null ? 0 : wh) + Math.max(0, grown);
    }

    private Double growth(Instant from, Instant to) {
        Duration span = Duration.between(from, to);
        double first = readings.get(from);
        double grown = readings.get(to) - first;
        boolean falls = grown < -Math.max(1, first / 1_000_000);
        boolean leaps = grown > 1000 + 100_000 * (span.toNanos() / 1e9) / 3600;
        return span.compareTo(DAY) > 0 || falls || leaps ? null : grown;
    }

    private LocalDate date(Instant at) {
        return LocalDate.ofInstant(at, zone);
    }
}
