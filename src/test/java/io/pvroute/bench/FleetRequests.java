package io.pvroute.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * What the loggers of a fleet were asked, as they tell it themselves, and what the book told meanwhile of when they were read. Times are in
 * milliseconds since 1970, of the one clock of this machine.
 */
final class FleetRequests {

    /** A request that comes so much sooner than it was due is for another window, not a late or early one for today. */
    private static final long SOONER = 2_000;

    /** A request to a site. */
    private record Request(long began, long ended) {}

    /** How late requests were, in seconds, in ascending order. */
    record Lags(double[] seconds) {

        int count() {
            return seconds.length;
        }

        /** Empty where there was no request. */
        OptionalDouble quantile(double share) {
            return seconds.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(seconds[(int) Math.ceil(share * seconds.length) - 1]);
        }
    }

    private final Map<String, List<Request>> requests = new HashMap<>();
    private final Map<String, NavigableMap<Long, Long>> reads = new HashMap<>();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();

    /** A line of {@link FleetLogger}. */
    synchronized void heard(String line) {
        String[] words = line.split(" ");
        if (words[0].equals("logger")) {
            port.complete(Integer.parseInt(words[1]));
        } else if (words.length == 4) {
            requests.computeIfAbsent(words[0], site -> new ArrayList<>()).add(new Request(Long.parseLong(words[1]), Long.parseLong(words[2])));
        }
    }

    CompletableFuture<Integer> port() {
        return port;
    }

    /** The book tells that the newest window of a site was read then, with so many rows. */
    synchronized void booked(String site, long readAt, long rows) {
        reads.computeIfAbsent(site, absent -> new TreeMap<>()).put(readAt, rows);
    }

    /** From a period after the answer before, by the logger alone. */
    synchronized Lags lags(long from, long to, long period) {
        List<Double> lags = new ArrayList<>();
        requests.values().forEach(ofSite -> {
            for (int i = 1; i < ofSite.size(); i++) {
                add(lags, ofSite.get(i).began(), from, to, ofSite.get(i - 1).ended() + period);
            }
        });
        return sorted(lags);
    }

    /** From a period after the book says that the site was read. */
    Lags lagsByTheBook(long from, long to, long period) {
        return lagsByTheBook(from, to, period, Set.of());
    }

    /** Likewise, of all sites but some. */
    synchronized Lags lagsByTheBook(long from, long to, long period, Set<String> but) {
        List<Double> lags = new ArrayList<>();
        requests.forEach((site, ofSite) -> {
            if (but.contains(site)) {
                return;
            }
            NavigableMap<Long, Long> ofBook = reads.getOrDefault(site, new TreeMap<>());
            for (Request request : ofSite) {
                Long before = ofBook.lowerKey(request.began());
                if (before != null) {
                    add(lags, request.began(), from, to, before + period);
                }
            }
        });
        return sorted(lags);
    }

    private static void add(List<Double> lags, long began, long from, long to, long due) {
        if (began >= from && began < to && began - due > -SOONER) {
            lags.add((began - due) / 1e3);
        }
    }

    private static Lags sorted(List<Double> lags) {
        double[] seconds = lags.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(seconds);
        return new Lags(seconds);
    }

    /** Requests that began in that time. */
    synchronized long count(long from, long to) {
        return requests.values().stream().flatMap(List::stream).filter(r -> r.began() >= from && r.began() < to).count();
    }

    /** The shortest time from the end of a request to the start of the next at the same site, both after {@code from}; empty where there are none. */
    synchronized OptionalLong shortestPause(long from) {
        return requests.values().stream().flatMapToLong(ofSite -> {
            List<Request> later = ofSite.stream().filter(r -> r.began() >= from).toList();
            return IntStream.range(1, later.size()).mapToLong(i -> later.get(i).began() - later.get(i - 1).ended());
        }).min();
    }

    /** Rows of the reads that the book tells of in that time: written, or found stored already. */
    synchronized long rows(long from, long to) {
        return reads.values().stream().flatMap(ofSite -> ofSite.subMap(from, to).values().stream()).mapToLong(Long::longValue).sum();
    }

    /** When the site was asked for the first time after that; empty: not yet. */
    synchronized OptionalLong nextAfter(String site, long instant) {
        return requests.getOrDefault(site, List.of()).stream().mapToLong(Request::began).filter(began -> began > instant).min();
    }
}
