package io.pvroute.faults;

import io.pvroute.simulator.Fault;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Chooses the faults of one logger: the next of the plan that may be played for what is asked for; one that may not waits for another
 * request. What nobody can know to be wrong is played only where a later answer mends it:
 *
 * <ul>
 * <li>late and corrected samples, in the last window before it is closed;
 * <li>an answer that lacks a channel, a node or all of them: of the last window before it is closed; else once a window, as it is asked
 * for once more, and what lacks a part after neighbours have been read that have it.
 * </ul>
 */
final class Hand implements Function<String, Optional<Fault>> {

    private static final double FAULTY = 0.5;
    private static final int HELD = 12;
    private static final int NEIGHBOURS = 4;
    private static final int TELLING = 2;
    private static final Set<Fault> OF_NEW_SAMPLES = Set.of(Fault.LATE, Fault.CORRECTED);
    private static final Set<Fault> THIN = Set.of(Fault.EMPTY_ANSWER, Fault.MISSING_CHANNEL, Fault.START_OUTSIDE);
    private static final Pattern DATES = Pattern.compile("StartDate=([^&]+)&EndDate=([^&]+)");

    private final Iterator<Fault> faults;
    private final Random chance;
    private final Instant until;
    private final Instant closing;
    private final Clock clock;
    private final List<Fault> held = new ArrayList<>();
    private final Set<Long> thinned = new HashSet<>();
    private Set<Long> loaded = Set.of();

    /**
     * @param until   when the last window ends
     * @param closing when it is closed
     */
    Hand(Iterator<Fault> faults, Random chance, Instant until, Instant closing, Clock clock) {
        this.faults = faults;
        this.chance = chance;
        this.until = until;
        this.closing = closing;
        this.clock = clock;
    }

    /** @param windows by {@link #window}: those that have been read as a whole at least once, and all before */
    synchronized void loaded(Set<Long> windows) {
        Set<Long> all = new HashSet<>(loaded);
        all.addAll(windows);
        loaded = Set.copyOf(all);
    }

    /** The number of the window on the grid that holds an instant. */
    static long window(Instant instant) {
        return Math.floorDiv(Duration.between(Instant.parse("2000-01-01T00:00:00Z"), instant).toSeconds(), 384 * 3600L);
    }

    @Override
    public synchronized Optional<Fault> apply(String query) {
        if (chance.nextDouble() >= FAULTY) {
            return Optional.empty();
        }
        while (held.size() < HELD) {
            held.add(faults.next());
        }
        Matcher dates = DATES.matcher(query);
        if (!dates.find()) {
            return Optional.empty();
        }
        long window = window(Instant.parse(dates.group(1)));
        boolean open = Instant.parse(dates.group(2)).plusSeconds(1).equals(until) && clock.instant().isBefore(closing);
        Optional<Fault> chosen = held.stream().filter(fault -> mayBePlayed(fault, window, open)).findFirst();
        chosen.ifPresent(fault -> {
            held.remove(fault);
            if (THIN.contains(fault) && !open) {
                thinned.add(window);
            }
        });
        return chosen;
    }

    private boolean mayBePlayed(Fault fault, long window, boolean open) {
        if (OF_NEW_SAMPLES.contains(fault)) {
            return open;
        }
        if (!THIN.contains(fault) || open) {
            return true;
        }
        if (thinned.contains(window)) {
            return false;
        }
        return fault == Fault.EMPTY_ANSWER
                || loaded.stream().filter(read -> read != window && Math.abs(read - window) <= NEIGHBOURS).count() >= TELLING;
    }
}
