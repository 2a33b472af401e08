package io.pvroute.runner;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A database that is away when the program starts is waited for; one that refuses us is not: that does not mend itself. */
final class DatabaseWait {

    private static final Logger LOG = LoggerFactory.getLogger("pvroute");
    private static final long BETWEEN_TRIES_MS = 2_000;
    /** Wrong password, no such role, no such database, no entry in pg_hba.conf. */
    private static final Set<String> REFUSALS = Set.of("28P01", "28000", "3D000");

    private final DataSource database;
    private final String name;

    DatabaseWait(DataSource database, String name) {
        this.database = database;
        this.name = name;
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
                if (!told) {
                    LOG.warn("The database {} does not answer: {}. It is waited for.", name, e.getMessage().replaceFirst("\\.$", ""));
                    told = true;
                }
            }
            try {
                Thread.sleep(BETWEEN_TRIES_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw stopped(e);
            }
        }
    }

    private StartException stopped(Exception e) {
        return new StartException("Stopped while it waited for the database " + name + ".", e);
    }
}
