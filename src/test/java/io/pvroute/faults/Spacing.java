package io.pvroute.faults;

import io.pvroute.simulator.ArchiveRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a logger got one request at a time, with a pause between them, by the logger's own clock. What a frozen runner does with the one
 * request that it had claimed before is apart: nobody can take back what a stopped process has sent already, or sends when it wakes up.
 */
final class Spacing {

    /** How long after it is continued a runner may take to send what it had claimed: connect timeout, retries and some patience. */
    private static final long AFTER_WAKING = Duration.ofSeconds(4).toNanos();

    private final Duration pause;
    private final List<Freeze> freezes;

    /**
     * By {@link System#nanoTime()}.
     *
     * @param stopping  right before the signal
     * @param stopped   when it had been sent
     * @param continued right before the runner was continued
     */
    record Freeze(long stopping, long stopped, long continued) {}

    /**
     * What was found at one logger.
     *
     * @param broken   a line for each pair of requests that stands too close
     * @param excepted requests of frozen runners that would have been in it
     * @param smallest gap between two requests that were looked at; null where there were not two
     */
    record Finding(List<String> broken, int excepted, Duration smallest) {}

    Spacing(Duration pause, List<Freeze> freezes) {
        this.pause = pause;
        this.freezes = List.copyOf(freezes);
    }

    Finding of(String site, List<ArchiveRequest> requests) {
        List<ArchiveRequest> arrivals = requests.stream().sorted(Comparator.comparingLong(ArchiveRequest::began)).toList();
        Set<ArchiveRequest> excepted = new HashSet<>();
        Set<Freeze> used = new HashSet<>();
        List<String> broken = new ArrayList<>();
        Duration smallest = null;
        ArchiveRequest before = null;
        for (ArchiveRequest request : arrivals) {
            if (before != null) {
                Duration gap = Duration.ofNanos(request.began() - before.ended());
                ArchiveRequest frozen = gap.compareTo(pause) >= 0 ? null : frozen(before, request, excepted, used);
                if (gap.compareTo(pause) < 0 && frozen == null) {
                    broken.add(site + ": a request came " + (gap.isNegative()
                            ? -gap.toMillis() + " ms before the end of the answer before it"
                            : "only " + gap.toMillis() + " ms after the answer before it"));
                }
                if (frozen == null && (smallest == null || gap.compareTo(smallest) < 0)) {
                    smallest = gap;
                }
            }
            // of two that overlap the later end counts for the next; that of a frozen runner does not
            if (before == null || excepted.contains(before) || !excepted.contains(request) && request.ended() - before.ended() > 0) {
                before = request;
            }
        }
        return new Finding(broken, excepted.size(), smallest);
    }

    /** The one of the two that a frozen runner has sent, where a freeze accounts for it that has not accounted for another yet; or null. */
    private ArchiveRequest frozen(ArchiveRequest first, ArchiveRequest second, Set<ArchiveRequest> excepted, Set<Freeze> used) {
        for (ArchiveRequest request : List.of(first, second)) {
            if (excepted.contains(request)) {
                return request;
            }
            Optional<Freeze> because = freezes.stream()
                    .filter(freeze -> !used.contains(freeze) && (wasUnderWay(request, freeze) || followed(request, freeze))).findFirst();
            if (because.isPresent()) {
                used.add(because.get());
                excepted.add(request);
                return request;
            }
        }
        return null;
    }

    private static boolean wasUnderWay(ArchiveRequest request, Freeze freeze) {
        return request.began() - freeze.stopped <= 0 && request.ended() - freeze.stopping >= 0;
    }

    private static boolean followed(ArchiveRequest request, Freeze freeze) {
        return request.began() - freeze.continued >= 0 && request.began() - freeze.continued <= AFTER_WAKING;
    }
}
