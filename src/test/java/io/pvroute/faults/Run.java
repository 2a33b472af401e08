package io.pvroute.faults;

import io.pvroute.simulator.ArchiveRequest;
import io.pvroute.simulator.FaultyLogger;
import io.pvroute.simulator.FaultyRequest;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import java.io.IOException;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One run: loggers, PostgreSQL and runners, faults by the plan, then quiet until the book is complete, and what became of the promises. */
final class Run implements AutoCloseable {

    private static final List<String> SITES = List.of("home", "barn", "shed");
    private static final List<String> RUNNERS = List.of("a", "b", "c");
    private static final Duration PAUSE = RunnerSettings.PAUSE;
    private static final Duration TO_START = Duration.ofSeconds(10);
    private static final Duration START_AT_MOST = Duration.ofSeconds(90);
    private static final Duration CATCH_UP_AT_MOST = Duration.ofMinutes(6);
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
        setUp();
        for (RunnerProcess runner : runners) {
            runner.start();
        }
        awaitFirstRequest();
        long began = System.nanoTime();
        injection.begin(plan.disturbances(), began);
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

    private synchronized void setUp() throws IOException, SQLException, InterruptedException {
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
        until = Instant.now().plus(TO_START).plus(plan.until()).truncatedTo(ChronoUnit.SECONDS);
        for (int i = 0; i < Plan.SITES; i++) {
            Hand hand = new Hand(plan.faults(i).iterator(), plan.chance(i), until, until.plus(plan.settle()), Clock.systemUTC());
            FaultyLogger logger = new FaultyLogger(simulators.get(i)).start(0);
            logger.choose(hand);
            sites.add(new Site(SITES.get(i), simulators.get(i), logger, hand));
        }
        for (String name : RUNNERS) {
            Path own = Files.createDirectories(folder.resolve("runner-" + name));
            Files.writeString(own.resolve("application.properties"),
                    RunnerSettings.text(sites, server.runnersUrl(), since, until, plan.settle()));
            runners.add(new RunnerProcess(name, own));
        }
        injection = new Injection(server, runners, SITES, audit, progress::say);
    }

    /** A slow computer takes long to start the runners; a fault is worth something when they are there. */
    private void awaitFirstRequest() throws InterruptedException {
        long end = System.nanoTime() + START_AT_MOST.toNanos();
        while (sites.stream().allMatch(site -> site.logger().requests().isEmpty()) && System.nanoTime() - end < 0) {
            if (closed.await(100, TimeUnit.MILLISECONDS)) {
                throw new InterruptedException("it was ended");
            }
        }
    }

    /** Looks at the book, and at the runners, until then; or until nothing is owed. */
    private boolean watch(long end, boolean untilComplete) throws IOException, InterruptedException {
        while (System.nanoTime() - end < 0 && !closed.await(untilComplete ? 300 : 1000, TimeUnit.MILLISECONDS)) {
            for (RunnerProcess runner : runners) {
                runner.isAlive();
                runner.noteEarlyHeap();
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
        long faulty = requests.stream().filter(request -> request.fault() != null).count();
        return requests.size() + " requests, " + faulty + " of them with a fault";
    }

    private Report judge() throws IOException, SQLException, InterruptedException {
        Promise lives = Lives.promise(runners);
        progress.say("comparing what is stored with what is true");
        try (Connection connection = server.connect()) {
            Comparison comparison = new Comparison(connection);
            for (Site site : sites) {
                comparison.compare(site.name(), site.simulator(), since, until);
            }
            comparison.compareDays();
            Book book = new Book(connection, until);
            List<FaultyRequest> requests = sites.stream().flatMap(site -> site.logger().requests().stream()).toList();
            long falseRows = requests.stream().mapToLong(FaultyRequest::falseRows).sum();
            long brokenOff = injection.done().values().stream().mapToInt(Integer::intValue).sum();
            List<Promise> promises = List.of(comparison.complete(), comparison.truthful(),
                    new Promise(3, "no window is left owed, and no dead letter left", book.size() + " windows", book.owed()),
                    spacing(),
                    lives,
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
        String words = "never two archive requests at once to one logger, never closer than the pause of " + PAUSE.toMillis() + " ms";
        return new Promise(4, words, String.join("; ", figures), broken);
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
