package io.pvroute.runner;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of pvroute in the database of the owner, brought to the version of this program. They stand in the first schema of the
 * search path, beside whatever else is there; their history is {@code pv_schema_history}.
 *
 * <p>No migration may build an index CONCURRENTLY: it would wait for the transaction that holds Flyway's lock, and that for it, for ever.
 * The lock that a session holds instead, and Flyway could take, gets lost behind a pooler such as pgbouncer.
 */
public final class Schema {

    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

    private static final String LOCATION = "classpath:db/migration";
    private static final String HISTORY = "pv_schema_history";
    /** Advisory lock of an upgrade, "pvroute" in ASCII. Flyway's own comes too late for two that both begin the history. */
    private static final long LOCK = 0x7076726f757465L;

    private final DataSource database;
    private final Flyway flyway;

    private Schema(DataSource database, String... locations) {
        this.database = database;
        this.flyway = Flyway.configure(Schema.class.getClassLoader())
                .dataSource(database)
                .locations(locations)
                .failOnMissingLocations(true)
                .table(HISTORY)
                .baselineOnMigrate(true) // the owner's database may hold other tables
                .baselineVersion("0")
                .loggers(FlywayLog.class.getName())
                .load();
    }

    /**
     * @param applied how many migrations this upgrade has applied; 0 if there was nothing to do, or another runner did it
     * @param version the version the schema has now
     */
    public record Upgrade(int applied, String version) {}

    /**
     * Applies what is missing. Where nothing is missing, no more is needed than to read {@code pv_schema_history}. Of several programs that
     * start at once one does it, and the others wait. Takes up to three connections.
     *
     * @throws StartException if the schema cannot be brought to this version, with what can be done
     * @throws SQLException   if the database cannot be reached: worth another try
     */
    public static Upgrade upgrade(DataSource database) throws SQLException {
        return upgrade(database, LOCATION);
    }

    static Upgrade upgrade(DataSource database, String... locations) throws SQLException {
        Place place = Place.of(database);
        try {
            return new Schema(database, locations).upgrade(place);
        } catch (FlywayMigrateException e) {
            throw failed(place, e);
        } catch (FlywayException e) {
            throw failed(place, e, "could not be looked at");
        }
    }

    /**
     * What is there.
     *
     * @param version    the version that the schema has, 0 where the tables are not there
     * @param owed       whether an upgrade is needed before this program can run
     * @param mayUpgrade whether this user may do it
     */
    record State(String version, boolean owed, boolean mayUpgrade) {}

