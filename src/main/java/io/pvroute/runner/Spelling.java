package io.pvroute.runner;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.pvroute.solarapi.LoggerAddress;
import io.pvroute.solarapi.LoggerTrust;
import org.postgresql.Driver;

/** How the values of settings are spelled. Every method throws {@link IllegalArgumentException} with what was expected. */
final class Spelling {

    /** The event-triggered channels of the Solar API V1 instructions 42,0410,2012. */
    static final List<String> EVENT_CHANNELS = List.of("InverterEvents", "InverterErrors", "Digital_PowerManagementRelay_Out_1",
            "Digital_PowerManagementRelay_Out_2", "Digital_PowerManagementRelay_Out_3", "Digital_PowerManagementRelay_Out_4",
            "Hybrid_Operating_State");

    private static final Pattern DURATION = Pattern.compile("(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([KMG])iB");
    private static final Map<String, Long> SIZE_UNITS = Map.of("K", 1L << 10, "M", 1L << 20, "G", 1L << 30);
    private static final Set<String> ZONES = ZoneId.getAvailableZoneIds();

    private Spelling() {}

    /** Zero or more, at most a hundred years, in whole milliseconds. */
    static Duration duration(String text) {
        try {
            Duration duration = text.startsWith("P") ? Duration.parse(text) : withUnits(text);
            if (!duration.isNegative() && duration.compareTo(LONGEST) <= 0 && duration.getNano() % 1_000_000 == 0) {
                return duration;
            }
        } catch (DateTimeParseException | ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException(expectedDuration(), e);
        }
        throw new IllegalArgumentException(expectedDuration());
    }

    static Duration positiveDuration(String text) {
        Duration duration = duration(text);
        if (duration.isZero()) {
            throw new IllegalArgumentException("expected a duration longer than zero.");
        }
        return duration;
    }

    /** Zero for off. */
    static Duration durationOrOff(String text) {
        try {
            return text.equals("off") ? Duration.ZERO : duration(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected off, or a duration such as 10s or 1m.", e);
        }
    }

    private static Duration withUnits(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (text.isEmpty() || !matcher.matches()) {
            throw new IllegalArgumentException(expectedDuration());
        }
        long[] parts = new long[5];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = matcher.group(i + 1) == null ? 0 : Long.parseLong(matcher.group(i + 1));
        }
        return Duration.ofDays(parts[0]).plusHours(parts[1]).plusMinutes(parts[2]).plusSeconds(parts[3]).plusMillis(parts[4]);
    }

    private static String expectedDuration() {
        return "expected a duration such as 500ms, 90s, 5m, 2h, 1d, 1h30m or PT5M: not negative, and never a number without its unit.";
    }

    /** Seconds or, where there are parts of one, milliseconds: both Camel and PostgreSQL's interval read {@code 300s} and {@code 500ms}. */
    static String canonical(Duration duration) {
        return duration.getNano() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    static Since since(String text, Clock clock) {
        try {
            return text.equals("auto") ? Since.AUTO : Since.of(moment(text, clock));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage().replace("expected ", "expected auto, "), e);
        }
    }

    /** An instant with its offset, a date (0:00 UTC), or a duration before now. */
    static Instant moment(String text, Clock clock) {
        try {
            Instant moment = text.contains("T") && !text.startsWith("P") ? OffsetDateTime.parse(text).toInstant()
                    : text.contains("-") ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : clock.instant().minus(duration(text));
            // Beyond these years text is no longer four digits, and neither the logger nor PostgreSQL reads it
            if (moment.atOffset(ZoneOffset.UTC).getYear() >= 1 && moment.atOffset(ZoneOffset.UTC).getYear() <= 9998) {
                return moment;
            }
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IllegalArgumentException(expectedMoment(), e);
        }
        throw new IllegalArgumentException(expectedMoment());
    }

    private static String expectedMoment() {
        return "expected an instant such as 2020-01-01T00:00:00Z, a date such as 2020-01-01, or a duration before now such as 365d.";
    }

    static URI siteUrl(String text) {
        return LoggerAddress.of(text).orElseThrow(() -> new IllegalArgumentException("expected " + LoggerAddress.EXPECTED));
    }

