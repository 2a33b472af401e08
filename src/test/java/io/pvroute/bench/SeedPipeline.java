package io.pvroute.bench;

import java.io.IOException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The whole way from a logger into the database as the starting point goes it, {@code seed_pipeline.py}, as a process. */
record SeedPipeline(Python python) {

    static final String SCRIPT = "seed_pipeline.py";
    static final String TABLE = "seed_archive";

    private static final Pattern LINE = Pattern.compile(
            "(\\w+): windows=(\\d+) rows=(\\d+) values=\\d+ seconds=(\\S+) rows_per_s=\\d+ values_per_s=\\d+ wal_mb=(\\S+)");

    /** A first load into a table of its own, and an unchanged one. */
    List<Figure> run(Server server, String database, String url, LocalDate since, LocalDate until) throws IOException,
            InterruptedException {
        List<Figure> figures = new ArrayList<>();
        for (String line : python.lines(SCRIPT, url, server.dsn(database), "--since", since.toString(), "--days",
                String.valueOf(ChronoUnit.DAYS.between(since, until)), "--runs", "first,unchanged")) {
            Matcher found = LINE.matcher(line);
            if (!found.matches()) {
                throw new BenchException(SCRIPT + " says what nobody understands: " + line);
            }
            Phase phase = found.group(1).equals("first") ? Phase.FIRST : Phase.UNCHANGED;
            figures.add(new Figure(PipelineTargets.WORK, phase.title(), SeedPython.NAME, Long.parseLong(found.group(3)),
                    Long.parseLong(found.group(2)), Double.parseDouble(found.group(4)),
                    Math.round(Double.parseDouble(found.group(5)) * 1e6), -1));
        }
        return figures;
    }
}
