package io.pvroute.faults;

import io.pvroute.faults.Disturbance.What;
import io.pvroute.simulator.Fault;
import io.pvroute.simulator.FaultyRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a run ends with.
 *
 * @param requests all archive requests of all sites
 * @param done     how often the database, runners and books were disturbed
 * @param failures what the harness itself could not do
 */
record Report(Plan plan, List<FaultyRequest> requests, Map<What, Integer> done, List<Promise> promises, List<String> failures) {

    /** Whether all is as promised, and all was done that should be. */
    boolean passed() {
        return failures.isEmpty() && promises.stream().allMatch(Promise::kept);
    }

    /** The table and the promises. */
    String text() {
        StringBuilder text = new StringBuilder(String.format("%n%-95s %6s%n", "injected", "times"));
        for (Fault fault : Fault.values()) {
            long times = requests.stream().filter(request -> request.fault() == fault).count();
            text.append(line("logger " + fault.description() + " (" + fault + ")", times));
        }
        for (What what : What.values()) {
            text.append(line(what.toString(), done.getOrDefault(what, 0)));
        }
        long faulty = requests.stream().filter(request -> request.fault() != null).count();
        text.append(line("archive requests in all, " + faulty + " of them with a fault", requests.size())).append(System.lineSeparator());
        promises.forEach(promise -> text.append(promise.text()));
        failures.forEach(failure -> text.append("the harness failed: ").append(failure).append(System.lineSeparator()));
        notInjected().forEach(never -> text.append("never injected, the run was too short: ").append(never).append(System.lineSeparator()));
        long kept = promises.stream().filter(Promise::kept).count();
        return text.append(String.format("%n%d passed, %d failed%n", kept, promises.size() - kept)).toString();
    }

    private List<String> notInjected() {
        List<String> never = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            if (requests.stream().noneMatch(request -> request.fault() == fault)) {
                never.add(fault.toString());
            }
        }
        for (What what : What.values()) {
            if (!done.containsKey(what)) {
                never.add(what.toString());
            }
        }
        return never;
    }

    private static String line(String what, long times) {
        return String.format("%-95s %,6d%n", what, times);
    }
}
