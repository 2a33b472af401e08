package io.pvroute.faults;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A PostgreSQL of the harness's own, whose life is in its hands: it can be stopped, crashed and started again. */
final class Server implements AutoCloseable {

    private static final String DATABASE = "pvroute";
    /** Whom the runners log in as. */
    static final String RUNNER = "pvroute";

    private final Path folder;
    private final Path data;
    private final Path binaries;
    private final int port;
    private boolean running;
    private boolean closed;

    /** @param folder for its data, its programs and its log; deleted at the end, but for the log */
    Server(Path folder) throws IOException, SQLException {
        this.folder = folder;
        data = folder.resolve("data");
        Path programs = Files.createDirectories(folder.resolve("programs"));
        // made by the library that brings it; from then on by its own means
        try (EmbeddedPostgres maker = EmbeddedPostgres.builder().setOverrideWorkingDirectory(programs.toFile()).setDataDirectory(data)
                .setCleanDataDirectory(false).setRegisterShutdownHook(false).start()) {
            port = maker.getPort();
        }
        try (Stream<Path> unpacked = Files.list(programs)) {
            binaries = unpacked.filter(path -> Files.isExecutable(path.resolve("bin/pg_ctl"))).findFirst().orElseThrow().resolve("bin");
        }
        start();
        try (Connection postgres = connect("postgres"); Statement statement = postgres.createStatement()) {
            statement.execute("CREATE ROLE " + RUNNER + " LOGIN");
            statement.execute("CREATE DATABASE " + DATABASE + " OWNER " + RUNNER);
        }
    }

    String runnersUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE + "?user=" + RUNNER;
    }

    /** As superuser. */
    Connection connect() throws SQLException {
        return connect(DATABASE);
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database
                + "?user=postgres&connectTimeout=5&socketTimeout=120");
    }

    /** Nothing happens where this is closed: who has stopped it may not know. */
    synchronized void start() throws IOException {
        if (closed) {
            return;
        }
        // autovacuum would take the dead rows away that are counted in the end
        String options = String.join(" -c ", "-p " + port, "listen_addresses=127.0.0.1", "unix_socket_directories=", "autovacuum=off",
                "shared_buffers=64MB", "max_connections=60");
        control("start", "-o", options, "-l", folder.resolve("postgres.log").toString());
        running = true;
    }

    /** @param mode fast, or immediate, which is a crash */
    synchronized void stop(String mode) throws IOException {
        if (running) {
            control("stop", "-m", mode);
            running = false;
        }
    }

    synchronized void restart() throws IOException {
        stop("fast");
        start();
    }

    private void control(String what, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {      // we are root, as which PostgreSQL refuses to run
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(binaries.resolve("pg_ctl").toString(), what, "-D", data.toString(), "-w", "-t", "60"));
        command.addAll(List.of(arguments));
        Path said = folder.resolve("pg_ctl.log");
        try {
            int exit = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(said.toFile()))
                    .start().waitFor();
            if (exit != 0) {
                throw new IOException("pg_ctl " + what + " ended with " + exit + "; see " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while pg_ctl " + what + " ran", e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        stop("immediate");
        for (Path gone : List.of(data, folder.resolve("programs"))) {
            try (Stream<Path> tree = Files.walk(gone)) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }
}
