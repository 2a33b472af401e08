package io.pvroute.simulator;

/** What a logger may be like without being at fault; see {@link Simulator#quirks}. */
public enum Quirk {

    /** Its Solar API is switched off: whatever is asked, it answers HTTP 404 with a text that says so. */
    API_OFF,

    /** The meter does not answer the logger any more: it tells the old reading and stamp with {@code Visible} 0, and no {@code P_Grid}. */
    STALE_METER,

    /** There is no meter: it is not listed, its requests are refused, and {@code P_Grid} and {@code P_Load} are null. */
    NO_METER,

    /** A second inverter is listed which does not exist: asked for itself it answers with Code 255, and all together leave it out. */
    GHOST_INVERTER,

    /** While the inverter sleeps, the lists of inverters are empty, and the energies of the whole plant are null. */
    NO_INVERTERS_AT_NIGHT,

    /** The devices have other ids than they had: the inverter 2, the meter 1. Their serials are the same. The archive does not mind. */
    RENUMBERED
}
