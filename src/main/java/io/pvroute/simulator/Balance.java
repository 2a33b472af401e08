package io.pvroute.simulator;

/**
 * Where the energy of a slot goes. The household comes first, then the battery, then the OhmPilot, and the rest is fed into the grid; what
 * the household lacks comes from the battery, then from the grid. The battery hangs on the direct current, behind the modules and before
 * the inverter.
 */
final class Balance {

    /** Of the direct current that the inverter makes alternating, percent. */
    private static final long INVERTER = 97;
    /** Of what goes into the battery, or out of its cells, percent. */
    private static final long BATTERY = 97;
    /** Of its capacity, what the battery keeps for itself, percent. */
    private static final long RESERVE = 5;
    private static final long TRIFLING_WATTS = 10;
    private static final long HEATER_WATTS = 3000;
    /** Of the OhmPilot's water, above the temperature of the cellar, watt-seconds. */
    static final long WARMEST = 9_000 * 3600L;
    /** Hot water and cold walls, W. */
    private static final long COOLING_WATTS = 190;

    private final Inverter inverter;
    private final Household household;
    private final Equipment equipment;
    private final long step;
    private final long capacity;
    private final long ratedPower;

    Balance(Plant plant, Inverter inverter, Household household) {
        this.inverter = inverter;
        this.household = household;
        equipment = plant.equipment();
        step = plant.step().toSeconds();
        capacity = Math.round(equipment.storage() * 3600);
        ratedPower = Math.round(plant.peakPower());
    }

    /** The day the meter was installed: the battery half full, the water cold. */
    Energy first() {
        return new Energy(0, 0, 0, 0, 0, 0, 0, 0, capacity / 2, 0);
    }

    /** @param before all that has flowed before the slot */
    Energy of(long slot, Energy before) {
        return equipment.model() == Model.SYMO ? withoutBattery(slot) : withBattery(slot, before);
    }

    private Energy withoutBattery(long slot) {
        long produced = inverter.produced(slot);
        long consumed = household.consumed(slot);
        return new Energy(produced, produced, 0, 0, consumed, 0, Math.max(0, produced - consumed), Math.max(0, consumed - produced), 0, 0);
    }

    private Energy withBattery(long slot, Energy before) {
        long available = Math.round(inverter.direct(slot) * step);
        long consumed = household.consumed(slot);
        long needed = consumed * 100 / INVERTER;
        long power = capacity / 2 * step / 3600;
        long charged = 0;
        long discharged = 0;
        if (available > needed) {
            charged = unlessTrifling(least(available - needed, power, (capacity - before.stored()) * 100 / BATTERY));
        } else {
            long spare = Math.max(0, before.stored() - capacity * RESERVE / 100);
            discharged = unlessTrifling(least(needed - available, power, spare * BATTERY / 100));
        }
        long produced = Math.min((available - charged + discharged) * INVERTER / 100, ratedPower * step);
        // what neither the battery nor the inverter takes, the modules do not give
        long direct = Math.min(available, (produced * 100 + INVERTER - 1) / INVERTER + charged - discharged);
        long heated = equipment.ohmPilot()
                ? Math.max(0, least(produced - consumed, HEATER_WATTS * step, WARMEST - before.warmth())) : 0;
        long net = produced - consumed - heated;
        long stored = charged * BATTERY / 100 - (discharged * 100 + BATTERY - 1) / BATTERY;
        long warmth = heated - Math.min(before.warmth() + heated, COOLING_WATTS * step);
        return new Energy(direct, produced, charged, discharged, consumed, heated, Math.max(0, net), Math.max(0, -net), stored, warmth);
    }

    /** The battery rests rather than to move almost nothing. */
    private long unlessTrifling(long energy) {
        return energy < TRIFLING_WATTS * step ? 0 : energy;
    }

    private static long least(long one, long other, long third) {
        return Math.min(one, Math.min(other, third));
    }
}
