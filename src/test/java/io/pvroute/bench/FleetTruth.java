package io.pvroute.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the loggers of a fleet have recorded: at every five minutes the same of each, but for the serial number of its meter. */
final class FleetTruth {

    /** Seconds between two samples. */
    static final int STEP = 300;

    /** Channels and their units. */
    static final Map<String, String> INVERTER = units("TimeSpanInSec sec", "EnergyReal_WAC_Sum_Produced Wh", "Current_DC_String_1 A",
            "Current_DC_String_2 A", "Voltage_DC_String_1 V", "Voltage_DC_String_2 V", "Temperature_Powerstage deg", "Voltage_AC_Phase_1 V",
            "Voltage_AC_Phase_2 V", "Voltage_AC_Phase_3 V", "Current_AC_Phase_1 A", "Current_AC_Phase_2 A", "Current_AC_Phase_3 A",
            "PowerReal_PAC_Sum W");
    static final Map<String, String> METER = units("EnergyReal_WAC_Minus_Absolute Wh", "EnergyReal_WAC_Plus_Absolute Wh", "Meter_Location_Current 1");

    private FleetTruth() {
    }

    private static Map<String, String> units(String... channels) {
        return Stream.of(channels).map(c -> List.of(c.split(" "))).collect(Collectors.toMap(c -> c.get(0), c -> c.get(1), (a, b) -> a, LinkedHashMap::new));
    }

    /** Of the meter of a site, and of no other. */
    static String serial(String site) {
        return String.valueOf(10_000_000 + Integer.parseInt(site.substring("site".length())));
    }

    /** As the logger writes it, with no more than four decimals. */
    static String value(String channel, long epoch) {
        long step = epoch / STEP;
        return switch (channel) {
            case "TimeSpanInSec" -> "300";
            case "Meter_Location_Current" -> "0";
            case "EnergyReal_WAC_Minus_Absolute" -> String.valueOf(step * 3);
            case "EnergyReal_WAC_Plus_Absolute" -> String.valueOf(step * 7);
            default -> String.valueOf(Math.floorMod(step * 7919 + channel.hashCode(), 80_000) / 16.0);
        };
    }

    /**
     * The rows that every site must have in {@code [from, through]}, seconds since 1970, as COPY takes them: whether it is the meter's, the
     * second and {@link #columns()}, null where the node has no such channel.
     */
    static String rows(long from, long through) {
        var rows = new StringBuilder();
        for (long at = from + Math.floorMod(-from, STEP); at <= through; at += STEP) {
            row(rows, false, at);
            row(rows, true, at);
        }
        return rows.toString();
    }

    private static void row(StringBuilder rows, boolean meter, long at) {
        rows.append(meter).append('\t').append(at);
        INVERTER.keySet().forEach(channel -> rows.append('\t').append(meter ? "\\N" : value(channel, at)));
        METER.keySet().forEach(channel -> rows.append('\t').append(meter ? value(channel, at) : "\\N"));
        rows.append('\n');
    }

    /** The columns of {@code pv_archive} for all channels. */
    static List<String> columns() {
        return Stream.concat(INVERTER.keySet().stream(), METER.keySet().stream()).map(c -> c.toLowerCase(Locale.ROOT)).toList();
    }
}
