package io.pvroute.runner;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.springframework.dao.DataAccessException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "backfill",
        description = "Reads a part of the history once more: makes its windows of 16 days owed again, reads them, newest first, and "
                + "ends. What is stored and "
                + "the same is not written. Without --from and --to nothing is made owed, and what is owed already is read.",
        mixinStandardHelpOptions = true,
        footer = {"",
            "A moment is an instant with its offset 2024-01-01T00:00:00Z, a date 2024-01-01 (0:00 UTC), or a duration before now 365d.",
            "Ctrl-C loses nothing: what is not read yet stays owed, and the next 'run' or 'backfill' reads it. A runner may be at work "
                    + "on the same "
                + "database; both share the sites, and the pause towards a logger holds.",
            "", "Example:", "  java -jar target/pvroute.jar backfill --from 2024-01-01 --to 2025-01-01"})
final class BackfillCommand implements Callable<Integer> {

    /** A runner that is stopped takes the embedded database with it. */
    private static final Duration OTHERS_DATABASE_MAY_BE_AWAY = Duration.ofSeconds(15);

    @Mixin
    private ConfigOptions options;

    @Option(names = "--site", paramLabel = "NAME", description = "This site alone (default: all).")
    private String site;

    @Option(names = "--from", paramLabel = "MOMENT", converter = MomentConverter.class, description = "From here on.")
    private Instant from;

    @Option(names = "--to", paramLabel = "MOMENT", converter = MomentConverter.class,
            description = "Up to here, without it (default: now).")
    private Instant to;

    @Option(names = "--pause", paramLabel = "DURATION", converter = DurationConverter.class,
            description = "Between two requests to a logger, for this backfill alone (default: archive.pause of the settings).")
    private Duration pause;

    @Spec
    private CommandSpec spec;

    /**
     * What is read.
     *
     * @param began before anything was made owed, by the database's clock
     * @param first start of its oldest window
     */
    private record Stretch(Instant began, Instant first) {}

    @Override
    public Integer call() {
        checkMoments();
        LogToStderr.begin();
        Settings settings = options.settings(overrides());
        if (!DatabaseVisit.isMade(settings.database()) && settings.sites().isEmpty()) {
            throw new StartException("There is no site to read yet. Write the address of your inverter's logger into "
                    + options.whereToWrite()
                    + ": site.home = http://192.168.1.20");
        }
        try {
            return byOwnRoutes(settings);
        } catch (DirectoryTakenException e) {
            return byTheOther(settings, e);
        } catch (DataAccessException e) {
            throw KnownSites.notReadable(e);
        }
    }

    private void checkMoments() {
        if (to != null && from == null) {
            throw new ParameterException(spec.commandLine(), "--to needs --from.");
        }
        if (from != null && !from.isBefore(end())) {
            throw new ParameterException(spec.commandLine(), "--from is " + from + ", which is not before "
                    + (to == null ? "now" : "--to, " + to) + ".");
        }
    }

    private Instant end() {
        return to == null ? Clock.systemUTC().instant() : to;
    }

    private Map<String, String> overrides() {
        Map<String, String> overrides = new LinkedHashMap<>();
        // a runner on this computer may have the ports
        overrides.put("observe.port", "off");
        overrides.put("page.port", "off");
        if (pause != null) {
            overrides.put("archive.pause", Spelling.canonical(pause));
        }
        return overrides;
    }

    private int byOwnRoutes(Settings settings) {
        try (Runner runner = new Runner(settings)) {
            runner.closeWithTheProgram();
            runner.openDatabase();
            if (site != null) {
                KnownSites.require(runner.dataSource(), site);
            }
            var windows = new SiteWindows(runner.dataSource(), settings.archive(), Optional.ofNullable(site));
            if (pause != null && !windows.ownPauses().isEmpty()) {
                throw new StartException("--pause changes archive.pause, but " + String.join(", ", windows.ownPauses())
                        + " has a pause of its own. Change it there "
                        + "(site.<name>.pause in the settings, or pv_site.pause), or leave --pause out.");
            }
            Screen screen = Screen.of(spec);
            Instant began = windows.now();
            Instant first = mark(screen, windows);
            // what they would tell of each window is told here
            Configurator.setLevel("pvroute.archive", Level.ERROR);
            try {
                runner.startReading();
                return follow(screen, windows, new Stretch(began, first), settings, Duration.ofDays(365));
            } finally {
                Configurator.setLevel("pvroute.archive", (Level) null);
            }
        }
    }

