package io.pvroute.runner;

import java.io.FileNotFoundException;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A database that is away when the program starts, or goes away while it does, is waited for; one that refuses us is not: that does not
 * mend itself.
 */
final class DatabaseWait {

    private static final Logger LOG = LoggerFactory.getLogger("pvroute");
    private static final long BETWEEN_TRIES_MS = 2_000;
    /** Wrong password, no such role, no such database, no entry in pg_hba.conf. */
    private static final Set<String> REFUSALS = Set.of("28P01", "28000", "3D000");

    /** Connection lost or refused, server shutting down or starting. */
    private static final Set<String> AWAY = Set.of("08", "57");

    private final DataSource database;
    private final String name;

    /** A part of the start that needs the database, and that can be done once more. */
    interface Step<T> {

        T take() throws SQLException;
    }

    DatabaseWait(DataSource database, String name) {
        this.database = database;
        this.name = name;
    }

    /**
     * Takes a step when the database answers, and takes it again where the database went away meanwhile.
     *
     * @return what the step returned
     * @throws SQLException what the step threw, where it is not that the database is away
     */
    <T> T through(Step<T> step) throws SQLException {
        while (true) {
            untilItAnswers();
            try {
                return step.take();
            } catch (SQLException | RuntimeException e) {
                if (!isAway(e) || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                LOG.warn("The database {} went away during the start. It is waited for.", name);
                pause(e);
            }
        }
    }

    /** Without a state: the pool had no connection to give in time. */
    private static boolean isAway(Throwable thrown) {
        for (Throwable t = thrown; t != null && t != t.getCause(); t = t.getCause()) {
            if (t instanceof SQLException e) {
                return e.getSQLState() == null || AWAY.contains(e.getSQLState().substring(0, 2));
            }
        }
        return false;
    }

    void untilItAnswers() {
        boolean told = false;
        while (true) {
            try (Connection connection = database.getConnection()) {
                if (told) {
                    LOG.info("The database answers.");
                }
                return;
            } catch (SQLException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw stopped(e);
                }
                if (REFUSALS.contains(String.valueOf(e.getSQLState()))) {
                    throw new StartException("The database " + name + " refuses pvroute: " + e.getMessage()
                            + ". Look at db.url, db.user and db.password.", e);
                }
                if (isNotTrusted(e)) {
                    throw new StartException("The database " + name + " is not the one that db.url asks for, or its certificate cannot be looked at: "
                            + e.getMessage().replaceFirst("\\.$", "") + ". Look at the host and at sslrootcert in db.url, and at the certificate of "
                            + "the server.", e);
                }
                if (!told) {
                    LOG.warn("The database {} does not answer: {}. It is waited for.", name, e.getMessage().replaceFirst("\\.$", ""));
                    told = true;
                }
            }
            pause(null);
        }
    }

    /** A certificate that nobody vouches for, that is for another host, or whose authority is in a file that is not there. */
    private static boolean isNotTrusted(SQLException refused) {
        if (String.valueOf(refused.getMessage()).contains("PgjdbcHostnameVerifier")) {
            return true;
        }
        for (Throwable t = refused; t != null && t != t.getCause(); t = t.getCause()) {
            if (t instanceof GeneralSecurityException || t instanceof FileNotFoundException) {
                return true;
            }
        }
        return false;
    }

    private void pause(Exception because) {
        try {
            Thread.sleep(BETWEEN_TRIES_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stopped(because == null ? e : because);
        }
    }

    private StartException stopped(Exception e) {
        return new StartException("Stopped while it waited for the database " + name + ".", e);
    }
}
