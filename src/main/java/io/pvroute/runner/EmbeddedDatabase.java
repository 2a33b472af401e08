package io.pvroute.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL 18 of pvroute's own, for those who have none. Its data lies in a directory and outlives the program, however that ends; one
 * program at a time uses the directory. It listens on the loopback address only and asks for a password, that of the role {@code pvroute},
 * which owns the database {@code pvroute} and is no superuser.
 *
 * <pre>
 * directory/postgres       the data                       directory/port       the port of the last run, kept if it is free
 * directory/postgres.log   what PostgreSQL says           directory/binaries   PostgreSQL's programs
 * directory/password       of the role, mode 0600         directory/pgpass     the same for psql, mode 0600
 * </pre>
 *
 * <p>The server is a process group of its own, so that Ctrl-C ends the program and not the database under it. A server that ends on its
 * own is started again.
 */
public final class EmbeddedDatabase implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);

    /** Of the database and of its role. */
    static final String NAME = "pvroute";
    /** Below the ports that the operating system gives away itself, so that it is still free after a restart. */
    private static final int FIRST_PORT = 15432;
    private static final int PORTS_TRIED = 5;
    /** As PostgreSQL says it. */
    static final String PORT_TAKEN = "could not create any TCP/IP sockets";
    private static final int RESTART_SECONDS = 5;

    /** The end of every sentence about a server that does not start. */
    static final String WHAT_TO_DO = "pvroute does not start: mend that, or name another directory in db.directory or a database of your "
            + "own in db.url.";

    private final DatabaseDirectory directory;
    private final DirectoryLock lock;
    private final PostgresCluster cluster;
    private final String password;
    private final int port;
    private boolean closed;
    /** Why it could not be started again, as it was told last; empty while it runs. */
    private String told = "";

    private EmbeddedDatabase(DatabaseDirectory directory, DirectoryLock lock, PostgresCluster cluster, String password, int port) {
        this.directory = directory;
        this.lock = lock;
        this.cluster = cluster;
        this.password = password;
        this.port = port;
    }

    /**
     * Starts the server and returns when it takes connections; made on first use. What an earlier run left behind is cleared away first.
     *
     * @param directory where it is kept; created if missing, with mode 0700
     * @throws StartException if another pvroute uses the directory, or the server cannot start: with the reason and where its log is
     */
    public static EmbeddedDatabase start(Path directory) {
        return start(directory, Path.of("binaries"));
    }

    /** As above, with PostgreSQL's programs unpacked elsewhere; a relative path begins in the directory. */
    static EmbeddedDatabase start(Path directory, Path binaries) {
        try {
            DatabaseDirectory home = DatabaseDirectory.open(directory);
            DirectoryLock lock = DirectoryLock.take(home.home());
            try {
                home.checkOwner();
                return start(home, lock, PostgresBinaries.unpack(home.home().resolve(binaries)));
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw failed(directory, e);
        }
    }

    private static StartException failed(Path directory, IOException e) {
        if (String.valueOf(e.getMessage()).contains(PostgresLog.NO_SPACE)) {
            return new StartException("The disk of the directory " + directory.toAbsolutePath() + " is full. pvroute does not start: make room on it, or "
                    + "name another directory in db.directory or a database of your own in db.url.", e);
        }
        if (e instanceof FileSystemException file) {
            return new StartException("The embedded PostgreSQL needs a directory that user " + System.getProperty("user.name")
                    + " may write, with room for its data: " + file.getFile() + " failed (" + reason(file) + "). " + WHAT_TO_DO, e);
        }
        return new StartException("The embedded PostgreSQL in " + directory + " failed: " + e.getMessage() + ". " + WHAT_TO_DO, e);
    }

    private static EmbeddedDatabase start(DatabaseDirectory directory, DirectoryLock lock, PostgresBinaries binaries) throws IOException {
        var cluster = new PostgresCluster(binaries, directory.data(), new PostgresLog(directory.log()));
        String password = directory.password();
        boolean unknown = password.isEmpty();
        if (unknown) {
            password = newPassword();
        }
        if (!cluster.exists()) {
            directory.keepPassword(password);
            cluster.create(NAME, password);
        } else {
            cluster.stop();
            if (binaries.home().startsWith(directory.home())) {
                binaries.removeOthers();
            }
            if (unknown) {
                LOG.warn("{} is gone; the role {} of the embedded PostgreSQL gets a new password.", directory.passwordFile(), NAME);
                cluster.changePassword(NAME, password);
                directory.keepPassword(password);
            }
        }
        directory.keepPassfile(NAME, password);
        var database = new EmbeddedDatabase(directory, lock, cluster, password, startOnSomePort(cluster, directory));
        try {
            database.checkLogin();
            database.watch();
            return database;
        } catch (IOException | RuntimeException e) {
            cluster.stop();
            throw e;
        }
    }

    private static int startOnSomePort(PostgresCluster cluster, DatabaseDirectory directory) throws IOException {
        int port = directory.port().orElse(FIRST_PORT);
        if (!isFree(port)) {
            port = anyFreePort();
        }
        for (int attempt = 1;; attempt++) {
            try {
                cluster.start(port);
                directory.keepPort(port);
                return port;
            } catch (StartException e) {
                cluster.stop();
                if (attempt == PORTS_TRIED || !e.getMessage().contains(PORT_TAKEN)) {
                    throw e;
                }
                port = anyFreePort(); // between our look and PostgreSQL's, another program has taken it
            }
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.isBound();
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    private static int anyFreePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private void checkLogin() {
        try (Connection connection = DriverManager.getConnection(url(), user(), password)) {
            if (!connection.isValid(10)) {
                throw new SQLException("it does not answer");
            }
        } catch (SQLException e) {
            throw new StartException("The embedded PostgreSQL in " + directory.home() + " runs, but does not let pvroute in: "
                    + e.getMessage()
                    + (e.getSQLState() != null && e.getSQLState().startsWith("28")
                            ? ". Delete " + directory.passwordFile() + " and start again: a new password is made."
                            : ". " + WHAT_TO_DO + " The server's log is " + directory.log() + "."), e);
        }
    }

    /** A server that was killed is started again: nobody else would, and the routes go on by themselves. */
    private void watch() throws IOException {
        cluster.postmaster().ifPresentOrElse(postmaster -> postmaster.onExit().thenRunAsync(this::startAgain), this::startAgainLater);
    }

    private synchronized void startAgain() {
        if (closed) {
            return;
        }
        if (told.isEmpty()) {
            LOG.warn("The embedded PostgreSQL in {} has ended on its own; it is started again. Its log is {}.", directory.home(),
                    directory.log());
        }
        try {
            cluster.stop();
            cluster.start(port);
            watch();
            told = "";
        } catch (IOException | RuntimeException e) {
            String reason = e instanceof StartException ? e.getMessage().replaceFirst("\\.$", "") : e.toString();
            if (!reason.equals(told)) {
                LOG.error("The embedded PostgreSQL in {} could not be started again: {}. It is tried every {} s.", directory.home(), reason,
                        RESTART_SECONDS);
            }
            told = reason;
            startAgainLater();
        }
    }

    private void startAgainLater() {
        CompletableFuture.delayedExecutor(RESTART_SECONDS, TimeUnit.SECONDS).execute(this::startAgain);
    }

    /** JDBC URL, without user and password. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + NAME;
    }

    public String user() {
        return NAME;
    }

    /** Never print it. */
    public String password() {
        return password;
    }

    public int port() {
        return port;
    }

    /** A command line for a shell that opens psql on this database, without the password in it. */
    public String psql() {
        String passfile = directory.passfile().toString().replace('\\', '/');
        return "psql \"host=127.0.0.1 port=" + port + " dbname=" + NAME + " user=" + NAME
                + " passfile='" + passfile.replace("'", "\\'") + "'\"";
    }

    /** Stops the server: open transactions are rolled back, and all that was committed is on the disk. A second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (lock) {
            cluster.stop();
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded PostgreSQL in " + directory.home() + " could not be stopped cleanly. Nothing "
                    + "committed is lost; the next start clears up.", e);
        }
    }

    @Override
    public String toString() {
        return "the embedded PostgreSQL in " + directory.home() + " on port " + port;
    }

    private static String newPassword() {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    private static String reason(FileSystemException e) {
        return e.getReason() == null ? e.getClass().getSimpleName().replaceFirst("Exception$", "") : e.getReason();
    }
}
