package io.pvroute.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data of a PostgreSQL server and the processes that hold it.
 *
 * @param binaries the programs
 * @param data     PostgreSQL's data directory
 * @param log      where PostgreSQL writes
 */
record PostgresCluster(PostgresBinaries binaries, Path data, PostgresLog log) {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresCluster.class);

    private static final String MAJOR_VERSION = "18";
    /** Recovery after a power cut takes its time on a small computer; nothing is gained by giving up. */
    private static final int START_SECONDS = 600;
    private static final int STOP_SECONDS = 30;
    private static final int ORPHAN_SECONDS = 5;
    /** Between two looks whether a process has ended. */
    private static final int ENDED_MILLIS = 20;

    /** An owner may change these in postgresql.conf. Sized for a small computer; PostgreSQL's locale of its own, so that no update of the
     *  operating system's changes the order of an index. */
    private static final String LEAN = """

            # pvroute: lean, for a small computer
            shared_buffers = 64MB
            max_connections = 30
            max_wal_size = 512MB
            jit = off
            log_checkpoints = off
            """;
    private static final String PASSWORD_OVER_LOOPBACK = """
            # pvroute: over the loopback address only, never without a password
            host all all 127.0.0.1/32 scram-sha-256
            """;

    boolean exists() throws IOException {
        if (Files.exists(data.resolve("PG_VERSION"))) {
            String version = Files.readString(data.resolve("PG_VERSION")).strip();
            if (!version.equals(MAJOR_VERSION)) {
                throw new StartException("The data in " + data + " is of PostgreSQL " + version + ", and this pvroute brings PostgreSQL "
                        + MAJOR_VERSION + ". pvroute does not start and has changed nothing: take the rows out with pg_dump of PostgreSQL "
                        + version + ", move the directory aside, start pvroute and read them in again with psql.");
            }
            return true;
        }
        if (!Files.exists(data)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(data)) {
            if (entries.findAny().isPresent()) {
                throw new StartException("The directory " + data + " holds something that is not the data of a PostgreSQL server (it has "
                        + "no PG_VERSION). pvroute does not start and has changed nothing: move it aside, or bring the missing files "
                        + "back.");
            }
        }
        return false;
    }

    /** Makes the cluster with its role and its database, both named so. It appears as a whole or, where this is killed, not at all. */
    void create(String name, String password) throws IOException {
        Path unfinished = data.resolveSibling(data.getFileName() + ".unfinished");
        PostgresCluster making = new PostgresCluster(binaries, unfinished, log);
        if (Files.exists(unfinished)) {
            making.endInitdb();
            making.stop();
            PostgresBinaries.deleteTree(unfinished);
        }
        making.run("initdb", List.of("-D", unfinished.toString(), "-U", "postgres", "-E", "UTF8", "-A", "reject", "--locale=C",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8"), "");
        Files.writeString(unfinished.resolve("postgresql.conf"), LEAN, StandardOpenOption.APPEND);
        Files.writeString(unfinished.resolve("pg_hba.conf"), PASSWORD_OVER_LOOPBACK);
        making.alone("CREATE ROLE " + name + " LOGIN PASSWORD " + literal(password) + "\n"
                + "CREATE DATABASE " + name + " OWNER " + name + "\n");
        Files.deleteIfExists(data); // an empty directory that was made for us
        Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
    }

    /** One whose program was killed goes on by itself, and would write into what is being deleted. */
    private void endInitdb() {
        List<ProcessHandle> left = ProcessHandle.allProcesses()
                .filter(process -> Path.of(process.info().command().orElse("")).endsWith("initdb")
                        && List.of(process.info().arguments().orElse(new String[0])).contains(data.toString()))
                .toList();
        left.forEach(ProcessHandle::destroyForcibly);
        left.forEach(initdb -> ended(initdb, ORPHAN_SECONDS));
    }

    void changePassword(String role, String password) throws IOException {
        alone("ALTER ROLE " + role + " PASSWORD " + literal(password) + "\n");
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** Runs statements, one a line, as superuser without a server: so the superuser needs no password, and has none. */
    private void alone(String statements) throws IOException {
        // The statements hold a password: where one fails, the log gets the reason and not the statement
        run("postgres", List.of("--single", "-D", data.toString(), "-c", "exit_on_error=on", "-c", "log_min_error_statement=panic",
                "postgres"), statements);
    }

    /** Starts the server and returns when it takes connections. */
    ProcessHandle start(int port) throws IOException {
        log.rotate();
        long before = log.size();
        // On the command line, where neither postgresql.conf nor ALTER SYSTEM can take them back
        String fixed = String.join(" -c ", "", "port=" + port, "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=on",
                "synchronous_commit=on", "full_page_writes=on").strip();
        try {
            run("pg_ctl", List.of("start", "-D", data.toString(), "-l", log.file().toString(), "-o", fixed, "-w", "-t",
                    String.valueOf(START_SECONDS)), "");
        } catch (StartException e) {
            throw new StartException("The embedded PostgreSQL did not start on " + data + ": "
                    + PostgresLog.reason(log.since(before)) + whatToDo(), e);
        }
        return postmaster().orElseThrow(() -> new StartException("The embedded PostgreSQL on " + data + " ended as soon as it had started."
                + whatToDo()));
    }

    /**
     * Stops whatever holds the data: the server, or what a killed one has left behind. Afterwards nothing is there that could keep the
     * next server from starting, also no postmaster.pid whose number belongs to somebody else by now.
     */
    void stop() throws IOException {
        Optional<ProcessHandle> postmaster = postmaster();
        if (postmaster.isPresent() && !stopped(postmaster.get(), "fast") && !stopped(postmaster.get(), "immediate")) {
            LOG.warn("PostgreSQL (process {}) on {} did not stop when it was told to; it is killed. It recovers at its next start.",
                    postmaster.get().pid(), data);
            postmaster.get().destroyForcibly();
        }
        for (ProcessHandle orphan : processes().toList()) {
            if (!ended(orphan, ORPHAN_SECONDS)) {
                orphan.destroyForcibly();
                ended(orphan, ORPHAN_SECONDS);
            }
        }
        Files.deleteIfExists(data.resolve("postmaster.pid"));
    }

    /** The server that runs on the data, if one does. */
    Optional<ProcessHandle> postmaster() throws IOException {
        try {
            String file = Files.readString(data.resolve("postmaster.pid"), StandardCharsets.ISO_8859_1);
            String pid = file.lines().findFirst().orElse("").strip();
            return processes().filter(process -> pid.equals(String.valueOf(process.pid()))).findFirst();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** The processes of PostgreSQL, servers and their children, that hold this data: they have it as their working directory. */
    private Stream<ProcessHandle> processes() {
        return ProcessHandle.allProcesses().filter(process -> {
            Path program = Path.of(process.info().command().orElse(""));
            Path workingDirectory = Path.of("/proc", String.valueOf(process.pid()), "cwd");
            try {
                return program.getFileName().toString().startsWith("postgres") && (Files.isDirectory(Path.of("/proc/self"))
                        ? Files.readSymbolicLink(workingDirectory).equals(data.toRealPath())
                        : program.startsWith(binaries.home().getParent())); // no /proc: by the programs, which lie beside the data
            } catch (IOException e) {
                return false; // it has ended meanwhile, or belongs to another user, whose process cannot hold our data
            }
        });
    }

    private boolean stopped(ProcessHandle postmaster, String mode) throws IOException {
        try {
            run("pg_ctl", List.of("stop", "-D", data.toString(), "-m", mode, "-w", "-t", String.valueOf(STOP_SECONDS)), "");
        } catch (StartException e) {
            LOG.debug("pg_ctl stop -m {}", mode, e); // what counts is whether it still runs
        }
        return ended(postmaster, 1);
    }

    /** Not by {@code onExit}: of a process that is no child of ours Java tells it up to seconds late. */
    private static boolean ended(ProcessHandle process, int seconds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (isRunning(process) && System.nanoTime() < deadline) {
            try {
                TimeUnit.MILLISECONDS.sleep(ENDED_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return !isRunning(process);
    }

    /** Whether a process of PostgreSQL runs. One that has ended keeps its number until somebody asks how; in many a container nobody does. */
    static boolean isRunning(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"), StandardCharsets.ISO_8859_1);
            return process.isAlive() && !stat.contains(") Z ");
        } catch (IOException e) {
            return process.isAlive(); // it is gone, or there is no /proc here
        }
    }

    /** Runs a program of PostgreSQL to its end. */
    private void run(String program, List<String> arguments, String input) throws IOException {
        var builder = new ProcessBuilder(binaries.command(program, arguments)).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG")); // meant for somebody's psql
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.debug("{} ended before it had read all", program, e); // its output says why
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit;
        try {
            exit = process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("Interrupted while " + program + " ran on " + data + ".", e);
        }
        if (exit != 0) {
            log.append(output);
            throw new StartException("PostgreSQL's " + program + " failed on " + data + ": " + PostgresLog.reason(output) + whatToDo());
        }
    }

    private String whatToDo() {
        return " " + EmbeddedDatabase.WHAT_TO_DO + " All that PostgreSQL said is in " + log.file() + ".";
    }
}
