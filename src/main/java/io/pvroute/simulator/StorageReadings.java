package io.pvroute.simulator;

import java.util.Map;
import java.util.TreeMap;

/** What the controller of the battery tells. At rest it has its contactors open and sees neither voltage nor current. */
final class StorageReadings {

    private static final double AT_REST = 0;
    private static final double AT_WORK = 3;

    private final double capacity;
    private final Sky sky;

    StorageReadings(Plant plant, Sky sky) {
        capacity = plant.equipment().storage();
        this.sky = sky;
    }

    /** The current is positive while the battery is charged. */
    Map<String, Double> at(Moment moment) {
        double power = 0 - moment.battery();
        double voltage = power == 0 ? 0 : Moment.tenths(384 + 0.45 * charge(moment));
        Map<String, Double> values = new TreeMap<>();
        values.put("StateOfCharge_Relative", charge(moment));
        values.put("Voltage_DC", voltage);
        values.put("Current_DC", voltage == 0 ? 0 : Moment.hundredths(power / voltage));
        values.put("Temperature_Cell", Moment.tenths(17 + 0.25 * sky.air(moment.instant(), moment.sun()) + 4 * Math.abs(power) / capacity));
        values.put("Status_BatteryCell", power == 0 ? AT_REST : AT_WORK);
        values.put("Capacity_Maximum", capacity);
        values.put("DesignedCapacity", capacity);
        return values;
    }

    /** Percent of the capacity, to a tenth. */
    double charge(Moment moment) {
        return Moment.tenths(100 * moment.until().stored() / 3600.0 / capacity);
    }
}
