package io.pvroute.runner;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import io.pvroute.OwnAuthority;

/** A PostgreSQL server that a test may take away and bring back, at the same port. Its data is in a folder of the test. */
final class OwnServer implements AutoCloseable {

    private static final String NAME = "pv";

    private final PostgresCluster cluster;
    private final int port;

    /** Made, and started. */
    OwnServer(Path folder) throws IOException {
        cluster = new PostgresCluster(PostgresBinaries.unpack(folder.resolve("binaries")), folder.resolve("postgres"),
                new PostgresLog(folder.resolve("postgres.log")));
        cluster.create(NAME, NAME);
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        start();
    }

    /** With user and password, of the owner of the database, who is no superuser. */
    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + NAME + "?user=" + NAME + "&password=" + NAME;
    }

    /** Speaks TLS from now on, with this certificate, and nothing else. */
    void secure(OwnAuthority.Issued issued) throws IOException, InterruptedException {
        stop("fast");
        Files.copy(issued.certificate(), cluster.data().resolve("server.crt"));
        Path key = Files.copy(issued.key(), cluster.data().resolve("server.key"));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Files.setAttribute(key, "unix:uid", Files.getAttribute(cluster.data(), "unix:uid"));
        Files.writeString(cluster.data().resolve("postgresql.conf"), "ssl = on\n", StandardOpenOption.APPEND);
        Files.writeString(cluster.data().resolve("pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n");
        start();
    }

    int port() {
        return port;
    }

    void start() throws IOException {
        cluster.start(port);
    }

    /** @param mode fast: clients are told and disconnected; immediate: as in a crash, so that the next start recovers */
    void stop(String mode) throws IOException, InterruptedException {
        Process stop = new ProcessBuilder(cluster.binaries().command("pg_ctl",
                List.of("stop", "-D", cluster.data().toString(), "-m", mode, "-w"))).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        if (stop.waitFor() != 0) {
            throw new IllegalStateException("PostgreSQL was not stopped by pg_ctl stop -m " + mode);
        }
    }

    ProcessHandle postmaster() throws IOException {
        return cluster.postmaster().orElseThrow();
    }

    @Override
    public void close() throws IOException {
        cluster.stop();
    }
}
