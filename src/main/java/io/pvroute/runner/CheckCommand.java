package io.pvroute.runner;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import io.pvroute.solarapi.LoggerTrust;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description = "Looks whether everything is as 'run' needs it: each logger, its archive, its present and its clock, the database, the routes; "
                + "also beside a runner. "
                + "Ends with 1 if something is not.",
        mixinStandardHelpOptions = true,
        footer = {"",
            "A logger gets one small archive request and one for its present, as a runner would send them: only when the pause after the last "
                + "one is over.",
            "", "Example:", "  SITE_HOME=http://192.168.1.20 java -jar target/pvroute.jar check"})
final class CheckCommand implements Callable<Integer> {

    /** Longer ones go on in the next line. */
    private static final int LONGEST_CELL = 110;

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
        List<Finding> findings = new ArrayList<>();
        findings.addAll(withDatabase(settings));
        findings.addAll(routes(settings));
        Screen screen = Screen.of(spec);
        boolean good = findings.stream().noneMatch(Finding::isBad);
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("ok", good);
            object.put("checks", findings.stream().map(Finding::json).toList());
            screen.line(Json.text(object));
        } else {
            tell(screen, findings);
        }
        return good ? 0 : 1;
    }

    private List<Finding> withDatabase(Settings settings) {
        List<Finding> findings = new ArrayList<>();
        if (!DatabaseVisit.isMade(settings.database())) {
            findings.add(DatabaseCheck.notMade(settings.database()));
            findings.addAll(sites(settings, Map.of(), new SiteCheck.Book.Empty()));
            return findings;
        }
        try (DatabaseVisit visit = DatabaseVisit.open(settings.database(), "check")) {
            var database = new DatabaseCheck(visit.dataSource(), visit.toString());
            findings.addAll(database.findings());
            Map<String, SiteStatus> stored = new TreeMap<>();
            if (database.hasTables()) {
                SiteStatus.of(visit.dataSource(), settings, Optional.empty()).forEach(s -> stored.put(s.site(), s));
            }
            findings.addAll(sites(settings, stored, database.hasTables() ? new SiteCheck.Book.Known(visit.dataSource())
                    : new SiteCheck.Book.Empty()));
        } catch (StartException e) {
            findings.add(DatabaseCheck.notThere(e));
            findings.addAll(sites(settings, Map.of(), new SiteCheck.Book.Unreachable()));
        }
        return findings;
    }

    /** Those of the settings, and those that the database knows besides; all at once, as each may take minutes. */
    private List<Finding> sites(Settings settings, Map<String, SiteStatus> stored, SiteCheck.Book book) {
        var trust = new LoggerTrust(settings.properties().get("logger.certificates"));
        Map<String, SiteCheck> checks = new TreeMap<>();
        for (Site named : settings.sites()) {
            if (named.enabled().orElse(true)) {
                SiteStatus known = stored.get(named.name());
                // one that the database does not know, or knows at another address, nobody can have asked
                boolean same = known != null && known.url().equals(named.url().toString());
                checks.put(named.name(), new SiteCheck(named.name(), named.url().toString(), settings, trust,
                        SiteCheck.Plan.of(named, known, same, settings), Optional.ofNullable(known),
                        same || book instanceof SiteCheck.Book.Unreachable ? book : new SiteCheck.Book.Empty()));
            }
        }
        for (SiteStatus known : stored.values()) {
            if (known.enabled() && settings.sites().stream().noneMatch(named -> named.name().equals(known.site()))) {
                checks.put(known.site(), new SiteCheck(known.site(), known.url(), settings, trust, SiteCheck.Plan.of(known), Optional.of(known),
                        book));
            }
        }
        if (site != null) {
            checks.keySet().removeIf(name -> !name.equals(site));
        }
        if (checks.isEmpty()) {
            return List.of(site == null
                    ? Finding.bad("sites", "known", "none", "There is no site to read. Write the address of your inverter's logger into "
                    + options.whereToWrite()
                            + ": site.home = http://192.168.1.20")
                    : Finding.bad(site, "known", "no", "There is no site " + site
                    + " in the settings or the database, or it is not enabled."));
        }
        return inParallel(new ArrayList<>(checks.values()), settings.archive().parallel());
    }

    private static List<Finding> inParallel(List<SiteCheck> checks, int threads) {
        ExecutorService executor = Executors.newFixedThreadPool(Math.min(threads, checks.size()));
        try {
            List<Finding> findings = new ArrayList<>();
            for (Future<List<Finding>> future : executor.invokeAll(checks.stream().<Callable<List<Finding>>>map(check -> check::findings)
                    .toList())) {
                findings.addAll(future.get());
            }
            return findings;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("Stopped while it asked the loggers.", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } finally {
            executor.shutdownNow();
        }
    }

    private static List<Finding> routes(Settings settings) {
        try {
            RouteCheck.Outcome outcome = RouteCheck.of(settings);
            String found = counted(outcome.files(), "file") + ", " + counted(outcome.routes(), "route") + " in "
                    + settings.routesDirectory();
            return outcome.problems().isEmpty() ? List.of(Finding.good("routes", "load", found))
                    : outcome.problems().stream().map(problem -> Finding.bad("routes", "load", found, problem.toString())).toList();
        } catch (StartException e) {
            return List.of(Finding.bad("routes", "load", "no", e.getMessage()));
        }
    }

    private static void tell(Screen screen, List<Finding> findings) {
        List<String[]> rows = new ArrayList<>();
        List<Boolean> emphasis = new ArrayList<>();
        String before = "";
        for (Finding f : findings) {
            Boolean good = f.result() == Finding.Result.NOT_ASKED ? null : Boolean.valueOf(!f.isBad());
            rows.add(new String[] {good == null ? "-" : screen.sign(good), f.of().equals(before) ? "" : f.of(), f.what(), f.found()});
            emphasis.add(good);
            before = f.of();
        }
        screen.table(List.of(column(), column(), column(), column().maxWidth(LONGEST_CELL)), rows, emphasis);
        List<Finding> bad = findings.stream().filter(Finding::isBad).toList();
        if (bad.isEmpty()) {
            screen.line("\nAll is as it should be.");
            return;
        }
        screen.line();
        bad.forEach(f -> screen.line(false, f.of() + ", " + f.what() + ": " + f.problem()));
    }

    private static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static Column column() {
        return new Column().dataAlign(HorizontalAlign.LEFT);
    }
}
