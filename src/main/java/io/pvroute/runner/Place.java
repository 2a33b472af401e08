package io.pvroute.runner;

import java.time.ZoneId;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a simulated plant stands.
 *
 * @param name      as it is told
 * @param latitude  degrees north, -90 to 90
 * @param longitude degrees east, -180 to 180
 * @param zone      of its logger's clock
 */
record Place(String name, double latitude, double longitude, ZoneId zone) {

    private static final Map<String, Place> NAMED = new TreeMap<>(Arrays.stream(new Place[] {
        named("Vienna", 48.2, 16.4, "Europe/Vienna"), named("Berlin", 52.5, 13.4, "Europe/Berlin"),
        named("Zurich", 47.4, 8.5, "Europe/Zurich"), named("Madrid", 40.4, -3.7, "Europe/Madrid"),
        named("Stockholm", 59.3, 18.1, "Europe/Stockholm"), named("Denver", 39.7, -105.0, "America/Denver"),
        named("Nairobi", -1.3, 36.8, "Africa/Nairobi"), named("Sydney", -33.9, 151.2, "Australia/Sydney")
    }).collect(Collectors.toMap(place -> place.name().toLowerCase(Locale.ROOT), place -> place)));

    private static Place named(String name, double latitude, double longitude, String zone) {
        return new Place(name, latitude, longitude, ZoneId.of(zone));
    }

    static final class Converter implements ITypeConverter<Place> {

        @Override
        public Place convert(String text) {
            Place named = NAMED.get(text.strip().toLowerCase(Locale.ROOT));
            if (named != null) {
                return named;
            }
            try {
                String[] degrees = text.split(",", -1);
                double latitude = Double.parseDouble(degrees[0]);
                double longitude = Double.parseDouble(degrees[1]);
                if (degrees.length == 2 && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) {
                    return new Place(text, latitude, longitude, ZoneId.of("UTC"));
                }
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new TypeConversionException(expected());
            }
            throw new TypeConversionException(expected());
        }

        private static String expected() {
            return "expected " + NAMED.values().stream().map(Place::name).collect(Collectors.joining(", "))
                    + ", or degrees north and east such as 48.2,16.4.";
        }
    }
}
