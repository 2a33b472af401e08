package io.pvroute.deploy;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What Grafana makes of a panel's SQL before it sends it, as its documentation (PostgreSQL data source, Macros) says and its
 * {@code pkg/tsdb/grafana-postgresql-datasource/macros.go} does: times as RFC 3339 in UTC, a group of time as seconds since 1970. A variable of
 * several values becomes a list of quoted ones ({@code interpolateVariable} of the data source). The macros that the dashboard uses; another one is
 * an error, as an unknown one is with Grafana.
 *
 * @param interval what {@code $__interval} is: of the time range divided by the width of the panel, and of the panel's least interval the longer
 */
record GrafanaMacros(Instant from, Instant to, Duration interval, Collection<String> sites) {

    /** As Grafana reads a macro: its arguments end at the first closing parenthesis. */
    private static final Pattern MACRO = Pattern.compile("\\$([_a-zA-Z0-9]+)\\(([^)]*)\\)");

    String expand(String sql) {
        String replaced = sql
                .replaceAll("\\$site\\b", Matcher.quoteReplacement(sites.stream().map(site -> "'" + site.replace("'", "''") + "'").collect(Collectors.joining(","))))
                .replaceAll("\\$__interval\\b", interval.toSeconds() + "s");
        String expanded = MACRO.matcher(replaced).replaceAll(macro -> Matcher.quoteReplacement(expanded(macro)));
        if (expanded.contains("$")) {
            throw new IllegalArgumentException("Grafana leaves a $ in " + expanded);
        }
        return expanded;
    }

    private String expanded(MatchResult macro) {
        String[] arguments = macro.group(2).split(",", -1);
        return switch (macro.group(1)) {
            case "__timeFrom" -> "'" + from + "'";
            case "__timeTo" -> "'" + to + "'";
            case "__timeGroupAlias" -> "floor(extract(epoch from " + arguments[0].trim() + ")/" + seconds(arguments[1]) + ")*" + seconds(arguments[1])
                    + " AS \"time\"";
            default -> throw new IllegalArgumentException("unknown macro " + macro.group());
        };
    }

    private static long seconds(String interval) {
        return Long.parseLong(interval.trim().replace("s", ""));
    }
}
