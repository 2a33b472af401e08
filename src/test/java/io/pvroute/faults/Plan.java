package io.pvroute.faults;

import io.pvroute.faults.Disturbance.What;
import io.pvroute.simulator.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What is injected when and where: a function of the minutes and the seed. The faults of a logger are drawn for its first, second, …
 * request, those of the database and of the runners for moments.
 *
 * @param seed         chooses all that is chosen
 * @param faulty       how long faults are injected
 * @param settle       how long after its end a window is closed; the last window ends at five eighths of {@code faulty}, so that it is read
 *                     while it grows, and is closed among faults too
 * @param days         of history, at least 120
 * @param disturbances in the order of their beginnings
 */
record Plan(long seed, Duration faulty, Duration settle, int days, List<Disturbance> disturbances) {

    static final int SITES = 3;
    static final int RUNNERS = 3;
    static final Duration LEASE = Duration.ofSeconds(34);
    private static final Duration TO_CATCH_UP = Duration.ofSeconds(75);
    private static final Duration START = Duration.ofSeconds(8);
    private static final int LEAST_DAYS = 128;
    private static final int DAYS_A_MINUTE = 8;
    private static final List<What> OF_THE_DATABASE =
            List.of(What.STOPPED_FAST, What.STOPPED_IMMEDIATE, What.RESTARTED, What.TERMINATED, What.BLOCKED);

    Plan {
        disturbances = List.copyOf(disturbances);
    }

    /** @param minutes in all, at least 3: the last 75 s are for catching up */
    static Plan of(int minutes, long seed) {
        if (minutes < 3) {
            throw new IllegalArgumentException("a run takes at least 3 minutes: a frozen runner has to lose its lease");
        }
        Duration faulty = Duration.ofMinutes(minutes).minus(TO_CATCH_UP);
        Random random = new Random(seed);
        List<Disturbance> all = new ArrayList<>();
        all.addAll(database(random, faulty));
        for (int runner = 0; runner < RUNNERS; runner++) {
            all.addAll(runner(random, faulty, runner));
        }
        for (int site = 0; site < SITES; site++) {
            for (Duration at = seconds(random, 45, 60); at.compareTo(faulty.minusSeconds(15)) < 0; at = at.plus(seconds(random, 30, 60))) {
                all.add(new Disturbance(at, What.OWED_AGAIN, site, Duration.ZERO));
            }
        }
        all.sort(Comparator.comparing(Disturbance::at));
        int days = LEAST_DAYS + DAYS_A_MINUTE * (int) faulty.toMinutes();
        return new Plan(seed, faulty, faulty.dividedBy(8), days, all);
    }

    /** When the last window ends. */
    Duration until() {
        return faulty.multipliedBy(5).dividedBy(8);
    }

    /** The faults of a site's requests: first its share of all there are, those of the newest samples before, then all again and again. */
    Stream<Fault> faults(int site) {
        Random random = new Random(seed * 31 + site);
        List<Fault> first = new ArrayList<>(shuffled(new Random(seed)));
        first.removeIf(fault -> fault.ordinal() % SITES != site || fault == Fault.LATE || fault == Fault.CORRECTED);
        Stream<Fault> share = Stream.concat(Stream.of(Fault.CORRECTED, Fault.LATE), first.stream());
        return Stream.concat(share, Stream.generate(() -> shuffled(random)).flatMap(List::stream));
    }

    /** Chooses which of a site's requests get a fault. */
    Random chance(int site) {
        return new Random(seed * 37 + site);
    }

    private static List<Fault> shuffled(Random random) {
        List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
        Collections.shuffle(faults, random);
        return faults;
    }

    /** Each kind in turn, in another order each time. */
    private static List<Disturbance> database(Random random, Duration faulty) {
        List<Disturbance> planned = new ArrayList<>();
        List<What> order = new ArrayList<>();
        Duration at = START.plus(seconds(random, 0, 4));
        while (true) {
            if (order.isEmpty()) {
                order.addAll(OF_THE_DATABASE);
                Collections.shuffle(order, random);
            }
            What what = order.remove(0);
            Duration lasting = switch (what) {
                case STOPPED_FAST, STOPPED_IMMEDIATE -> seconds(random, 1, 6);
                case BLOCKED -> seconds(random, 2, 7);
                default -> Duration.ZERO;
            };
            Disturbance next = new Disturbance(at, what, 0, lasting);
            if (next.ends().compareTo(faulty.minusSeconds(4)) > 0) {
                return planned;
            }
            planned.add(next);
            at = next.ends().plus(seconds(random, 6, 14));
        }
    }

    /** The first is frozen and never killed, so that its heap can be looked at in the end. */
    private static List<Disturbance> runner(Random random, Duration faulty, int runner) {
        List<What> kinds = switch (runner) {
            case 0 -> List.of(What.FROZEN);
            case 1 -> List.of(What.KILLED, What.FROZEN, What.KILLED);
            default -> List.of(What.STOPPED, What.KILLED, What.FROZEN, What.KILLED);
        };
        List<Disturbance> planned = new ArrayList<>();
        Duration at = START.plus(runner == 0 ? seconds(random, 10, 20) : seconds(random, 6 * runner, 12 + 8 * runner));
        for (int turn = 0; ; turn++) {
            What what = kinds.get(turn % kinds.size());
            Duration lasting = what == What.FROZEN ? LEASE.plus(seconds(random, 2, 9)) : seconds(random, 1, 7);
            Disturbance next = new Disturbance(at, what, runner, lasting);
            if (next.ends().compareTo(faulty.minusSeconds(12)) > 0) {
                return planned;
            }
            planned.add(next);
            at = next.ends().plus(seconds(random, 15, 40));
        }
    }

    private static Duration seconds(Random random, int from, int to) {
        return Duration.ofMillis(random.nextInt(from * 1000, to * 1000 + 1));
    }
}
