package io.pvroute.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a fleet did in the measured time.
 *
 * @param killed    just before a runner was killed
 * @param killedAt  when a runner was killed, in milliseconds since 1970
 * @param takenOver of each site that it had in hand then: seconds until it was asked again
 * @param resident  the most that a runner had resident in that time, in MB
 * @param period    seconds
 * @param pause     seconds
 */
record FleetReport(FleetRequests requests, List<FleetRunner> runners, Moment began, Moment killed, Moment ended, long killedAt, Map<String, Double> takenOver,
        double resident, int period, int pause) {

    /**
     * Counters at an instant, in seconds of computing; those of the runners in their order.
     *
     * @param postgresMegabytes what all processes of the server hold, shared memory counted once
     */
    record Moment(long instant, double[] runnerSeconds, double[] runnerWindows, double postgresSeconds, double postgresMegabytes, double loggerSeconds) {}

    /** @param rows that are stored, every one as it must be */
    void print(long rows) {
        double seconds = (ended.instant() - began.instant()) / 1e3;
        long count = requests.count(began.instant(), ended.instant());
        System.out.printf("%nmeasured %.0f s: %,d requests, %.2f/s; %,.0f rows/s compared or written%n", seconds, count, count / seconds,
                requests.rows(began.instant(), ended.instant()) / seconds);
        // to the end of all watching, which waits for the sites that the killed one had in hand
        FleetRequests.Lags byBook = requests.lagsByTheBook(began.instant(), Long.MAX_VALUE, period * 1000L);
        line("late, by the book", byBook);
        line("late, by the logger", requests.lags(began.instant(), Long.MAX_VALUE, period * 1000L));
        OptionalLong shortest = requests.shortestPause(began.instant() - period * 1000L + pause * 1000L);
        System.out.printf("pause    the shortest was %s s, %d s are to be kept%n", shortest.isEmpty() ? "–" : String.format("%.3f", shortest.getAsLong() / 1e3), pause);
        double cores = (ended.postgresSeconds() - began.postgresSeconds()) / seconds;
        System.out.printf("postgres %.1f %% of a core, %.0f MB (PSS)%n", 100 * cores, ended.postgresMegabytes());
        for (int i = 0; i < runners.size(); i++) {
            FleetRunner runner = runners.get(i);
            double computed = ended.runnerSeconds()[i] - began.runnerSeconds()[i];
            cores += computed / seconds;
            double together = (killed.instant() - began.instant()) / 1e3;
            double before = killed.runnerWindows()[i] - began.runnerWindows()[i];
            double after = ended.runnerWindows()[i] - killed.runnerWindows()[i];
            System.out.printf("%-8s %.1f %% of a core, at most %.0f MB since its start; read %,.0f windows in %.0f s, a share of %.0f %%; %s%n", runner.name(),
                    100 * computed / (runner.isKilled() ? together : seconds), runner.highestMegabytes(), before, together,
                    100 * before / Math.max(1, sum(killed) - sum(began)), runner.isKilled() ? "then it was killed" : String.format("then %,.0f in %.0f s", after, seconds - together));
        }
        System.out.printf("loggers  %.1f %% of a core, not counted below%n", 100 * (ended.loggerSeconds() - began.loggerSeconds()) / seconds);
        if (takenOver.isEmpty()) {
            System.out.println("killed   while it had no site in hand: nothing had to be waited for");
        }
        takenOver.values().stream().mapToDouble(Double::doubleValue).max().ifPresent(last -> {
            System.out.printf("killed   with %s in hand: all of them asked by others within %.1f s, as the lease runs out%n",
                    takenOver.size() == 1 ? "1 site" : takenOver.size() + " sites", last);
            System.out.printf("         all others on time by others: at most %.2f s late, by the book, from then on%n",
                    requests.lagsByTheBook(killedAt, Long.MAX_VALUE, period * 1000L, takenOver.keySet()).quantile(1).orElse(Double.NaN));
        });
        System.out.printf("stored   %,d rows, all that the loggers have and nothing else%n%n", rows);
        System.out.println(new Target("fleet_lag_p99_seconds", false, 10).line(byBook.quantile(0.99)));
        System.out.println(new Target("fleet_runner_mb", false, 300).line(OptionalDouble.of(resident)));
        System.out.println(new Target("fleet_cores", false, 1).line(OptionalDouble.of(cores)));
        if (shortest.isPresent() && shortest.getAsLong() < pause * 1000L) {
            throw new BenchException("WRONG: a logger was asked again after " + shortest.getAsLong() + " ms.");
        }
    }

    private static double sum(Moment moment) {
        return Arrays.stream(moment.runnerWindows()).sum();
    }

    private static void line(String name, FleetRequests.Lags lags) {
        if (lags.count() == 0) {
            System.out.printf("%-20s nobody was asked%n", name);
        } else {
            System.out.printf("%-20s p50 %.2f s, p99 %.2f s, at most %.2f s (%,d requests)%n", name, lags.quantile(0.5).getAsDouble(),
                    lags.quantile(0.99).getAsDouble(), lags.quantile(1).getAsDouble(), lags.count());
        }
    }
}
