package io.pvroute.simulator;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What a logger may be like without being at fault; see {@link Simulator#quirks}. By its name a person asks for it on a command line. */
public enum Quirk {

    API_OFF("api-off", "has its Solar API switched off: it answers HTTP 404 to everything, with a text that says so"),
    STALE_METER("stale-meter", "has lost its meter: it tells the last reading with its stamp and Visible 0, and no power of the grid"),
    NO_METER("no-meter", "has no meter, and tells no power of the grid"),
    GHOST_INVERTER("ghost-inverter", "lists an inverter 3 that does not exist, and answers Code 255 where it is asked for that one alone"),
    NO_INVERTERS_AT_NIGHT("no-inverters-at-night", "tells neither inverters nor their energies while they sleep"),
    RENUMBERED("renumbered", "has given new ids to its devices: 2 to the inverter and 1 to the meter; their serials and the archive stay");

    private final String title;
    private final String description;

    Quirk(String title, String description) {
        this.title = title;
        this.description = description;
    }

    /**
     * The quirk of this name.
     *
     * @param title {@code stale-meter}
     * @throws IllegalArgumentException where there is none, with all that there are
     */
    public static Quirk of(String title) {
        return Arrays.stream(values()).filter(quirk -> quirk.title.equals(title)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no quirk '" + title + "'; expected one of "
                        + Arrays.stream(values()).map(Quirk::toString).collect(Collectors.joining(", "))));
    }

    /** What a logger with it is like, in words that follow "it". */
    public String description() {
        return description;
    }

    /** As a person writes it: {@code stale-meter}. */
    @Override
    public String toString() {
        return title;
    }
}
