package io.pvroute.simulator;

/** The modules on a flat roof: what they make of the sun. Instants are epoch seconds. */
final class Roof {

    /** Dirt, cables and modules that are not quite alike. */
    private static final double AS_BUILT = 0.93;

    private final Sky sky;
    private final double peakPower;

    Roof(Plant plant, Sky sky) {
        this.sky = sky;
        peakPower = plant.peakPower();
    }

    /** Direct current that the modules can give, W; 0 while the sun is down. */
    double power(double instant, Sky.Sun sun) {
        double irradiance = irradiance(instant, sun);
        double warmth = 1 - 0.004 * (cell(instant, sun, irradiance) - 25);
        return peakPower * AS_BUILT * irradiance / 1000 * warmth;
    }

    /** What the voltage of a warm string is of that at 25 °C. */
    double voltage(double instant, Sky.Sun sun) {
        return 1 - 0.003 * (cell(instant, sun, irradiance(instant, sun)) - 25);
    }

    /** The share of the first of two strings, which leans a little to the east, in the power of both. */
    double eastern(Sky.Sun sun) {
        return 0.55 - 0.12 * sun.west();
    }

    /** Temperature of the modules, °C. */
    private double cell(double instant, Sky.Sun sun, double irradiance) {
        return sky.air(instant, sun) + 0.03 * irradiance;
    }

    private double irradiance(double instant, Sky.Sun sun) {
        return sun.up() <= 0 ? 0 : Sky.clearSky(sun.up()) * sky.transmittance(instant);
    }
}
