package io.pvroute.simulator;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the devices of a plant tell of an instant: by the names of the Solar API, in its units, exactly the numbers of the answers. A value
 * that an answer has as null is null here, and one that it leaves out is left out.
 *
 * @param at        whole seconds
 * @param powerFlow of the whole plant, {@code P_PV} …, and {@code SOC} of the battery, %
 * @param inverter  {@code PAC} …
 * @param meter     {@code PowerReal_P_Sum} …
 * @param storage   {@code StateOfCharge_Relative} …; empty without a battery
 * @param ohmPilot  {@code PowerReal_PAC_Sum} …; empty without one
 */
public record Present(Instant at, Map<String, Double> powerFlow, Map<String, Double> inverter, Map<String, Double> meter,
        Map<String, Double> storage, Map<String, Double> ohmPilot) {

    public Present {
        powerFlow = copy(powerFlow);
        inverter = copy(inverter);
        meter = copy(meter);
        storage = copy(storage);
        ohmPilot = copy(ohmPilot);
    }

    /** By name, as answers have them; a copy of the JDK's own would refuse nulls. */
    private static Map<String, Double> copy(Map<String, Double> values) {
        return Collections.unmodifiableMap(new TreeMap<>(values));
    }
}
