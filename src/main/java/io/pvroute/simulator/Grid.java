package io.pvroute.simulator;

import static io.pvroute.simulator.Noise.Stream.FREQUENCY;
import static io.pvroute.simulator.Noise.Stream.GRID_VOLTAGE;

/** The public grid at the plant's connection. Instants are epoch seconds. */
final class Grid {

    private final Noise noise;

    Grid(Plant plant) {
        noise = new Noise(plant.seed());
    }

    /**
     * Of a phase against neutral, V.
     *
     * @param phase 0 to 2
     * @param share of its peak power that the plant gives: what is fed in lifts the voltage
     */
    double voltage(int phase, double instant, double share) {
        double drift = noise.smooth(GRID_VOLTAGE, instant / 1100 + phase * 1e7) - 0.5;
        return 230.5 + 0.7 * phase + 5 * drift + 3 * share;
    }

    /** Hz. */
    double frequency(double instant) {
        return 49.96 + 0.08 * noise.smooth(FREQUENCY, instant / 40);
    }
}
