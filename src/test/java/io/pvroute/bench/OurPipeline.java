package io.pvroute.bench;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * {@code pvroute run} as a person starts it, with the routes as shipped and no pause. Its time is that from the first request that the
 * logger gets until the last window is booked, by the book ({@code pv_window.read_at}); how long it takes to the first request is told
 * apart.
 */
final class OurPipeline {

    static final String TABLE = "pv_archive";
    private static final String SITE = "bench";
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final Server server;
    private final LoggerProgram logger;
    private final Path jar;
    private final List<String> javaOptions;
    private final LocalDate since;
    private final LocalDate until;

    OurPipeline(Server server, LoggerProgram logger, Path jar, List<String> javaOptions, LocalDate since, LocalDate until) {
        this.server = server;
        this.logger = logger;
        this.jar = jar.toAbsolutePath();
        this.javaOptions = javaOptions;
        this.since = since;
        this.until = until;
    }

    /** What was measured, and how long the program takes from its start to its first request. */
    record Result(List<Figure> figures, double secondsToFirstRequest) {
    }

    /** A first load into an empty database, and then all windows once more. */
    Result run(String database) throws IOException, SQLException, InterruptedException {
        Path folder = Files.createTempDirectory(server.folder(), "run");
        Files.writeString(folder.resolve("application.properties"), """
                site.%s = %s
                archive.since = %s
                archive.until = %s
                archive.pause = 0s
                db.url = %s
                """.formatted(SITE, logger.url(), since, until, server.jdbcUrl(database)));
        try (Program migrate = start(folder, List.of(), "migrate")) {
            migrate.awaitSuccess();
        }
        try (Connection connection = server.connect(database); Statement statement = connection.createStatement()) {
            List<Figure> figures = new ArrayList<>();
            Instant started = Instant.now();
            server.execute("CHECKPOINT");
            logger.forget();
            long wal = server.wal();
            try (Program program = start(folder, javaOptions, "run")) {
                figures.add(awaitLoaded(program, statement, Phase.FIRST, started, wal));
                double toFirstRequest = seconds(started, logger.firstRequest());
                logger.forget();
                server.execute("CHECKPOINT");
                wal = server.wal();
                started = Instant.now();
                statement.execute("UPDATE pv_window SET state = 'open', loaded_from = NULL, retry_at = NULL");
                statement.execute("UPDATE pv_site SET due_at = '-infinity'");
                figures.add(awaitLoaded(program, statement, Phase.UNCHANGED, started, wal));
                return new Result(figures, toFirstRequest);
            }
        }
    }

    private Figure awaitLoaded(Program program, Statement statement, Phase phase, Instant after, long walBefore) {
        String book = """
                SELECT (SELECT count(*)
                          FROM generate_series(pv_window_start('%s'), timestamptz '%s' - interval '1 second', interval '384 hours')),
                       count(*) FILTER (WHERE state = 'loaded' AND loaded_from IS NOT NULL AND read_at > '%s'),
                       count(*) FILTER (WHERE state IN ('dead', 'empty')),
                       extract(epoch FROM max(read_at)),
                       sum(inserted), sum(updated), sum(unchanged)
                  FROM pv_window""".formatted(since + "T00:00:00Z", until + "T00:00:00Z", after);
        return await().forever().pollInSameThread().pollDelay(Duration.ZERO).pollInterval(LOOK_EVERY).until(() -> {
            program.requireAlive();
            try (ResultSet row = statement.executeQuery(book)) {
                row.next();
                if (row.getLong(3) > 0) {
                    throw new BenchException(row.getLong(3) + " windows could not be read.");
                }
                if (row.getLong(2) < row.getLong(1)) {
                    return null;
                }
                requireCounts(phase, row.getLong(5), row.getLong(6), row.getLong(7));
                double seconds = row.getDouble(4) - logger.firstRequest().toEpochMilli() / 1e3;
                long wal = server.wal() - walBefore;
                return new Figure(PipelineTargets.WORK, phase.title(), Contestants.OURS, samples(statement), row.getLong(1), seconds, wal, -1);
            }
        }, Objects::nonNull);
    }

    private static void requireCounts(Phase phase, long inserted, long updated, long unchanged) {
        if (updated != 0 || (phase == Phase.FIRST ? unchanged : inserted) != 0) {
            throw new BenchException(String.format("WRONG: %s, but the book tells of %,d rows inserted, %,d updated and %,d unchanged.",
                    phase.title(), inserted, updated, unchanged));
        }
    }

    private static long samples(Statement statement) throws SQLException {
        try (Statement another = statement.getConnection().createStatement();
                ResultSet row = another.executeQuery("SELECT count(*) FROM " + TABLE)) {
            row.next();
            return row.getLong(1);
        }
    }

    private Program start(Path folder, List<String> options, String command) throws IOException {
        List<String> words = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        words.addAll(options);
        words.addAll(List.of("-jar", jar.toString(), command));
        return new Program(folder, words, line -> { });
    }

    private static double seconds(Instant from, Instant to) {
        return (to.toEpochMilli() - from.toEpochMilli()) / 1e3;
    }
}