    /** Empty, or the path of a PEM file with certificates. */
    static String certificates(String text) {
        try {
            new LoggerTrust(text);       // reads it
            return text;
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("expected the path of a file in PEM, or nothing.", e);
        }
    }

    /** Empty, or what PostgreSQL's driver understands. */
    static String jdbcUrl(String text) {
        // The driver writes what it cannot parse to its log: it gets no password to see, and no user:password@host, which it does not know
        boolean understood = text.startsWith("jdbc:postgresql:") && text.split("\\?", 2)[0].indexOf('@') < 0
                && Driver.parseURL(Setting.withoutPasswordInQuery(text), null) != null;
        if (!understood && !text.isEmpty()) {
            throw new IllegalArgumentException("expected a JDBC URL such as jdbc:postgresql://host:5432/database, with db.user and "
                    + "db.password beside it, or nothing for the embedded PostgreSQL.");
        }
        return text;
    }

    static ZoneId zone(String text) {
        // SystemV/… is known to Java alone; offsets such as +01:00 are left out since a zone has to know its clock changes
        if (!ZONES.contains(text) || text.startsWith("SystemV/")) {
            throw new IllegalArgumentException("expected the IANA name of a time zone such as Europe/Vienna or UTC.");
        }
        return ZoneId.of(text);
    }

    static boolean trueOrFalse(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("expected true or false.");
        }
        return text.equals("true");
    }

    static boolean onOrOff(String text) {
        if (!text.equals("on") && !text.equals("off")) {
            throw new IllegalArgumentException("expected on or off.");
        }
        return text.equals("on");
    }

    /** Names of routes. */
    static List<String> requests(String text) {
        List<String> requests = Stream.of(text.split(",")).map(String::strip).filter(r -> !r.isEmpty()).distinct().toList();
        if (!requests.stream().allMatch(request -> request.matches("[a-z][a-z0-9-]*"))) {
            throw new IllegalArgumentException("expected names of a-z, 0-9 and -, separated by commas, or nothing.");
        }
        return requests;
    }

    /** As a line of Vert.x' file of users can hold it. */
    static String pageUser(String text) {
        if (!text.matches("[\\w.@-]*")) {
            throw new IllegalArgumentException("expected a name of letters, figures and . _ @ -, or nothing.");
        }
        return text;
    }

    static String pagePassword(String text) {
        if (text.indexOf(',') >= 0 || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("expected a password without a comma, or nothing.");
        }
        return text;
    }

    static int number(String text, int least, int most) {
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw new IllegalArgumentException("expected a whole number from " + least + " to " + most + ".");
        }
        return Integer.parseInt(text);
    }

    /** Empty for off. */
    static OptionalInt port(String text) {
        try {
            return text.equals("off") ? OptionalInt.empty() : OptionalInt.of(number(text, 0, 65_535));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected a port from 1 to 65535, 0 for any that is free, or off.", e);
        }
    }

    /** A literal address or a name of this computer: what is meant is not looked up here. */
    static String address(String text) {
        if (!text.matches("[A-Za-z0-9.:_-]+")) {
            throw new IllegalArgumentException("expected an address of this computer such as 127.0.0.1, or 0.0.0.0 for all of them.");
        }
        return text;
    }

    /** Bytes, from 1KiB to 1GiB. */
    static int size(String text) {
        Matcher matcher = SIZE.matcher(text);
        long bytes = matcher.matches() ? Long.parseLong(matcher.group(1)) * SIZE_UNITS.get(matcher.group(2)) : 0;
        if (bytes < 1 << 10 || bytes > 1 << 30) {
            throw new IllegalArgumentException("expected a size from 1KiB to 1GiB such as 64MiB.");
        }
        return (int) bytes;
    }

    static List<String> eventChannels(String text) {
        List<String> channels = Stream.of(text.split(",")).map(String::strip).filter(c -> !c.isEmpty()).distinct().toList();
        if (!EVENT_CHANNELS.containsAll(channels)) {
            throw new IllegalArgumentException("expected some of " + String.join(", ", EVENT_CHANNELS)
                    + ", separated by commas, or nothing.");
        }
        return channels;
    }
}
