package io.pvroute.simulator;

/**
 * The serials that stand on the devices of a plant.
 *
 * @param storage  as it comes, filled up with blanks
 */
record Nameplates(String inverter, String meter, String storage, String ohmPilot) {

    static Nameplates of(Plant plant) {
        long number = Math.floorMod(plant.seed(), 1_000_000);
        return new Nameplates(String.valueOf(30_000_000 + number), "16220118", String.format("P030T020Z2%09d     ", number),
                String.valueOf(28_000_000 + number));
    }
}
