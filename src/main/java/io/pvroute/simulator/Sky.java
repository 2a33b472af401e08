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
    /** Of the year 2015. */
    private static final double OBLIQUITY = Math.toRadians(23.437);
    private static final double SIN_OBLIQUITY = Math.sin(OBLIQUITY);
    private static final double COS_OBLIQUITY = Math.cos(OBLIQUITY);

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

    /** Good to two hundredths of a degree from 1990 to 2050: the Astronomical Almanac's low-precision formulas for the sun (page C5). */
    Sun sun(double instant) {
        double days = (instant - J2000) / DAY;
        double anomaly = Math.toRadians(357.529 + 0.98560028 * days);
        double sinAnomaly = Math.sin(anomaly);
        double ecliptic = Math.toRadians(280.459 + 0.98564736 * days + 1.915 * sinAnomaly + 0.040 * sinAnomaly * Math.cos(anomaly));
        double sinEcliptic = Math.sin(ecliptic);
        double x = Math.cos(ecliptic);
        double y = COS_OBLIQUITY * sinEcliptic;
        double z = SIN_OBLIQUITY * sinEcliptic;
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
     * Share of the clear sky's irradiance that the clouds let through: 1 is cloudless (Kasten and Czeplak 1980, whose 0.25 under an
     * overcast sky is the mean of thin and thick clouds here, 0.1 to 0.4).
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

    /** Air temperature under this sun, °C: season, hour and a spell of warm or cold air; it follows the sun by a few hours. */
    double air(double instant, Sun sun) {
        double season = 10.5 - 10.5 * winter(instant, 25 * DAY);
        double hour = 7 * Math.max(-0.35, 0.8 * sun.up + 0.4 * sun.west);
        return season + hour + 9 * (noise.smooth(Noise.Stream.AIR, instant / (3 * DAY)) - 0.5);
    }

    /** 1 at the winter solstice (plus {@code lag} seconds), -1 at the summer solstice. */
    private double winter(double instant, double lag) {
        return hemisphere * Math.cos(2 * Math.PI * (instant - J2000 + 10.5 * DAY - lag) / YEAR);
    }
}