    /**
     * Looks without changing anything.
     *
     * @throws StartException if it is not a schema that this version can work with or upgrade
     * @throws SQLException   if the database cannot be reached
     */
    static State look(DataSource database) throws SQLException {
        Place place = Place.of(database);
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement();
                ResultSet may = statement.executeQuery("SELECT has_schema_privilege(current_schema(), 'CREATE')")) {
            may.next();
            var schema = new Schema(database, LOCATION);
            return new State(schema.version(), schema.isPending(place), may.getBoolean(1));
        } catch (FlywayException e) {
            throw failed(place, e, "could not be looked at");
        }
    }

    private Upgrade upgrade(Place place) throws SQLException {
        if (!isPending(place)) {
            return new Upgrade(0, version());
        }
        try (Connection lock = database.getConnection(); Statement statement = lock.createStatement()) {
            lock.setAutoCommit(false);
            // However long the other one takes
            statement.execute("SET LOCAL lock_timeout = 0");
            statement.execute("SET LOCAL statement_timeout = 0");
            statement.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
            LOG.info("Creating or upgrading the tables in schema {} of database {}.", place.schema(), place.name());
            statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            try {
                return isPending(place) ? new Upgrade(flyway.migrate().migrationsExecuted, version()) : new Upgrade(0, version());
            } finally {
                lock.rollback();
            }
        }
    }

    private String version() {
        MigrationInfo current = flyway.info().current();
        return current == null ? "0" : current.getVersion().toString();
    }

    /** Whether a migration is owed; refuses a schema that is not this program's. */
    private boolean isPending(Place place) {
        MigrationInfo[] all = flyway.info().all();
        find(all, migration -> migration.getState().isFailed()).ifPresent(migration -> {
            throw new StartException("An upgrade of schema " + place + " failed half-way on " + migration.getInstalledOn() + ", in "
                    + migration.getScript() + ". pvroute does not start: undo what it has left, delete its row of success = false from "
                    + HISTORY + ", and start again.");
        });
        find(all, Schema::isUnknown).ifPresent(migration -> {
            String known = Stream.of(all).filter(other -> other.getState().isResolved() && other.getVersion() != null)
                    .reduce((first, last) -> last).map(other -> other.getVersion().toString()).orElse("none");
            throw new StartException("Schema " + place + " was made by a newer pvroute: it has version " + migration.getVersion() + " ("
                    + migration.getDescription() + "), and this program knows versions up to " + known
                    + ". pvroute does not start and has changed nothing: use the newer pvroute.");
        });
        find(all, Schema::isChanged).ifPresent(migration -> {
            throw new StartException("Schema " + place + " got its version " + migration.getVersion() + " from another "
                    + migration.getScript() + " than that of this program (their checksums differ). pvroute does not start and has changed "
                    + "nothing: use the pvroute that made it, or compare the tables with this program's and correct the checksum in "
                    + HISTORY + " to " + migration.getResolvedChecksum() + ".");
        });
        return find(all, migration -> migration.getState() == MigrationState.PENDING).isPresent();
    }

    private static boolean isUnknown(MigrationInfo migration) {
        return migration.getState() == MigrationState.FUTURE_SUCCESS || migration.getState() == MigrationState.MISSING_SUCCESS;
    }

    private static boolean isChanged(MigrationInfo migration) {
        return migration.getState().isApplied() && migration.getAppliedChecksum() != null && migration.getResolvedChecksum() != null
                && !Objects.equals(migration.getAppliedChecksum(), migration.getResolvedChecksum());
    }

    private static Optional<MigrationInfo> find(MigrationInfo[] all, Predicate<MigrationInfo> condition) {
        return Arrays.stream(all).filter(condition).findFirst();
    }

    private static StartException failed(Place place, FlywayMigrateException e) throws SQLException {
        String script = e.getMigration() == null ? "" : " in " + e.getMigration().getScript();
        String state = e.isExecutableInTransaction() ? ", and was rolled back" : ", outside a transaction: some of it may remain";
        return failed(place, e, "failed" + script + state);
    }

    private static StartException failed(Place place, FlywayException e, String what) throws SQLException {
        SQLException cause = Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
                .filter(SQLException.class::isInstance).map(SQLException.class::cast).findFirst().orElse(null);
        String state = cause == null || cause.getSQLState() == null ? "" : cause.getSQLState();
        if (state.equals("42501")) {
            return new StartException(place.missingRight(firstLine(cause)), e);
        }
        // 08 connection, 53 resources, 57P shutdown: nothing is wrong with the schema
        if (state.startsWith("08") || state.startsWith("53") || state.startsWith("57P")) {
            throw cause;
        }
        return new StartException("The upgrade of schema " + place + " " + what + ": " + firstLine(cause == null ? e : cause)
                + ". pvroute does not start; mend that and start again.", e);
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("").replaceFirst("^ERROR: ", "")
                .replaceFirst("\\.$", "");
    }

    /** Who works where; all names quoted as SQL needs them. */
    private record Place(String user, String schema, String name) {

        static Place of(DataSource database) throws SQLException {
            try (Connection connection = database.getConnection(); Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery("SELECT quote_ident(current_user), quote_ident(current_schema()), "
                            + "quote_ident(current_database()), current_setting('search_path')")) {
                result.next();
                if (result.getString(2) == null) {
                    throw new StartException("User " + result.getString(1) + " has no schema to work in: none of its search path ("
                            + result.getString(4) + ") is there in database " + result.getString(3) + " and open to it. pvroute does not "
                            + "start: an administrator may run GRANT USAGE, CREATE ON SCHEMA public TO " + result.getString(1) + ".");
                }
                return new Place(result.getString(1), result.getString(2), result.getString(3));
            }
        }

        String missingRight(String said) {
            return "User " + user + " lacks a right to bring schema " + this + " to the version of this program (" + said
                    + "). pvroute does not start. Either give it the right: GRANT CREATE ON SCHEMA " + schema + " TO " + user
                    + "; or have an administrator run java -jar pvroute.jar migrate once with the owner's db.user and db.password, and "
                    + "then GRANT USAGE ON SCHEMA " + schema + " TO " + user + "; GRANT SELECT, INSERT, UPDATE ON pv_site, pv_window, pv_archive, "
                    + "pv_event, pv_logger, pv_device, pv_turn, pv_reading, pv_thinned TO " + user + "; GRANT SELECT, INSERT, UPDATE, DELETE ON "
                    + "pv_rejected, pv_day_total, pv_power_flow, pv_inverter, pv_meter, pv_storage, pv_ohmpilot TO " + user
                    + "; GRANT SELECT ON pv_channel, pv_value, pv_counter, pv_day, pv_power, pv_device_power, pv_schema_history TO " + user + ";";
        }

        @Override
        public String toString() {
            return schema + " of database " + name;
        }
    }
}
