package io.pvroute.simulator;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * An archive request that the logger accepts (Solar API V1 instructions 42,0410,2012, GetArchiveData).
 *
 * @param first       first second asked for, epoch seconds
 * @param last        last second asked for, at most 16 days later
 * @param channels    those that are asked for and known; one that nobody has is no error
 * @param deviceClass null for the whole system
 * @param deviceId    null for the whole system
 */
record ArchiveQuery(long first, long last, Set<Channel> channels, String deviceClass, String deviceId) {

    private static final long LONGEST = 16 * 86_400L;
    private static final List<String> DEVICE_CLASSES = List.of("Inverter", "SensorCard", "StringControl", "Meter", "Storage", "OhmPilot");
    private static final DateTimeFormatter GERMAN_DATE = DateTimeFormatter.ofPattern("d.M.uuuu");

    static ArchiveQuery of(Arguments arguments, ZoneId zone) throws Refusal {
        arguments.one("Scope");
        boolean one = arguments.oneOf("Scope", "", List.of("Device", "System")).equals("Device");
        String deviceClass = one ? arguments.one("DeviceClass") : null;
        String deviceId = one ? arguments.one("DeviceId") : null;
        if (one) {
            arguments.oneOf("DeviceClass", "", DEVICE_CLASSES);
        } else if (!arguments.list("DeviceClass").isEmpty() || !arguments.list("DeviceId").isEmpty()) {
            throw new Refusal(Refusal.ARGUMENT_ERROR, "DeviceClass and DeviceId are only for Scope Device");
        }
        arguments.oneOf("HumanReadable", "True", List.of("True", "False"));
        String series = arguments.oneOf("SeriesType", "Detail", List.of("Detail", "DailySum"));
        Set<Channel> channels = channels(arguments.list("Channel"));
        long first = instant(arguments.one("StartDate"), "StartDate", zone, false);
        long last = instant(arguments.one("EndDate"), "EndDate", zone, true);
        if (last < first) {
            throw new Refusal(Refusal.ARGUMENT_ERROR, "EndDate is before StartDate");
        }
        if (last - first > LONGEST) {
            throw new Refusal(Refusal.UNKNOWN, "Query interval is restricted to 16 days");
        }
        if (series.equals("DailySum")) {
            throw new Refusal(Refusal.NOT_IMPLEMENTED, "SeriesType DailySum is not implemented");
        }
        return new ArchiveQuery(first, last, channels, deviceClass, deviceId);
    }

    boolean asksFor(Device device) {
        return deviceClass == null || deviceClass.equals(device.deviceClass()) && deviceId.equals(device.deviceId());
    }

    private static Set<Channel> channels(List<String> names) throws Refusal {
        if (names.isEmpty() || names.contains("")) {
            throw new Refusal(Refusal.ARGUMENT_ERROR, "Channel is missing");
        }
        Set<Channel> channels = EnumSet.allOf(Channel.class);
        channels.removeIf(channel -> !names.contains(channel.wireName()));
        return channels;
    }

    /** RFC 3339 with an offset, or a bare date, which is the plant's whole local day. */
    private static long instant(String text, String name, ZoneId zone, boolean last) throws Refusal {
        // the plus of an offset that was not escaped comes as a blank
        String stamp = text.replace(' ', '+');
        try {
            Instant instant = stamp.indexOf('T') > 0 ? OffsetDateTime.parse(stamp).toInstant() : midnight(stamp, zone, last);
            int year = instant.atZone(zone).getYear();
            if (year >= 1970 && year <= 9999) {
                return instant.getEpochSecond() - (last && stamp.indexOf('T') < 0 ? 1 : 0);
            }
        } catch (DateTimeException unreadable) {
            throw noInstant(text, name);
        }
        throw noInstant(text, name);
    }

    private static Instant midnight(String date, ZoneId zone, boolean next) {
        LocalDate day = date.indexOf('.') > 0 ? LocalDate.parse(date, GERMAN_DATE) : LocalDate.parse(date);
        return day.plusDays(next ? 1 : 0).atStartOfDay(zone).toInstant();
    }

    private static Refusal noInstant(String text, String name) {
        return new Refusal(Refusal.ARGUMENT_ERROR, name + " is '" + text + "', but must be RFC 3339 with an offset, or a date");
    }
}
