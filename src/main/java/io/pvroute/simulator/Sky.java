package io.pvroute.simulator;

/**
 * The sun and the weather over a plant. All instants are epoch seconds.
 *
 * <p>The weather moves through clear, broken and overcast spells of a day or more, with more of the latter in winter; gusts of small clouds
 * count most where the sky is half covered.
 */
final class Sky {

    private static final double DAY = 86_400;
    private static final double YEAR = 365.25 * DAY;
    private static final long J2000 = 946_728_000;

    private final Noise noise;
    private final double sinLatitude;
    private final double cosLatitude;
    private final double longitude;
    private final double hemisphere;

    Sky(Plant plant) {
        noise = new Noise(plant.seed());
        sinLatitude = Math.sin(Math.toRadians(plant.latitude()));
        cosLatitude = Math.cos(Math.toRadians(plant.latitude()));
        longitude = plant.longitude();
        hemisphere = plant.latitude() < 0 ? -1 : 1;
    }

    /**
     * Where the sun stands: the upward and the westward part of the unit vector that points to it. {@code up} is the sine of the elevation.
     */
    record Sun(double up, double west) {
        /** Elevation above the horizon without refraction, degrees. */
        double elevation() {
            return Math.toDegrees(Math.asin(up));
        }
    }

    /** Good to a hundredth of a degree from 1950 to 2050: the Astronomical Almanac's low-precision formulas for the sun (page C5). */
    Sun sun(double instant) {
        double days = (instant - J2000) / DAY;
        double anomaly = Math.toRadians(357.529 + 0.98560028 * days);
        double ecliptic = Math.toRadians(280.459 + 0.98564736 * days + 1.915 * Math.sin(anomaly) + 0.020 * Math.sin(2 * anomaly));
        double obliquity = Math.toRadians(23.439 - 0.00000036 * days);
        double x = Math.cos(ecliptic);
        double y = Math.cos(obliquity) * Math.sin(ecliptic);
        double z = Math.sin(obliquity) * Math.sin(ecliptic);
        double sidereal = Math.toRadians(280.46062 + 360.98564737 * days + longitude);
        double cosSidereal = Math.cos(sidereal);
        double sinSidereal = Math.sin(sidereal);
        return new Sun(sinLatitude * z + cosLatitude * (x * cosSidereal + y * sinSidereal), x * sinSidereal - y * cosSidereal);
    }

    /** Irradiance on a flat roof under a cloudless sky, W/m² (Haurwitz 1945); 0 while the sun is down. */
    static double clearSky(double up) {
        return up <= 0 ? 0 : 1098 * up * Math.exp(-0.057 / up);
    }

    /**
     * Share of the clear sky's irradiance that the clouds let through: 1 is cloudless (Kasten and Czeplak 1980, whose 0.25 under an overcast
     * sky is the mean of thin and thick clouds here, 0.1 to 0.4).
     */
    double transmittance(double instant) {
        double thickness = 0.6 + 0.2 * noise.smooth(Noise.Stream.THICKNESS, instant / 43_200)
                + 0.1 * noise.smooth(Noise.Stream.CLOUD, instant / 5400);
        return 1 - thickness * Math.pow(cover(instant), 3.4);
    }

    /** Share of the sky that is covered, 0 to 1. */
    private double cover(double instant) {
        double spell = 2.6 * noise.smooth(Noise.Stream.WEATHER, instant / (1.4 * DAY)) - 0.67 + 0.17 * winter(instant, 0);
        double broken = Math.max(0, 1 - Math.abs(2 * spell - 1));
        double patches = noise.smooth(Noise.Stream.CLOUD, instant / 2700) - 0.5;
        double gusts = noise.smooth(Noise.Stream.GUST, instant / 420) - 0.5;
        return Math.max(0, Math.min(1, spell + broken * (0.9 * patches + 0.8 * gusts)));
    }

    /** Air temperature, °C: season, hour and a spell of warm or cold air; clear days are warmer, clear nights colder. */
    double air(double instant) {
        double season = 10.5 - 10.5 * winter(instant, 25 * DAY);
        double hour = Math.max(-0.35, sun(instant - 2.5 * 3600).up()) * 9 * transmittance(instant);
        return season + hour + 9 * (noise.smooth(Noise.Stream.AIR, instant / (3 * DAY)) - 0.5);
    }

    /** 1 at the winter solstice (plus {@code lag} seconds), -1 at the summer solstice. */
    private double winter(double instant, double lag) {
        return hemisphere * Math.cos(2 * Math.PI * (instant - J2000 + 10.5 * DAY - lag) / YEAR);
    }
}
