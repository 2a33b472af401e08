package io.pvroute.simulator;

import java.util.Map;
import java.util.TreeMap;

/** What the smart meter tells: the power of the connection, positive where it is drawn, and counters that never fall. */
final class MeterReadings {

    /** Reactive power for each watt: lights, pumps and the inverter's filter. */
    private static final double REACTIVE = 0.21;
    private static final double APPARENT = Math.hypot(1, REACTIVE);
    /** Of the power on each phase. */
    private static final double[] PHASES = {0.31, 0.37, 0.32};
    private static final double SQRT_3 = Math.sqrt(3);

    private final Plant plant;
    private final Grid grid;

    MeterReadings(Plant plant, Grid grid) {
        this.plant = plant;
        this.grid = grid;
    }

    Map<String, Double> at(Moment moment) {
        Map<String, Double> values = new TreeMap<>();
        double power = moment.grid();
        boolean gen24 = plant.equipment().model() == Model.GEN24;
        values.put("PowerReal_P_Sum", gen24 ? Moment.tenths(power) : Moment.hundredths(power));
        values.put("PowerReactive_Q_Sum", Moment.tenths(power * REACTIVE));
        values.put("PowerApparent_S_Sum", Math.rint(Math.abs(power) * APPARENT));
        values.put("PowerFactor_Sum", factor(power));
        for (int phase = 0; phase < PHASES.length; phase++) {
            phase(values, moment, phase, power * PHASES[phase]);
        }
        counter(values, "EnergyReal_WAC_Plus_Absolute", moment.until().drawn());
        counter(values, "EnergyReal_WAC_Sum_Consumed", moment.until().drawn());
        counter(values, "EnergyReal_WAC_Minus_Absolute", moment.until().fed());
        counter(values, "EnergyReal_WAC_Sum_Produced", moment.until().fed());
        counter(values, "EnergyReactive_VArAC_Sum_Consumed", Math.round(moment.until().drawn() * REACTIVE));
        counter(values, "EnergyReactive_VArAC_Sum_Produced", Math.round(moment.until().fed() * REACTIVE));
        values.put("Frequency_Phase_Average", Moment.tenths(grid.frequency(moment.instant())));
        values.put("Meter_Location_Current", 0.0);
        return values;
    }

    private void phase(Map<String, Double> values, Moment moment, int phase, double power) {
        String number = "_" + (phase + 1);
        int next = (phase + 1) % PHASES.length;
        double voltage = Moment.tenths(voltage(moment, phase));
        double apparent = Math.abs(power) * APPARENT;
        values.put("Voltage_AC_Phase" + number, voltage);
        values.put("Voltage_AC_PhaseToPhase" + number + (next + 1),
                Moment.tenths(SQRT_3 * (voltage + voltage(moment, next)) / 2));
        values.put("Current_AC_Phase" + number, Math.rint(apparent / voltage * 1000) / 1000);
        values.put("PowerReal_P_Phase" + number, Moment.hundredths(power));
        values.put("PowerReactive_Q_Phase" + number, Moment.hundredths(power * REACTIVE));
        values.put("PowerApparent_S_Phase" + number, Moment.hundredths(apparent));
        values.put("PowerFactor_Phase" + number, factor(power));
    }

    private double voltage(Moment moment, int phase) {
        return grid.voltage(phase, moment.instant(), moment.produced() / plant.peakPower());
    }

    /** Negative while the grid is fed, as the meter writes it. */
    private static double factor(double power) {
        return power == 0 ? 1 : Math.signum(power) * Moment.hundredths(1 / APPARENT);
    }

    private static void counter(Map<String, Double> values, String name, long wattSeconds) {
        values.put(name, Double.valueOf(wattSeconds / 3600));
    }
}
