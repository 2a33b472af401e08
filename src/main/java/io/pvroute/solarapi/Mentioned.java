package io.pvroute.solarapi;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the log has told already: what comes again with every answer is told once. Can be used by any number of threads. */
final class Mentioned {

    /** Of a logger that makes up names without end, only so many are told. */
    private static final int MOST = 1000;

    private final Set<List<String>> told = ConcurrentHashMap.newKeySet();

    /** Whether this is to be told: it never was before, and not too much else was. */
    boolean first(String... what) {
        return told.size() < MOST && told.add(List.of(what));
    }
}
