package io.pvroute.simulator;

import java.util.Map;
import java.util.TreeMap;

/** What an inverter tells of itself. Asleep it leaves out what it would measure at the grid. */
final class InverterReadings {

    /** What is left on the strings at night, V. */
    private static final double DARK = 16;

    private final Plant plant;
    private final Roof roof;
    private final Grid grid;

    InverterReadings(Plant plant, Roof roof, Grid grid) {
        this.plant = plant;
        this.roof = roof;
        this.grid = grid;
    }

    Map<String, Double> at(Moment moment) {
        return plant.equipment().model() == Model.GEN24 ? gen24(moment) : symo(moment);
    }

    private Map<String, Double> symo(Moment moment) {
        Map<String, Double> values = new TreeMap<>();
        values.put("DAY_ENERGY", Double.valueOf(moment.sinceMidnight().produced() / 3600));
        values.put("YEAR_ENERGY", Double.valueOf(moment.sinceNewYear().produced() / 3600));
        values.put("TOTAL_ENERGY", Double.valueOf(moment.until().produced() / 3600));
        double direct = moment.watts(moment.slot().direct());
        double dc = Math.rint(428 * roof.voltage(moment.instant(), moment.sun()));
        values.put("UDC", moment.asleep() ? DARK : dc);
        values.put("IDC", moment.asleep() ? 0.0 : Moment.hundredths(direct / dc));
        if (!moment.asleep()) {
            double ac = Moment.tenths(voltage(moment));
            values.put("PAC", Math.rint(moment.produced()));
            values.put("UAC", ac);
            values.put("IAC", Moment.hundredths(moment.produced() / ac));
            values.put("FAC", Moment.hundredths(grid.frequency(moment.instant())));
        }
        return values;
    }

    private Map<String, Double> gen24(Moment moment) {
        Map<String, Double> values = new TreeMap<>();
        values.put("DAY_ENERGY", null);
        values.put("YEAR_ENERGY", null);
        values.put("TOTAL_ENERGY", moment.until().produced() / 3600.0);
        double direct = moment.watts(moment.slot().direct());
        double east = roof.eastern(moment.sun());
        double warmth = direct > 0 ? roof.voltage(moment.instant(), moment.sun()) : DARK / 428;
        string(values, "", 428 * warmth, direct * east);
        string(values, "_2", 371 * warmth, direct * (1 - east));
        values.put("IDC_3", null);
        values.put("UDC_3", null);
        if (!moment.asleep()) {
            double ac = voltage(moment);
            values.put("PAC", Moment.coarse(moment.produced()));
            values.put("SAC", Moment.coarse(moment.produced() * 1.0001));
            values.put("UAC", Moment.coarse(ac));
            values.put("IAC", Moment.coarse(moment.produced() / ac));
            values.put("FAC", Moment.coarse(grid.frequency(moment.instant())));
        }
        return values;
    }

    private static void string(Map<String, Double> values, String number, double volts, double watts) {
        values.put("UDC" + number, Moment.coarse(volts));
        values.put("IDC" + number, Moment.coarse(watts / volts));
    }

    private double voltage(Moment moment) {
        return grid.voltage(0, moment.instant(), moment.produced() / plant.peakPower());
    }
}