    private int byTheOther(Settings settings, DirectoryTakenException taken) {
        if (pause != null) {
            throw new StartException("--pause needs a backfill that reads by itself. " + taken.getMessage()
                    + " Or leave --pause out: then the other one reads.");
        }
        Thread following = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(following::interrupt, "stop"));
        try (DatabaseVisit visit = DatabaseVisit.open(settings.database(), "backfill")) {
            if (site != null) {
                KnownSites.require(visit.dataSource(), site);
            }
            var windows = new SiteWindows(visit.dataSource(), settings.archive(), Optional.ofNullable(site));
            if (!windows.hasRunner()) {
                throw new StartException("Another pvroute uses " + settings.database().directory()
                        + ", but it is no runner, so that nobody would read. "
                        + "Wait until it has ended, and try again.");
            }
            Screen screen = Screen.of(spec);
            Instant began = windows.now();
            Instant first = mark(screen, windows);
            screen.line("A runner has the database of " + settings.database().directory() + " open, and does the reading.");
            return follow(screen, windows, new Stretch(began, first), settings, OTHERS_DATABASE_MAY_BE_AWAY);
        }
    }

    /** @return the start of the oldest window that is to be read */
    private Instant mark(Screen screen, SiteWindows windows) {
        if (from == null) {
            return SiteWindows.EVER;
        }
        List<SiteWindows.Marked> marked = windows.mark(from, end());
        if (marked.isEmpty()) {
            throw new StartException("There is no site to read" + (site == null ? "" : ": " + site + " is not enabled") + ".");
        }
        for (SiteWindows.Marked m : marked) {
            String later = m.since().map(since -> " Its history begins at " + since.toString().substring(0, 10)
                    + " (since), and is read no further back.").orElse("");
            screen.line(!m.isRead() ? m.site() + ": has no archive that is read, so nothing of the past can be had." : m.windows() == 0 ? m.site() + ": nothing to read." + later
                    : m.site() + ": " + (m.windows() == 1 ? "1 window" : m.windows() + " windows") + " from "
                    + WindowsReading.day(m.from()) + " to "
                            + m.to().map(WindowsReading::day).orElse("now") + (m.windows() == 1 ? " is" : " are") + " owed again." + later);
        }
        if (marked.stream().allMatch(m -> m.windows() == 0)) {
            throw new StartException("There is nothing to read from " + from + " to " + end() + ".");
        }
        return marked.stream().filter(m -> m.windows() > 0).map(SiteWindows.Marked::from).min(Instant::compareTo).orElseThrow();
    }

    private int follow(Screen screen, SiteWindows windows, Stretch stretch, Settings settings, Duration databaseMayBeAway) {
        var reading = new WindowsReading(windows, stretch.began(), stretch.first(), databaseMayBeAway);
        if (from == null && reading.windows() == 0) {
            screen.line("Nothing is owed.");
            return 0;
        }
        long began = System.nanoTime();
        WindowsReading.Result result;
        try (var progress = new ReadingProgress(screen, reading.windows(), settings.archive().pause().plusSeconds(1))) {
            result = reading.follow(progress);
        }
        String rows = String.format("%,d rows new, %,d changed, %,d the same", result.inserted(), result.updated(), result.unchanged());
        String read = result.read() + " of " + (result.read() + result.left()) + " windows are read";
        switch (result.end()) {
            case ALL_READ -> screen.line((result.read() == 1 ? "The window is read, in " : "All " + result.read()
                    + " windows are read, in ")
                     + Age.of(Duration.ofNanos(System.nanoTime() - began)) + ": " + rows + ".");
            case SOME_FAILED -> {
                screen.line(read + ": " + rows + ". These failed, and are tried again by run, or now by retry:");
                result.failed().forEach(f -> screen.line("  " + f.key().site() + ", " + WindowsReading.day(f.key().from()) + ": "
                        + f.error()));
            }
            case STOPPED -> screen.line("Stopped. " + read
                    + "; the others stay owed: run reads them, and so does backfill without --from.");
            case DATABASE_GONE -> screen.line("The runner that had the database open has ended. " + read
                    + "; the others stay owed: the next run reads them, and so "
                    + "does backfill without --from.");
        }
        return result.end() == WindowsReading.End.ALL_READ ? 0 : 1;
    }
}
