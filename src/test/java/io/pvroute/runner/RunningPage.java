package io.pvroute.runner;

import java.util.HashMap;
import java.util.Map;

/** A runner with its page, on a port that is free, for the tests of other packages. */
public final class RunningPage implements AutoCloseable {

    private final Runner runner;

    /** The shipped settings with these in their place; {@code db.url} has to be one of them. */
    public RunningPage(Map<String, String> differing) {
        Map<String, String> settings = new HashMap<>(Map.of("page.port", "0", "observe.port", "0", "archive.pause", "0s", "archive.tick", "100ms", "archive.period", "1h", "realtime.period", "off"));
        settings.putAll(differing);
        runner = new Runner(Settings.load(null, Map.of(), settings));
        try {
            runner.openDatabase();
            runner.startRoutes();
        } catch (RuntimeException e) {
            runner.close();
            throw e;
        }
    }

    /** Of the page, ending in a slash; empty where there is none. */
    public String url() {
        return runner.pageUrl().orElse("");
    }

    /** Of its health and metrics. */
    public String observedAt() {
        return runner.observedAt().orElseThrow();
    }

    @Override
    public void close() {
        runner.close();
    }
}
