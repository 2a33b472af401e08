package io.pvroute.faults;

import io.pvroute.simulator.ArchiveRequest;
import io.pvroute.simulator.FaultyLogger;
import io.pvroute.simulator.FaultyRequest;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One run: loggers, a PostgreSQL and runners, faults by the plan, then quiet until the book is complete, and what became of the promises. */
final class Run implements AutoCloseable {

    private static final List<String> SITES = List.of("home", "barn", "shed");
    private static final List<String> RUNNERS = List.of("a", "b", "c");
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration CATCH_UP_AT_MOST = Duration.ofMinutes(6);
    private static final Duration WARM = Duration.ofSeconds(25);
    /** What a heap may have grown by: a quarter, and 6 MB for what is loaded and cached late. */
    private static final double GROWTH = 1.25;
    private static final long GROWTH_BYTES = 6_000_000;

    private final Plan plan;
    private final Path folder;
    private final Progress progress;
    private final List<Site> sites = new ArrayList<>();
    private final List<RunnerProcess> runners = new ArrayList<>();
    private final Audit audit = new Audit();
    private final CountDownLatch closed = new CountDownLatch(1);
    private Server server;
    private Injection injection;
    private Instant since;
    private Instant until;

    Run(Plan plan, Path folder, Progress progress) {
        this.plan = plan;
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * What was promised and what was injected.
     *
     * @throws InterruptedException where it is closed meanwhile
     */
    Report play() throws IOException, SQLException, InterruptedException {
        progress.say("PostgreSQL, three loggers and three runners are made ready");
        synchronized (this) {
            server = new Server(folder);
        }
        long began = setUp();
        injection.begin(plan.disturbances(), began);
        for (RunnerProcess runner : runners) {
            runner.start();
        }
        watch(began + plan.faulty().toNanos(), false);
        requireOpen();
        injection.finish();
        sites.forEach(site -> site.logger().heal());
        for (RunnerProcess runner : runners) {
            runner.isAlive();
            runner.start();
        }
        progress.say("no more faults; waiting for the book to be complete");
        long quiet = System.nanoTime();
        boolean complete = watch(quiet + CATCH_UP_AT_MOST.toNanos(), true);
        requireOpen();
        progress.say(String.format(complete ? "complete after %.1f s" : "NOT complete after %.1f s", (System.nanoTime() - quiet) / 1e9));
        return judge();
    }

    private void requireOpen() throws InterruptedException {
        if (closed.getCount() == 0) {
            throw new InterruptedException("it was ended");
        }
    }

    /** @return when it began, by {@link System#nanoTime()} */
    private synchronized long setUp() throws IOException, SQLException, InterruptedException {
        Instant now = Instant.now();
        since = now.minus(Duration.ofDays(plan.days())).truncatedTo(ChronoUnit.DAYS);
        List<Simulator> simulators = new ArrayList<>();
        for (int i = 0; i < Plan.SITES; i++) {
            // three days more than it is asked for: nobody wants those
            simulators.add(new Simulator(Plant.inVienna(plan.seed() * 3 + i, since.minus(Duration.ofDays(3))), Clock.systemUTC()));
        }
        // the counters of a meter are the sum of all before: better now than in the first answer
        simulators.parallelStream().forEach(simulator -> simulator.truth(now.minusSeconds(3600), now).samples().count());
        RunnerProcess migration = new RunnerProcess("migrate", Files.createDirectories(folder.resolve("migrate")));
        Files.writeString(folder.resolve("migrate/application.properties"), "db.url = " + server.runnersUrl() + "\n");
        migration.migrate();
        try (Connection connection = server.connect()) {
            Audit.begin(connection);
        }
        long began = System.nanoTime();
        until = Instant.now().plus(plan.until()).truncatedTo(ChronoUnit.SECONDS);
        for (int i = 0; i < Plan.SITES; i++) {
            Hand hand = new Hand(plan.faults(i).iterator(), plan.chance(i), until, until.plus(plan.settle()), Clock.systemUTC());
            FaultyLogger logger = new FaultyLogger(simulators.get(i)).start(0);
            logger.choose(hand);
            sites.add(new Site(SITES.get(i), simulators.get(i), logger, hand));
        }
        for (String name : RUNNERS) {
            Path own = Files.createDirectories(folder.resolve("runner-" + name));
            Files.writeString(own.resolve("application.properties"), settings());
            runners.add(new RunnerProcess(name, own));
        }
        injection = new Injection(server, runners, SITES, audit, progress::say);
        return began;
    }

    private String settings() throws IOException {
        StringBuilder settings = new StringBuilder();
        sites.forEach(site -> settings.append(String.format("site.%1$s = %2$s%nsite.%1$s.since = %3$s%n", site.name(), site.logger().url(), since)));
        return settings.append("""
                db.url = %s
                db.pool = 8
                archive.until = %s
                archive.zone = UTC
                archive.period = 2s
                archive.pause = %dms
                archive.timeout = 2s
                archive.connect-timeout = 1s
                archive.lease = %ds
                archive.settle = %dms
                archive.retry = 1s
                archive.retry-max = 5s
                archive.tick = 200ms
                observe.port = %d
                """.formatted(server.runnersUrl(), until, PAUSE.toMillis(), Plan.LEASE.toSeconds(), plan.settle().toMillis(),
                freePort())).toString();
    }

    /** Below those that the system gives to whoever connects: it stays free while its runner is not there. */
    private static int freePort() throws IOException {
        Random random = new Random();
        for (int tries = 0; ; tries++) {
            try (ServerSocket socket = new ServerSocket(random.nextInt(20_000, 30_000), 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                if (tries == 100) {
                    throw e;
                }
            }
        }
    }

    /** Looks at the book, and at the runners, until then; or until nothing is owed. */
    private boolean watch(long end, boolean untilComplete) throws IOException, InterruptedException {
        while (System.nanoTime() - end < 0 && !closed.await(untilComplete ? 300 : 1000, TimeUnit.MILLISECONDS)) {
            for (RunnerProcess runner : runners) {
                runner.isAlive();
                runner.noteEarlyHeap(WARM);
            }
            try (Connection connection = server.connect()) {
                Book book = new Book(connection, until);
                sites.forEach(site -> site.hand().loaded(book.complete(site.name())));
                progress.now(book.complete() + " of " + book.size() + " windows are complete, " + requests());
                if (untilComplete && book.owed().isEmpty()) {
                    return true;
                }
            } catch (SQLException e) {
                progress.now("the database is away, " + requests());
            }
        }
        return false;
    }

    private String requests() {
        List<FaultyRequest> requests = sites.stream().flatMap(site -> site.logger().requests().stream()).toList();
        return requests.size() + " requests, " + requests.stream().filter(request -> request.fault() != null).count() + " of them with a fault";
    }

    private Report judge() throws IOException, SQLException, InterruptedException {
        List<String> heaps = new ArrayList<>();
        List<String> grown = new ArrayList<>();
        for (RunnerProcess runner : runners) {
            OptionalLong early = runner.earlyHeap();
            OptionalLong now = early.isPresent() ? runner.heap() : early;
            if (now.isPresent()) {
                String heap = String.format("%s %.1f MB, then %.1f MB", runner.name(), early.getAsLong() / 1e6, now.getAsLong() / 1e6);
                heaps.add(heap);
                if (now.getAsLong() > GROWTH * early.getAsLong() + GROWTH_BYTES) {
                    grown.add("the heap of a runner has grown: " + heap);
                }
            }
        }
        if (heaps.isEmpty()) {
            grown.add("no heap could be looked at");
        }
        for (RunnerProcess runner : runners) {
            runner.stop();
            grown.addAll(runner.ended());
        }
        progress.say("comparing what is stored with what is true");
        try (Connection connection = server.connect()) {
            Comparison comparison = new Comparison(connection);
            for (Site site : sites) {
                comparison.compare(site.name(), site.simulator(), since, until);
            }
            Book book = new Book(connection, until);
            List<FaultyRequest> requests = sites.stream().flatMap(site -> site.logger().requests().stream()).toList();
            long falseRows = requests.stream().mapToLong(FaultyRequest::falseRows).sum();
            long brokenOff = injection.done().values().stream().mapToInt(Integer::intValue).sum();
            List<Promise> promises = List.of(comparison.complete(), comparison.truthful(),
                    new Promise(3, "no window is left owed, and no dead letter left", book.size() + " windows", book.owed()),
                    spacing(),
                    new Promise(5, "no runner ended by itself, and the heap after a collection is what it was before",
                            runners.stream().mapToInt(RunnerProcess::starts).sum() + " starts; " + String.join("; ", heaps), grown),
                    audit.promise(connection, falseRows, brokenOff));
            return new Report(plan, requests, injection.done(), promises, injection.failures());
        }
    }

    private Promise spacing() {
        Spacing spacing = new Spacing(PAUSE, injection.freezes());
        List<String> broken = new ArrayList<>();
        List<String> figures = new ArrayList<>();
        for (Site site : sites) {
            List<ArchiveRequest> requests = site.logger().requests().stream().map(FaultyRequest::request).toList();
            Spacing.Finding finding = spacing.of(site.name(), requests);
            broken.addAll(finding.broken());
            figures.add(String.format("%s: %d requests, %s ms apart or more, %d of frozen runners apart", site.name(), requests.size(),
                    finding.smallest() == null ? "-" : finding.smallest().toMillis(), finding.excepted()));
        }
        return new Promise(4, "never two archive requests at once to one logger, never closer than the pause of " + PAUSE.toMillis() + " ms",
                String.join("; ", figures), broken);
    }

    /** Ends all that it has started. */
    @Override
    public void close() throws IOException {
        closed.countDown();
        synchronized (this) {
            if (injection != null) {
                injection.close();
            }
            runners.forEach(RunnerProcess::close);
            sites.forEach(site -> site.logger().close());
            if (server != null) {
                server.close();
            }
        }
    }
}
