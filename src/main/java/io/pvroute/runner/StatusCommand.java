package io.pvroute.runner;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

import io.pvroute.solarapi.LoggerAddress;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "status",
        description = "Tells of each site its newest sample, how much of its history is read, and what went wrong last. It asks the "
                + "database alone, "
                + "never a logger, and changes nothing.",
        mixinStandardHelpOptions = true,
        footer = {"",
            "loaded: read for good. open: read, and will be read again. empty: nothing in it. dead: failed, and tried again. "
                + "owed: not read yet, or to be read again.",
            "", "Example:", "  java -jar target/pvroute.jar status --site home"})
final class StatusCommand implements Callable<Integer> {

    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");

    @Mixin
    private ConfigOptions options;

    @Option(names = "--site", paramLabel = "NAME", description = "This site alone (default: all).")
    private String site;

    @Option(names = "--json", description = "As JSON, for a script.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        LogToStderr.begin();
        Settings settings = options.settings();
        List<SiteStatus> sites;
        try (DatabaseVisit visit = DatabaseVisit.open(settings.database(), "status")) {
            sites = SiteStatus.of(visit.dataSource(), settings, Optional.ofNullable(site));
        }
        Screen screen = Screen.of(spec);
        if (json) {
            screen.line(Json.text(Map.of("sites", sites.stream().map(StatusCommand::json).toList())));
        } else if (sites.isEmpty()) {
            screen.line("The database knows no site yet: pvroute run writes those of the settings into it.");
        } else {
            tell(screen, sites);
        }
        return 0;
    }

    private static void tell(Screen screen, List<SiteStatus> sites) {
        List<Column> columns = new ArrayList<>(List.of(column("site", HorizontalAlign.LEFT),
                column("newest sample", HorizontalAlign.LEFT)));
        for (String number : List.of("age", "loaded", "open", "dead", "empty", "owed", "rows")) {
            columns.add(column(number, HorizontalAlign.RIGHT));
        }
        columns.add(column("read", HorizontalAlign.LEFT));
        columns.add(column("logger", HorizontalAlign.LEFT));
        List<String[]> rows = sites.stream().map(StatusCommand::cells).toList();
        screen.table(columns, rows, sites.stream().map(s -> s.error().isPresent() ? Boolean.FALSE : null).toList());
        List<String> without = sites.stream().filter(s -> s.enabled() && s.collects().hasArchive().equals(Optional.of(false)))
                .map(SiteStatus::site).toList();
        if (!without.isEmpty()) {
            screen.line("\n" + String.join(", ", without) + (without.size() == 1 ? " has" : " have")
                    + " no archive: what was before pvroute began to read, or while it did not, cannot be had.");
        }
        sites.stream().filter(s -> s.error().isPresent()).forEach(s -> screen.line("\n" + s.site() + ": " + s.error().get() + "."));
    }

    private static Column column(String header, HorizontalAlign align) {
        return new Column().header(header).headerAlign(align).dataAlign(align);
    }

    private static String[] cells(SiteStatus s) {
        SiteStatus.Windows windows = s.windows();
        boolean none = !s.collects().archive() && windows.isNone();
        return new String[] {s.site(), s.newest().map(at -> local(at, s.zone())).orElse("none"), s.age().map(Age::of).orElse("-"),
            number(windows.loaded(), none), number(windows.open(), none), number(windows.dead(), none), number(windows.empty(), none),
            number(windows.owed(), none) + (windows.owedAtLeast() ? "+" : ""), s.rows().toString(), s.collects().toString(), logger(s)};
    }

    /** Of the windows, where there is an archive to have some. */
    private static String number(long windows, boolean none) {
        return none ? "-" : String.valueOf(windows);
    }

    private static String logger(SiteStatus s) {
        if (!s.enabled()) {
            return "not read (enabled = false)";
        }
        return s.downSince().map(since -> "down since " + local(since, s.zone())).orElse("up");
    }

    private static String local(Instant at, ZoneId zone) {
        return LOCAL.format(at.atZone(zone));
    }

    private static Map<String, Object> json(SiteStatus s) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("site", s.site());
        // null where somebody has written something else into pv_site, such as a password
        object.put("url", LoggerAddress.of(s.url()).map(URI::toString).orElse(null));
        object.put("enabled", s.enabled());
        object.put("archive", s.collects().archive());
        object.put("realtime", s.collects().realtime());
        object.put("hasArchive", s.collects().hasArchive().orElse(null));
        object.put("downSince", s.downSince().map(Instant::toString).orElse(null));
        object.put("oldestSample", s.oldest().map(Instant::toString).orElse(null));
        object.put("newestSample", s.newest().map(Instant::toString).orElse(null));
        object.put("ageSeconds", s.age().map(Duration::toSeconds).orElse(null));
        SiteStatus.Windows windows = s.windows();
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("loaded", windows.loaded());
        counts.put("open", windows.open());
        counts.put("dead", windows.dead());
        counts.put("empty", windows.empty());
        counts.put("owed", windows.owed());
        object.put("windows", counts);
        object.put("moreMayBeOwed", windows.owedAtLeast());
        object.put("rows", s.rows().count());
        object.put("rowsAbout", s.rows().about());
        object.put("error", s.error().orElse(null));
        return object;
    }
}
