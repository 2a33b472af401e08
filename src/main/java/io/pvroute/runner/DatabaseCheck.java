package io.pvroute.runner;

import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.sql.DataSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Whether the database is one that a runner can work with: its version, the rights in it, the tables. */
final class DatabaseCheck {

    private static final String DATABASE = "database";
    private static final int OLDEST_VERSION = 13;
    private static final Duration CLOCKS_DIFFER_BY = Duration.ofMinutes(1);

    private final DataSource database;
    private final String name;
    private final List<Finding> findings = new ArrayList<>();
    private boolean tables;

    /** @param name as it is told */
    DatabaseCheck(DataSource database, String name) {
        this.database = database;
        this.name = name;
    }

    List<Finding> findings() {
        try {
            version();
            tables();
            rights();
        } catch (DataAccessException | SQLException e) {
            Throwable cause = e instanceof DataAccessException access ? access.getMostSpecificCause() : e;
            findings.add(Finding.bad(DATABASE, "answers", "broke off", "The database broke off: " + firstLine(cause) + ". Try again."));
        }
        return List.copyOf(findings);
    }

    /** Whether the tables are there as this version needs them, so that the book can be asked. */
    boolean hasTables() {
        return tables;
    }

    private void version() {
        Map<String, Object> server = new JdbcTemplate(database).queryForMap(
                "SELECT current_setting('server_version') AS version, current_setting('server_version_num')::integer / 10000 AS number, "
                + "clock_timestamp() AS now");
        int number = ((Number) server.get("number")).intValue();
        String found = "PostgreSQL " + server.get("version").toString().split(" ")[0] + ", " + name;
        if (number < OLDEST_VERSION) {
            findings.add(Finding.bad(DATABASE, "version", found, "PostgreSQL " + number + " is too old: pvroute needs " + OLDEST_VERSION
                    + " or newer."));
        } else {
            findings.add(Finding.good(DATABASE, "version", found));
        }
        Duration ahead = Duration.between(Instant.now(), ((Timestamp) server.get("now")).toInstant());
        if (ahead.abs().compareTo(CLOCKS_DIFFER_BY) > 0) {
            findings.add(Finding.bad(DATABASE, "clock", SiteCheck.ahead(ahead),
                    "The clock of the database and that of this computer differ; "
                    + "all times are the database's. Set whichever is wrong (NTP)."));
        }
    }

    private void tables() throws SQLException {
        Schema.State state;
        try {
            state = Schema.look(database);
        } catch (StartException e) {
            findings.add(Finding.bad(DATABASE, "tables", "not those of this version", e.getMessage()));
            return;
        }
        String found = state.version().equals("0") ? "not made yet" : "version " + state.version();
        if (!state.owed()) {
            tables = true;
            findings.add(Finding.good(DATABASE, "tables", found));
        } else if (state.mayUpgrade()) {
            findings.add(Finding.good(DATABASE, "tables", found + "; the next start of run "
                    + (state.version().equals("0") ? "makes" : "upgrades") + " them"));
        } else {
            findings.add(Finding.bad(DATABASE, "tables", found,
                    "This user may not make or upgrade tables: GRANT CREATE ON SCHEMA to it, or let an "
                    + "administrator run pvroute migrate once with db.user and db.password of the owner."));
        }
    }

    private void rights() {
        List<String> lacking = Rights.lacking(database);
        if (lacking.isEmpty()) {
            findings.add(Finding.good(DATABASE, "rights", "all that run needs"));
        } else {
            findings.add(Finding.bad(DATABASE, "rights", "some are missing", "An administrator has to give them: "
                    + String.join(" ", lacking)));
        }
    }

    /** What is found of a database that cannot be asked. */
    static Finding notThere(StartException e) {
        return Finding.bad(DATABASE, "answers", "no", e.getMessage());
    }

    /** What is found of an embedded database that nobody has made yet. */
    static Finding notMade(Settings.Database settings) {
        return Finding.good(DATABASE, "version", "an embedded PostgreSQL in " + settings.directory()
                + ", which the first start of run makes");
    }

    private static String firstLine(Throwable e) {
        return Optional.ofNullable(e.getMessage()).flatMap(text -> text.lines().findFirst()).orElse(e.toString()).replaceFirst("\\.$", "");
    }
}
