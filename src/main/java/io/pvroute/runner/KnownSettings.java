package io.pvroute.runner;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The names of the settings. */
final class KnownSettings {

    static final Set<String> NAMES = Set.of("db.url", "db.user", "db.password", "db.directory", "db.pool",
            "archive.period", "archive.pause", "archive.since", "archive.until", "archive.overlap", "archive.settle", "archive.retry",
            "archive.retry-max", "archive.timeout",
            "archive.connect-timeout", "archive.parallel", "archive.zone", "archive.tick", "archive.lease", "archive.max-answer",
            "archive.events", "realtime.period", "realtime.pause", "realtime.timeout", "realtime.parallel", "realtime.tick", "realtime.requests",
            "realtime.discovery", "realtime.max-age", "realtime.keep", "logger.certificates", "observe.port", "observe.address", "page.port", "page.address", "page.user", "page.password",
            "routes.directory", "stop.timeout");

    static final List<String> OF_A_SITE = List.of("zone", "since", "period", "pause", "archive", "realtime", "enabled");

    private static final Pattern OURS = Pattern.compile("(site|db|archive|realtime|logger|observe|page|routes|stop)(\\..*)?");
    private static final Pattern SITE = Pattern.compile("site\\.([a-z][a-z0-9]*)(?:\\.(" + String.join("|", OF_A_SITE) + "))?");

    private KnownSettings() {}

    /** Whether a setting of this name, known or not, would be one of pvroute itself rather than of Camel or of a route. */
    static boolean isOurs(String key) {
        return OURS.matcher(key).matches();
    }

    static boolean isCamel(String key) {
        return key.startsWith("camel.");
    }

    static boolean isKnown(String key) {
        return NAMES.contains(key) || SITE.matcher(key).matches();
    }

    static boolean isSite(String key) {
        return SITE.matcher(key).matches();
    }

    /** The environment variable of a setting. */
    static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** The setting of an environment variable SITE_…, known or not. */
    static String siteSetting(String variable) {
        return variable.toLowerCase(Locale.ROOT).replace('_', '.');
    }

    /** The known name that is most like this one, if any is like it at all. */
    static Optional<String> nearest(String key) {
        Collection<String> candidates = new ArrayList<>(NAMES);
        String[] parts = key.split("\\.", 3);
        if (parts.length == 3) {
            OF_A_SITE.forEach(setting -> candidates.add("site." + parts[1] + "." + setting));
        }
        return candidates.stream()
                .filter(KnownSettings::isKnown)
                .filter(known -> distance(key, known) <= Math.max(2, known.length() / 3))
                .min(Comparator.<String>comparingInt(known -> distance(key, known)).thenComparing(Comparator.naturalOrder()));
    }

    /** Letters to add, drop or change until one text is the other (Levenshtein). */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
