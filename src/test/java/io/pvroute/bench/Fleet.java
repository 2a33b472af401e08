package io.pvroute.bench;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Runners that share the sites of a database: started, watched, and one of them killed. */
final class Fleet implements AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    /** A lease lasts for some ten milliseconds where the logger is fast. */
    private static final Duration LOOK_FOR_A_LEASE = Duration.ofMillis(10);

    private final List<FleetRunner> runners = new ArrayList<>();
    private final FleetBook book;
    private final FleetRequests requests;
    private final long started = System.nanoTime();
    private double highestResident;

    /** Starts them, each when the one before it reads, so that the book tells who is who. */
    Fleet(Path folder, List<String> java, Path jar, List<String> settings, int number, FleetBook book, FleetRequests requests)
            throws IOException, InterruptedException {
        this.book = book;
        this.requests = requests;
        try {
            for (int i = 1; i <= number; i++) {
                var runner = new FleetRunner("runner" + i, folder, java, jar, settings);
                runners.add(runner);
                List<UUID> known = runners.stream().map(FleetRunner::id).toList();
                runner.isKnownAs(await().atMost(Duration.ofMinutes(3)).pollInSameThread().pollInterval(Duration.ofMillis(50)).until(() -> {
                    requireAlive();
                    return book.runners().stream().filter(id -> !known.contains(id)).findFirst();
                }, found -> found.isPresent()).orElseThrow());
            }
        } catch (RuntimeException | IOException e) {
            close();
            throw e;
        }
    }

    private void requireAlive() throws InterruptedException {
        for (FleetRunner runner : runners) {
            runner.requireAlive();
        }
    }

    /** Until every window has been read once. */
    void readHistory() throws SQLException {
        await().atMost(Duration.ofHours(2)).pollInSameThread().pollInterval(LOOK_EVERY).until(() -> {
            requireAlive();
            return book.unread() == 0;
        });
        double seconds = (System.nanoTime() - started) / 1e9;
        long rows = book.number("SELECT count(*) FROM pv_archive");
        System.out.printf("history  %,d rows without a pause in %.0f s, by the runners themselves, which start one after the other meanwhile%n", rows, seconds);
    }

    /** From now on pauses are kept; one period passes, in which the sites get their places in time. */
    void settle(int period) throws SQLException {
        book.keepPauses();
        pass(period * 1000L);
    }

    private void pass(long millis) {
        long until = System.currentTimeMillis() + millis;
        await().atMost(Duration.ofMillis(millis).plusMinutes(1)).pollInSameThread().pollDelay(Duration.ZERO).pollInterval(LOOK_EVERY).until(() -> {
            look();
            return System.currentTimeMillis() >= until;
        });
    }

    private void look() throws IOException, SQLException, InterruptedException {
        requireAlive();
        book.tell(requests);
        for (FleetRunner runner : runners) {
            highestResident = Math.max(highestResident, runner.residentMegabytes());
        }
    }

    /** Watches them for some minutes; halfway the last of them is killed while it has a site in hand, if it has one within a period. */
    FleetReport measure(Server server, ProcessHandle logger, double minutes, int period, int pause, int lease)
            throws IOException, SQLException, InterruptedException {
        highestResident = 0;
        FleetReport.Moment began = moment(server, logger);
        pass(Math.round(minutes * 30_000));
        FleetRunner victim = runners.get(runners.size() - 1);
        FleetReport.Moment killed = moment(server, logger);
        awaitInHand(victim, Duration.ofSeconds(period));
        victim.kill();
        long killedAt = System.currentTimeMillis();
        List<String> orphans = book.inHand(victim.id());
        pass(Math.round(minutes * 30_000));
        FleetReport.Moment ended = moment(server, logger);
        double resident = highestResident;
        // all sites once more after the kill, those that the victim had in hand too
        long patient = killedAt + (lease + period + 120) * 1000L;
        await().atMost(Duration.ofHours(1)).pollInSameThread().pollInterval(LOOK_EVERY).until(() -> {
            look();
            return System.currentTimeMillis() > patient || book.notReadSince(killedAt) == 0;
        });
        Map<String, Double> takenOver = new TreeMap<>();
        for (String orphan : orphans) {
            takenOver.put(orphan, (requests.nextAfter(orphan, killedAt).orElse(Long.MAX_VALUE) - killedAt) / 1e3);
        }
        return new FleetReport(requests, runners, began, killed, ended, killedAt, takenOver, resident, period, pause);
    }

    /** Until that runner has a site in hand: sites that were read one after the other are due so again, with a rest after them. The others are watched on. */
    private void awaitInHand(FleetRunner victim, Duration most) throws IOException, SQLException, InterruptedException {
        long patience = System.nanoTime() + most.toNanos();
        for (int i = 1; book.inHand(victim.id()).isEmpty() && System.nanoTime() < patience; i++) {
            if (i % 500 == 0) {
                look();
            }
            Thread.sleep(LOOK_FOR_A_LEASE.toMillis());
        }
    }

    private FleetReport.Moment moment(Server server, ProcessHandle logger) throws IOException, InterruptedException {
        for (FleetRunner runner : runners) {
            runner.look();
        }
        ProcessHandle postgres = server.process();
        return new FleetReport.Moment(System.currentTimeMillis(), runners.stream().mapToDouble(FleetRunner::cpuSeconds).toArray(),
                runners.stream().mapToDouble(FleetRunner::windows).toArray(), ProcessFigures.cpuSeconds(postgres),
                ProcessFigures.proportionalMegabytes(postgres), ProcessFigures.cpuSeconds(logger));
    }

    /** They end as they do when somebody stops them. */
    void stop() throws InterruptedException {
        close();
    }

    @Override
    public void close() throws InterruptedException {
        for (FleetRunner runner : runners) {
            runner.close();
        }
    }
}
