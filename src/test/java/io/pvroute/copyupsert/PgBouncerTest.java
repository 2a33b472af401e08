package io.pvroute.copyupsert;

import static io.pvroute.copyupsert.Upserts.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Behind PgBouncer in transaction mode each transaction may be another session's: what one has left behind, the next need not find, and may
 * find of a stranger's. PgBouncer wants {@code ignore_startup_parameters = extra_float_digits} for the driver; its URL needs nothing.
 */
@Timeout(120)
class PgBouncerTest {

    private static final int SESSIONS = 3;
    private static final int WRITERS = 6;
    private static final int ROUNDS = 15;
    private static final int ROWS = 120;

    @TempDir
    private static Path directory;

    private static Upserts upserts;
    private static Process pgbouncer;
    private static HikariDataSource pool;

    @BeforeAll
    static void open() throws IOException {
        assumeTrue(Stream.of(System.getenv("PATH").split(File.pathSeparator), new String[] {"/usr/sbin"}).flatMap(Arrays::stream)
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "pgbouncer"))),
                "pgbouncer is not installed (apt-get install pgbouncer)");
        upserts = new Upserts();
        int port = freePort();
        Path ini = Files.writeString(directory.resolve("pgbouncer.ini"), configuration(port));
        List<String> command = new ArrayList<>(List.of("pgbouncer", "-q"));
        if (System.getProperty("user.name").equals("root")) { // as which it refuses to run
            command.addAll(List.of("-u", "nobody"));
        }
        command.add(ini.toString());
        var starting = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile());
        starting.environment().merge("PATH", "/usr/sbin", (path, more) -> path + File.pathSeparator + more);
        pgbouncer = starting.start();
        String url = "jdbc:postgresql://127.0.0.1:" + port + URI.create(upserts.database.url().substring("jdbc:".length())).getPath()
                + "?user=anybody";
        Awaitility.await("pgbouncer").atMost(20, TimeUnit.SECONDS).ignoreExceptionsInstanceOf(SQLException.class).until(() -> {
            try (Connection connection = DriverManager.getConnection(url)) {
                return connection.isValid(5);
            }
        });
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(WRITERS);
        pool = new HikariDataSource(config);
    }

    @AfterAll
    static void close() throws InterruptedException {
        if (pool != null) {
            pool.close();
        }
        if (pgbouncer != null) {
            pgbouncer.destroy();
            assertThat(pgbouncer.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        if (upserts != null) {
            upserts.close();
        }
    }

    @Test
    void eachBatchIsWrittenByWhateverSessionThereIs() throws Exception {
        upserts.execute("CREATE TABLE shared (writer int, k int, v text, n numeric, session int DEFAULT pg_backend_pid(),"
                + " PRIMARY KEY (writer, k))");
        upserts.execute("CREATE TABLE loose (writer numeric, k int, v text, n numeric)");
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try {
            var calls = new ArrayList<Callable<Void>>();
            for (int id = 0; id < WRITERS; id++) {
                int writer = id;
                calls.add(() -> write(writer));
            }
            for (Future<Void> call : threads.invokeAll(calls)) {
                call.get();
            }
        } finally {
            threads.shutdown();
        }

        assertThat(upserts.one("SELECT count(*) FROM shared")).isEqualTo(String.valueOf(WRITERS * ROWS));
        assertThat(upserts.query("SELECT writer, k, v, n FROM shared EXCEPT SELECT * FROM loose")).isEmpty();
        assertThat(upserts.query("SELECT * FROM loose EXCEPT SELECT writer, k, v, n FROM shared")).isEmpty();
        assertThat(upserts.one("SELECT max(sessions) > 1 FROM (SELECT count(DISTINCT session) FROM shared GROUP BY writer) w(sessions)"))
                .as("several sessions have served the same writer").isEqualTo("t");
    }

    /** The same rows into both tables; after each batch the counts are those of a writer who knows what was there. */
    private static Void write(int writer) {
        var random = new Random(writer);
        Map<Integer, String> stored = new HashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            var rows = new ArrayList<Map<String, Object>>();
            var sizes = stored.size();
            int changed = 0;
            for (int k = 0; k < ROWS; k++) {
                if (round < ROUNDS - 1 && random.nextBoolean()) {
                    continue;
                }
                String value = "v" + random.nextInt(2);
                String before = stored.put(k, value);
                changed += before != null && !before.equals(value) ? 1 : 0;
                rows.add(row("writer", writer, "k", k, "v", value, "n", value.length()));
            }
            int inserted = stored.size() - sizes;
            for (String table : List.of("shared", "loose")) {
                Way way = Way.values()[random.nextInt(Way.values().length)];
                CopyUpsertProcessor processor = upserts.into(table);
                processor.setDataSource(pool);
                processor.setKey("writer, k");
                processor.setWay(way.name());
                assertThat(upserts.run(processor, rows)).as("%s, %s, round %d of writer %d", table, way, round, writer)
                        .isEqualTo(new Counts(inserted, changed, rows.size() - inserted - changed, 0, 0));
            }
        }
        return null;
    }

    private static String configuration(int port) {
        URI server = URI.create(upserts.database.url().substring("jdbc:".length()));
        Map<String, String> login = Stream.of(server.getQuery().split("&")).map(option -> option.split("=", 2))
                .filter(option -> option[0].equals("user") || option[0].equals("password"))
                .collect(Collectors.toMap(option -> option[0], option -> option[1]));
        return "[databases]\n* = host=" + server.getHost() + " port=" + server.getPort()
                + login.entrySet().stream().map(option -> " " + option.getKey() + "=" + option.getValue()).collect(Collectors.joining())
                + "\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " + port + "\nunix_socket_dir =\nauth_type = any\n"
                + "pool_mode = transaction\n"
                + "default_pool_size = " + SESSIONS + "\nignore_startup_parameters = extra_float_digits\n";
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
