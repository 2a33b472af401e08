package io.pvroute.runner;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.springframework.dao.DataAccessException;

/** Follows a runner, in this program or another, while it reads what is owed of some sites from a moment on. */
final class WindowsReading {

    private static final long LOOK_EVERY_MS = 500;
    private static final Duration ORDER_IS_SURE_AFTER = Duration.ofSeconds(10);

    /** How it ended. */
    enum End { ALL_READ, SOME_FAILED, STOPPED, DATABASE_GONE }

    /** What came of it, in figures. */
    record Result(End end, int read, int left, long inserted, long updated, long unchanged, List<SiteWindows.Known> failed) {}

    private final SiteWindows windows;
    private final Instant from;
    private final Duration databaseMayBeAway;
    private final Map<SiteWindows.Key, SiteWindows.Known> left = new LinkedHashMap<>();
    private final Set<SiteWindows.Key> all = new HashSet<>();
    private final Set<String> toldDown = new HashSet<>();
    /** Windows that were read, each once, and the times of failures. */
    private final Set<Object> told = new HashSet<>();
    private final Instant began;
    private Instant lookedAt;
    private long inserted;
    private long updated;
    private long unchanged;
    private long answeredAt = System.nanoTime();
    private boolean away;

    /**
     * @param began             what was read after it, by the database's clock, belongs to this reading
     * @param from              windows before it do not count
     * @param databaseMayBeAway for how long it is waited for
     */
    WindowsReading(SiteWindows windows, Instant began, Instant from, Duration databaseMayBeAway) {
        this.windows = windows;
        this.from = from;
        this.databaseMayBeAway = databaseMayBeAway;
        this.began = began;
        lookedAt = began;
        look();
    }

    int windows() {
        return all.size();
    }

    /** Returns when there is nothing left to read, when the thread is interrupted, or when the database has gone. */
    Result follow(ReadingProgress progress) {
        while (true) {
            try {
                tellNew(progress);
                look();
                progress.at(all.size() - left.size(), all.size());
                answeredAt = System.nanoTime();
                if (away) {
                    progress.tell("The database answers again.");
                    away = false;
                }
                if (left.values().stream().allMatch(SiteWindows.Known::resting)) {
                    return result(left.isEmpty() ? End.ALL_READ : End.SOME_FAILED);
                }
                Thread.sleep(LOOK_EVERY_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return result(End.STOPPED);
            } catch (DataAccessException e) {
                if (Thread.currentThread().isInterrupted()) {
                    return result(End.STOPPED);
                }
                if (isGone(progress, e)) {
                    return result(End.DATABASE_GONE);
                }
            }
        }
    }

    private boolean isGone(ReadingProgress progress, DataAccessException e) {
        if (!away) {
            String said = String.valueOf(e.getMostSpecificCause().getMessage()).lines().findFirst().orElse("").replaceFirst("\\.$", "");
            progress.tell("The database does not answer: " + said + ". Nothing is lost; it is waited for.");
            away = true;
        }
        return Duration.ofNanos(System.nanoTime() - answeredAt).compareTo(databaseMayBeAway) > 0;
    }

    private void look() {
        left.clear();
        windows.from(from).stream().filter(SiteWindows.Known::isLeft).forEach(window -> {
            left.put(window.key(), window);
            all.add(window.key());
        });
    }

    private void tellNew(ReadingProgress progress) {
        // two that end at the same time are not seen in the order of their times
        for (SiteWindows.Booked booked : windows.booked(began.isAfter(lookedAt.minus(ORDER_IS_SURE_AFTER)) ? began
                : lookedAt.minus(ORDER_IS_SURE_AFTER))) {
            lookedAt = booked.at().isAfter(lookedAt) ? booked.at() : lookedAt;
            String days = booked.key().site() + ", " + day(booked.key().from()) + " to " + day(booked.to());
            if (booked.dead()) {
                booked.retryAt().filter(at -> told.add(booked.at())).ifPresent(at ->
                        progress.tell(days + " failed: " + booked.error() + ". It is tried again at " + at.toString().substring(0, 19)
                                + "Z."));
            } else if (!booked.key().from().isBefore(from) && told.add(booked.key())) {
                all.add(booked.key());
                inserted += booked.inserted();
                updated += booked.updated();
                unchanged += booked.unchanged();
                progress.read(String.format("%s: %,d rows new, %,d changed, %,d the same%s", days, booked.inserted(), booked.updated(),
                        booked.unchanged(),
                        booked.rejected() == 0 ? "" : String.format(", %,d samples refused", booked.rejected())));
            }
        }
        List<String> down = windows.down();
        down.stream().filter(toldDown::add).forEach(progress::tell);
        toldDown.retainAll(down);
    }

    private Result result(End end) {
        return new Result(end, all.size() - left.size(), left.size(), inserted, updated, unchanged,
                left.values().stream().filter(SiteWindows.Known::resting).toList());
    }

    static String day(Instant at) {
        return at.toString().substring(0, 10);
    }
}
