package io.pvroute.simulator;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * The quirks that a logger has now.
 *
 * @param all     not to be changed
 * @param staleAt epoch seconds of the meter's last reading, where that is stale
 */
record Quirks(Set<Quirk> all, long staleAt) {

    static final Quirks NONE = new Quirks(Set.of(), 0);
    static final String GHOST = "3";

    /** The same from now on, but a meter that is stale already does not get a newer reading. */
    Quirks become(Collection<Quirk> quirks, long now) {
        Set<Quirk> all = EnumSet.noneOf(Quirk.class);
        all.addAll(quirks);
        return new Quirks(all, has(Quirk.STALE_METER) ? staleAt : now);
    }

    boolean has(Quirk quirk) {
        return all.contains(quirk);
    }

    String inverterId() {
        return has(Quirk.RENUMBERED) ? "2" : "1";
    }

    String meterId() {
        return has(Quirk.RENUMBERED) ? "1" : "0";
    }
}
