package io.pvroute.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * A fresh PostgreSQL that is as careful with its rows as one that people keep data in. Its data is in a folder of its own, which is
 * deleted at the end, Ctrl-C included.
 */
final class Server implements AutoCloseable {

    /** What decides about speed, as the server itself tells it. */
    private static final List<String> SETTINGS = List.of("fsync", "synchronous_commit", "full_page_writes", "data_checksums", "wal_level",
            "shared_buffers", "max_wal_size", "autovacuum", "jit");

    private final Path folder = Files.createTempDirectory("pvroute-bench");
    private final EmbeddedPostgres postgres;
    private final Connection connection;
    private final AtExit atExit;
    private boolean stopped;

    /** One that does nothing by itself: what it would do at any time is done by hand before each measured piece, for everybody alike. */
    Server() throws IOException, SQLException {
        this("off");
    }

    /** @param autovacuum on, as everywhere, or off */
    Server(String autovacuum) throws IOException, SQLException {
        postgres = EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("postgres"))
                .setRegisterShutdownHook(false)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("autovacuum", autovacuum)
                .start();
        atExit = new AtExit(this::stop);
        connection = connect();
        for (String careful : List.of("fsync", "synchronous_commit", "full_page_writes")) {
            if (!one("SHOW " + careful).equals("on")) {
                throw new BenchException(careful + " of the embedded PostgreSQL is not on: nothing would be measured.");
            }
        }
    }

    /** A folder for whatever a measurement needs; deleted with the server. */
    Path folder() {
        return folder;
    }

    String jdbcUrl() {
        return jdbcUrl("postgres");
    }

    String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/" + database + "?user=postgres";
    }

    /** As libpq and asyncpg take it. */
    String dsn(String database) {
        return "postgresql://postgres@127.0.0.1:" + postgres.getPort() + "/" + database;
    }

    Connection connect() throws SQLException {
        return connect("postgres");
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database));
    }

    /** On the harness's own connection, in a transaction of its own. */
    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of the first row, as text. */
    String one(String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    long number(String sql) throws SQLException {
        return Long.parseLong(one(sql));
    }

    /** Of the server itself; what serves connections are its children. */
    ProcessHandle process() throws IOException {
        long pid = Long.parseLong(Files.readAllLines(folder.resolve("postgres").resolve("postmaster.pid")).get(0).trim());
        return ProcessHandle.of(pid).orElseThrow(() -> new BenchException("PostgreSQL runs no more."));
    }

    /** How many bytes of WAL have been written since the server began. */
    long wal() throws SQLException {
        return number("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint");
    }

    /** Version and settings, in a line. */
    String description() throws SQLException {
        var settings = new StringJoiner(", ", one("SELECT split_part(version(), ' on ', 1)") + ": ", "");
        for (String setting : SETTINGS) {
            settings.add(setting + '=' + one("SHOW " + setting));
        }
        return settings.toString();
    }

    @Override
    public void close() {
        stop();
        atExit.cancel();
    }

    private synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        try {
            postgres.close();
            List<Path> deepestFirst;
            try (Stream<Path> walk = Files.walk(folder)) {
                deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            System.err.println("The server's folder " + folder + " could not be deleted: " + e);
        }
    }
}
