package io.pvroute.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The database for a command that looks into it, or changes a row, and ends: nothing is created or upgraded. An embedded database is
 * started for as long as that takes; where another pvroute runs it already, its server is asked.
 */
final class DatabaseVisit implements AutoCloseable {

    private static final String CONNECT_SECONDS = "10";

    private final Settings.Database settings;
    private final DriverManagerDataSource database;
    private final EmbeddedDatabase started;
    private final boolean taken;

    private DatabaseVisit(Settings.Database settings, String command, String url, String user, String password, EmbeddedDatabase started,
            boolean taken) {
        this.settings = settings;
        this.started = started;
        this.taken = taken;
        var named = new Properties();
        named.setProperty("ApplicationName", "pvroute " + command);
        named.setProperty("connectTimeout", CONNECT_SECONDS);
        database = new DriverManagerDataSource(url);
        database.setUsername(user.isEmpty() ? null : user);
        database.setPassword(password.isEmpty() ? null : password);
        database.setConnectionProperties(named);
    }

    /**
     * @param command the visitor's name, for those who look at the sessions of the server
     * @throws StartException if there is no database yet, or it does not answer
     */
    static DatabaseVisit open(Settings.Database settings, String command) {
        DatabaseVisit visit = settings.embedded() ? embedded(settings, command)
                : new DatabaseVisit(settings, command, settings.url(), settings.user(), settings.password(), null, false);
        try {
            visit.checkAnswer();
            return visit;
        } catch (RuntimeException e) {
            visit.close();
            throw e;
        }
    }

    /** Whether there is a database to visit, as far as can be told without asking it. */
    static boolean isMade(Settings.Database settings) {
        return !settings.embedded() || Files.exists(settings.directory().resolve("postgres").resolve("PG_VERSION"));
    }

    private static DatabaseVisit embedded(Settings.Database settings, String command) {
        if (!isMade(settings)) {
            throw new StartException("There is no database in " + settings.directory()
                    + " yet, so nothing has been read. pvroute run makes it.");
        }
        try {
            EmbeddedDatabase own = EmbeddedDatabase.start(settings.directory());
            return new DatabaseVisit(settings, command, own.url(), own.user(), own.password(), own, false);
        } catch (DirectoryTakenException e) {
            return running(settings, command, e);
        }
    }

    private static DatabaseVisit running(Settings.Database settings, String command, DirectoryTakenException taken) {
        Path home = settings.directory();
        try {
            var directory = new DatabaseDirectory(home.toRealPath());
            int port = directory.port().orElseThrow(() -> taken);
            return new DatabaseVisit(settings, command, "jdbc:postgresql://127.0.0.1:" + port + "/" + EmbeddedDatabase.NAME,
                    EmbeddedDatabase.NAME,
                    directory.password(), null, true);
        } catch (IOException e) {
            throw new StartException(taken.getMessage() + " Its database could not be asked: " + e.getMessage() + ".", e);
        }
    }

    private void checkAnswer() {
        try (Connection connection = database.getConnection()) {
            connection.isReadOnly();
        } catch (SQLException e) {
            String said = e.getMessage().replaceFirst("\\.$", "");
            if (taken) {
                throw new StartException("Another pvroute uses " + settings.directory() + ", but its database does not answer: " + said
                        + ". It may be starting or stopping; try again in a moment.", e);
            }
            throw new StartException("The database " + settings + " does not answer: " + said
                    + ". Look at db.url, db.user and db.password.", e);
        }
    }

    DataSource dataSource() {
        return database;
    }

    /** Whether this is the embedded database of another pvroute, which runs now. */
    boolean isOfAnother() {
        return taken;
    }

    @Override
    public void close() {
        if (started != null) {
            started.close();
        }
    }

    @Override
    public String toString() {
        return settings.toString();
    }
}
