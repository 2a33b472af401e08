package io.pvroute.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The starting point in Python, {@code seed_asyncpg.py}, as a process. It makes its rows and its table itself, and measures itself. */
record SeedPython(Python python) {

    static final String NAME = "seed python";
    static final String SCRIPT = "seed_asyncpg.py";
    static final String TABLE = "seed_t";
    static final int BATCH_DAYS = 16;
    static final int BATCH_ROWS = BATCH_DAYS * 24 * 60 / Shape.MINUTES;

    private static final Pattern LINE = Pattern.compile(
            "(\\w+): batch=(\\d+) rows=(\\d+) affected=\\d+ \\S+s (\\d+) rows/s WAL=(\\S+) MB");

    /** A first load and an unchanged one. The latter comes twice, and the second counts: there is no VACUUM between them here. */
    List<Figure> run(Server server, String work, int rows) throws IOException, InterruptedException {
        List<Figure> figures = new ArrayList<>();
        for (String line : python.lines(SCRIPT, server.dsn("postgres"), "--days", String.valueOf(BATCH_DAYS), "--rows",
                String.valueOf(rows), "--runs", "first,unchanged,unchanged")) {
            Matcher found = LINE.matcher(line);
            if (!found.matches()) {
                throw new BenchException(SCRIPT + " says what nobody understands: " + line);
            }
            long batch = Long.parseLong(found.group(2));
            long given = Long.parseLong(found.group(3));
            Phase phase = found.group(1).equals("first") ? Phase.FIRST : Phase.UNCHANGED;
            figures.add(new Figure(work, phase.title(), NAME, given, (given + batch - 1) / batch,
                    (double) given / Long.parseLong(found.group(4)), Math.round(Double.parseDouble(found.group(5)) * 1e6), -1));
        }
        return List.of(figures.get(0), figures.get(2));
    }
}
