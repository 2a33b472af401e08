package io.pvroute.faults;

import io.pvroute.faults.Disturbance.Track;
import io.pvroute.faults.Disturbance.What;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Does what the plan says when it says it: one thing after the other to the database, and to each runner and book. */
final class Injection implements AutoCloseable {

    private static final int PATIENCE_S = 120;

    private final Server server;
    private final List<RunnerProcess> runners;
    private final List<String> sites;
    private final Audit audit;
    private final Consumer<String> progress;
    private final Map<What, Integer> done = new EnumMap<>(What.class);
    private final List<Spacing.Freeze> freezes = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final Map<String, ScheduledExecutorService> tracks = new HashMap<>();
    private final CountDownLatch over = new CountDownLatch(1);

    /** @param progress is told what is done, by several threads */
    Injection(Server server, List<RunnerProcess> runners, List<String> sites, Audit audit, Consumer<String> progress) {
        this.server = server;
        this.runners = runners;
        this.sites = sites;
        this.audit = audit;
        this.progress = progress;
    }

    /** @param began by {@link System#nanoTime()} */
    void begin(List<Disturbance> disturbances, long began) {
        for (Disturbance next : disturbances) {
            String track = next.what().track() + (next.what().track() == Track.RUNNER ? " " + next.target() : "");
            tracks.computeIfAbsent(track, name -> Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, name)))
                    .schedule(() -> disturb(next), began + next.at().toNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    /** Returns when all that was planned has been done and undone. */
    void finish() throws InterruptedException {
        for (Map.Entry<String, ScheduledExecutorService> track : tracks.entrySet()) {
            track.getValue().shutdown();
            if (!track.getValue().awaitTermination(PATIENCE_S, TimeUnit.SECONDS)) {
                failures.add("What was planned for " + track.getKey() + " did not end.");
            }
        }
    }

    synchronized Map<What, Integer> done() {
        return new EnumMap<>(done);
    }

    synchronized List<Spacing.Freeze> freezes() {
        return List.copyOf(freezes);
    }

    /** What the harness itself could not do; then nothing is proven. */
    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    private void disturb(Disturbance next) {
        try {
            if (perform(next)) {
                synchronized (this) {
                    done.merge(next.what(), 1, Integer::sum);
                }
            }
        } catch (SQLException e) {
            // somebody else has stopped the server, which is as planned
            progress.accept("not done: " + next.what() + " (" + e.getMessage().lines().findFirst().orElse("") + ")");
        } catch (IOException e) {
            synchronized (this) {
                failures.add(next.what() + ": " + e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean perform(Disturbance next) throws IOException, InterruptedException, SQLException {
        RunnerProcess runner = runners.get(next.target());
        switch (next.what()) {
            case STOPPED_FAST -> {
                say(next, "");
                server.stop("fast");
                wait(next.lasting());
                server.start();
            }
            case STOPPED_IMMEDIATE -> {
                say(next, "");
                try (Connection connection = server.connect()) {
                    audit.beforeCrash(connection);
                }
                server.stop("immediate");
                wait(next.lasting());
                server.start();
            }
            case RESTARTED -> {
                say(next, "");
                server.restart();
            }
            case TERMINATED -> {
                say(next, "");
                execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + Server.RUNNER + "'");
            }
            case BLOCKED -> block(next);
            case KILLED -> {
                say(next, ": " + runner.name());
                boolean killed = runner.kill();
                wait(next.lasting());
                runner.start();
                return killed;
            }
            case STOPPED -> {
                say(next, ": " + runner.name());
                boolean stopped = runner.stop();
                wait(next.lasting());
                runner.start();
                return stopped;
            }
            case FROZEN -> {
                say(next, ": " + runner.name());
                return freeze(runner, next.lasting());
            }
            default -> {
                say(next, ": " + sites.get(next.target()));
                try (Connection connection = server.connect(); PreparedStatement owed = connection.prepareStatement(Sql.of("owed-again"))) {
                    owed.setString(1, sites.get(next.target()));
                    owed.executeUpdate();
                }
            }
        }
        return true;
    }

    private void say(Disturbance next, String whom) {
        String lasting = next.lasting().isZero() ? "" : String.format(" for %.1f s", next.lasting().toMillis() / 1e3);
        progress.accept(next.what() + whom + lasting);
    }

    private void block(Disturbance next) throws SQLException, InterruptedException {
        say(next, "");
        try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            // a transaction of a frozen runner holds the table too
            statement.execute("SET LOCAL lock_timeout = '5s'");
            statement.execute("LOCK TABLE pv_archive IN EXCLUSIVE MODE");
            wait(next.lasting());
            connection.rollback();
        }
    }

    private boolean freeze(RunnerProcess runner, Duration lasting) throws IOException, InterruptedException {
        long stopping = System.nanoTime();
        if (!runner.freeze()) {
            return false;
        }
        long stopped = System.nanoTime();
        wait(lasting);
        synchronized (this) {
            freezes.add(new Spacing.Freeze(stopping, stopped, System.nanoTime()));
        }
        runner.unfreeze();
        return true;
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Less where the harness is closed. */
    private void wait(Duration time) throws InterruptedException {
        over.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        over.countDown();
        tracks.values().forEach(ScheduledExecutorService::shutdownNow);
    }
}
