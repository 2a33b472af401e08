package io.pvroute.simulator;

import java.util.Objects;

/**
 * What a plant has beside its modules and its meter.
 *
 * @param model    of the inverter and its logger
 * @param storage  what the battery can hold, Wh; 0 without one. It charges and discharges with half of that in watts
 * @param ohmPilot whether water is heated with what would be fed into the grid
 */
public record Equipment(Model model, double storage, boolean ohmPilot) {

    /** A Symo with a Datamanager and a meter. */
    public static final Equipment SYMO = new Equipment(Model.SYMO, 0, false);

    /** A GEN24 with a meter and a battery of 11 kWh. */
    public static final Equipment GEN24 = new Equipment(Model.GEN24, 11_059, false);

    public Equipment {
        Objects.requireNonNull(model, "a plant needs the model of its inverter");
        if (!(storage == 0 || storage >= 1000 && storage <= 1e7)) {
            throw new IllegalArgumentException("the plant's storage is " + storage + ", but must be 0, or 1,000 to 10,000,000 Wh");
        }
        if (model == Model.SYMO && (storage > 0 || ohmPilot)) {
            throw new IllegalArgumentException("a Symo is simulated without a storage and without an OhmPilot");
        }
    }
}
