package io.pvroute.simulator;

import static io.pvroute.simulator.Noise.Stream.APPLIANCE;
import static io.pvroute.simulator.Noise.Stream.APPLIANCE_POWER;
import static io.pvroute.simulator.Noise.Stream.FRIDGE;
import static io.pvroute.simulator.Noise.Stream.HABIT;

import java.time.Instant;
import java.time.ZoneId;

/** The people under the roof: what they consume, by the clock on their wall. About 4,000 kWh a year. */
final class Household {

    private final Noise noise;
    private final ZoneId zone;
    private final long step;

    Household(Plant plant) {
        noise = new Noise(plant.seed());
        zone = plant.zone();
        step = plant.step().toSeconds();
    }

    /** Energy of the slot that ends at {@code slot * step}, watt-seconds. */
    long consumed(long slot) {
        return Math.round(power(slot) * step);
    }

    private double power(long slot) {
        long instant = slot * step - step / 2;
        long local = instant + zone.getRules().getOffset(Instant.ofEpochSecond(instant)).getTotalSeconds();
        double hour = Math.floorMod(local, 86_400L) / 3600.0;
        long day = Math.floorDiv(local, 86_400L);
        double habit = 0.6 + 0.8 * noise.uniform(HABIT, day);

        double base = 140 + 130 * Math.max(0, noise.smooth(FRIDGE, instant / 1500.0) - 0.35);
        double humps = habit * (650 * hump(hour - 7.2, 1.1) + 280 * hump(hour - 12.5, 1.3) + 900 * hump(hour - 19.3, 2.0));
        boolean cooking = noise.uniform(APPLIANCE, slot) < (hour >= 6 && hour < 22 ? 0.045 : 0.003);
        return base + humps + (cooking ? 800 + 1400 * noise.uniform(APPLIANCE_POWER, slot) : 0);
    }

    private static double hump(double hours, double width) {
        double distance = hours / width;
        return Math.abs(distance) > 4 ? 0 : Math.exp(-distance * distance);
    }
}
