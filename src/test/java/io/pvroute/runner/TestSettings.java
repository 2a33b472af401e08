package io.pvroute.runner;

import java.util.HashMap;
import java.util.Map;

/** The shipped settings, for the tests of other packages. */
public final class TestSettings {

    private TestSettings() {}

    /** As the runner hands them to Camel, with these in place of the shipped ones and a short tick. */
    public static Map<String, String> properties(Map<String, String> differing) {
        Map<String, String> overrides = new HashMap<>(Map.of("archive.tick", "50ms", "archive.pause", "0s", "archive.period", "1h", "realtime.period", "off", "page.port", "off"));
        overrides.putAll(differing);
        return Settings.load(null, Map.of(), overrides).properties();
    }
}
