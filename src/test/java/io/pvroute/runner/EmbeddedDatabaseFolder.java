package io.pvroute.runner;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A directory with an embedded database for a test, and programs that use it. All that runs there ends with {@link #close}. */
final class EmbeddedDatabaseFolder implements AutoCloseable {

    /** PostgreSQL's programs, unpacked once for all tests of this JVM; it ends with them. */
    static final Path BINARIES = temporary("binaries");
    /** A database that was made once: to copy it is quicker than to make another. */
    private static final Path MADE = made();

    private final Path folder;
    private final Path directory;
    private final List<Process> programs = new ArrayList<>();

    EmbeddedDatabaseFolder(Path folder) {
        this.folder = folder;
        this.directory = folder.resolve("da ta"); // a space, as in many a home directory
    }

    private static Path made() {
        Path directory = temporary("made");
        EmbeddedDatabase.start(directory, BINARIES).close();
        return directory;
    }

    private static Path temporary(String name) {
        try {
            Path directory = Files.createTempDirectory(name);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try {
            PostgresBinaries.deleteTree(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The directory holds a database that ran before. */
    void copyMadeDatabase() throws IOException {
        try (Stream<Path> tree = Files.walk(MADE)) {
            for (Path path : tree.toList()) {
                Files.copy(path, directory.resolve(MADE.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        choosePort();
    }

    /** Not the one that all begin with: tests of another JVM beside this one take it and give it back at any time. */
    void choosePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(Files.createDirectories(directory).resolve("port"), String.valueOf(socket.getLocalPort()));
        }
    }

    @Override
    public void close() throws IOException {
        programs.forEach(Process::destroyForcibly);
        if (Files.exists(data())) {
            cluster().stop();
        }
    }

    Path directory() {
        return directory;
    }

    EmbeddedDatabase start() {
        return EmbeddedDatabase.start(directory, BINARIES);
    }

    Path data() {
        return directory.resolve("postgres");
    }

    PostgresCluster cluster() throws IOException {
        return new PostgresCluster(PostgresBinaries.unpack(BINARIES), data(), new PostgresLog(directory.resolve("postgres.log")));
    }

    /** Another program with the database, running. */
    Process program() throws IOException {
        Process program = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), EmbeddedDatabaseProgram.class.getName(), directory.toString(), BINARIES.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        programs.add(program);
        return program;
    }

    void endLater(Process program) {
        programs.add(program);
    }

    /** What the program says once its database runs; further calls give the same. */
    String url(Process program) throws IOException {
        Path told = folder.resolve("url-" + program.pid());
        if (!Files.exists(told)) {
            var reader = new BufferedReader(new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8));
            String line = reader.readLine();
            while (line != null && !line.startsWith("jdbc:")) {
                line = reader.readLine();
            }
            Files.writeString(told, line);
        }
        return Files.readString(told);
    }

    String password() throws IOException {
        return Files.readString(directory.resolve("password")).strip();
    }

    static void execute(EmbeddedDatabase database, String... statements) throws SQLException {
        execute(database.url(), database.password(), statements);
    }

    static void execute(String url, String password, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "pvroute", password);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static String value(EmbeddedDatabase database, String sql) throws SQLException {
        return value(database.url(), database.password(), sql);
    }

    static String value(String url, String password, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "pvroute", password);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}
