package io.pvroute.simulator;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.TreeMap;

/** What the devices of a plant measure at an instant, by the names and in the manner of their model. */
final class Measurements {

    private final Plant plant;
    private final Sky sky;
    private final Ledger ledger;
    private final InverterReadings inverter;
    private final MeterReadings meter;
    private final StorageReadings storage;

    Measurements(Plant plant, Sky sky, Roof roof, Ledger ledger) {
        this.plant = plant;
        this.sky = sky;
        this.ledger = ledger;
        Grid grid = new Grid(plant);
        inverter = new InverterReadings(plant, roof, grid);
        meter = new MeterReadings(plant, grid);
        storage = new StorageReadings(plant, sky);
    }

    /** @param instant epoch seconds */
    Present at(long instant) {
        Moment moment = moment(instant);
        Equipment equipment = plant.equipment();
        return new Present(Instant.ofEpochSecond(instant), powerFlow(moment), inverter.at(moment), meter.at(moment),
                equipment.storage() > 0 ? storage.at(moment) : Map.of(), equipment.ohmPilot() ? ohmPilot(moment) : Map.of());
    }

    /** Whether the inverter makes nothing, and so tells nothing of the grid. */
    boolean asleep(long instant) {
        return ledger.slot(instant).produced() == 0;
    }

    private Moment moment(long instant) {
        ZoneId zone = plant.zone();
        ZonedDateTime local = Instant.ofEpochSecond(instant).atZone(zone);
        Energy until = ledger.until(instant);
        Energy midnight = ledger.until(local.toLocalDate().atStartOfDay(zone).toEpochSecond());
        Energy newYear = ledger.until(local.toLocalDate().withDayOfYear(1).atStartOfDay(zone).toEpochSecond());
        return new Moment(instant, until, until.minus(midnight), until.minus(newYear), ledger.slot(instant), ledger.perSecond(instant),
                sky.sun(instant));
    }

    private Map<String, Double> powerFlow(Moment moment) {
        boolean gen24 = plant.equipment().model() == Model.GEN24;
        double produced = gen24 ? Moment.coarse(moment.produced()) : Math.rint(moment.produced());
        double grid = gen24 ? Moment.tenths(moment.grid()) : Moment.hundredths(moment.grid());
        double load = produced + grid;
        Map<String, Double> values = new TreeMap<>();
        values.put("P_PV", moment.slot().direct() == 0 ? null : gen24 ? Moment.coarse(moment.watts(moment.slot().direct())) : produced);
        values.put("P_Grid", grid);
        values.put("P_Load", 0 - load);
        values.put("P_Akku", plant.equipment().storage() > 0 ? moment.battery() + 0.0 : null);
        values.put("E_Day", gen24 ? null : Double.valueOf(moment.sinceMidnight().produced() / 3600));
        values.put("E_Year", gen24 ? null : Double.valueOf(moment.sinceNewYear().produced() / 3600));
        values.put("E_Total", gen24 ? moment.until().produced() / 3600.0 : moment.until().produced() / 3600);
        values.put("rel_Autonomy", load <= 0 ? 100.0 : percent(load - Math.max(0, grid), load));
        values.put("rel_SelfConsumption", produced <= 0 ? null : percent(produced - Math.max(0, -grid), produced));
        if (plant.equipment().storage() > 0) {
            values.put("SOC", storage.charge(moment));
        }
        return values;
    }

    private static Double percent(double part, double whole) {
        return Math.max(0, Math.min(100, 100 * part / whole));
    }

    private static Map<String, Double> ohmPilot(Moment moment) {
        Map<String, Double> values = new TreeMap<>();
        values.put("EnergyReal_WAC_Sum_Consumed", Double.valueOf(moment.until().heated() / 3600));
        values.put("PowerReal_PAC_Sum", Math.rint(moment.watts(moment.slot().heated())));
        values.put("Temperature_Channel_1", Moment.tenths(20 + 40.0 * moment.until().warmth() / Balance.WARMEST));
        return values;
    }
}
