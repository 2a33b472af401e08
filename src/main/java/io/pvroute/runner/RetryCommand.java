package io.pvroute.runner;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "retry",
        description = "Tries windows that failed again now, instead of when their waiting time is over. A runner reads them next, newest "
                + "first, with "
                + "the pause that the logger needs; where none runs, the next start does.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  java -jar target/pvroute.jar retry",
            "  java -jar target/pvroute.jar retry --site home --window 2024-03-07"})
final class RetryCommand implements Callable<Integer> {

    @Mixin
    private ConfigOptions options;

    @Option(names = "--site", paramLabel = "NAME", description = "This site alone (default: all).")
    private String site;

    @Option(names = "--window", paramLabel = "DATE", converter = MomentConverter.class,
            description = "This window alone: its start as 'status' and the log tell it, or any moment in it (default: all that failed).")
    private Instant window;

    @Option(names = "--json", description = "As JSON, for a script.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private record DeadWindow(String site, Instant from, Instant to, int attempts, String error, boolean enabled) {}

    @Override
    public Integer call() {
        LogToStderr.begin();
        Settings settings = options.settings();
        List<DeadWindow> windows;
        try (DatabaseVisit visit = DatabaseVisit.open(settings.database(), "retry")) {
            windows = retry(visit.dataSource(), settings);
        }
        Screen screen = Screen.of(spec);
        if (json) {
            screen.line(Json.text(Map.of("windows", windows.stream().map(RetryCommand::json).toList())));
        } else {
            tell(screen, windows);
        }
        return 0;
    }

    private List<DeadWindow> retry(DataSource database, Settings settings) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("site", site);
        parameters.put("window", window == null ? null : window.toString());
        parameters.put("pause", Spelling.canonical(settings.archive().pause()));
        try {
            if (site != null) {
                KnownSites.require(database, site);
            }
            return new NamedParameterJdbcTemplate(database).query(SqlFile.read("retry.sql"), parameters, (row, number) -> read(row));
        } catch (DataAccessException e) {
            throw KnownSites.notReadable(e);
        }
    }

    private static DeadWindow read(ResultSet row) throws SQLException {
        return new DeadWindow(row.getString("site"), row.getTimestamp("starts_at").toInstant(), row.getTimestamp("ends_at").toInstant(),
                row.getInt("attempts"), row.getString("error"), row.getBoolean("enabled"));
    }

    private void tell(Screen screen, List<DeadWindow> windows) {
        if (windows.isEmpty()) {
            screen.line("Nothing failed" + (site == null ? "" : " at " + site)
                    + (window == null ? "" : " in the window of " + day(window)) + ", so there is nothing to try again.");
            return;
        }
        for (DeadWindow w : windows) {
            screen.line(w.site() + ", " + day(w.from()) + " to " + day(w.to()) + ": failed "
                    + (w.attempts() == 1 ? "once" : w.attempts() + " times")
                    + ", last because: " + w.error() + ".");
        }
        screen.line((windows.size() == 1 ? "It is" : "These " + windows.size() + " are")
                + " tried again now by the runner, if one runs, else at its next start.");
        String notRead = windows.stream().filter(w -> !w.enabled()).map(DeadWindow::site).distinct().collect(Collectors.joining(", "));
        if (!notRead.isEmpty()) {
            screen.line("Not enabled, and so not read: " + notRead + ".");
        }
    }

    private static String day(Instant at) {
        return at.toString().substring(0, 10);
    }

    private static Map<String, Object> json(DeadWindow w) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("site", w.site());
        object.put("from", w.from().toString());
        object.put("to", w.to().toString());
        object.put("attempts", w.attempts());
        object.put("error", w.error());
        return object;
    }
}
