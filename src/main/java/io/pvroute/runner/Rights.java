package io.pvroute.runner;

import java.util.List;

import javax.sql.DataSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** What a role has to be allowed to do in the database, so that a runner works as it; {@code rights.sql} says what that is. */
final class Rights {

    private Rights() {}

    /** The rights that this user needs and does not have, each as a statement that gives it. */
    static List<String> lacking(DataSource database) {
        return lacking(database, null);
    }

    /**
     * Gives a role what it needs and does not have; to be done by the owner of the tables.
     *
     * @return what was given, as statements; empty where it had all
     * @throws StartException if there is no such role, or this user may not give the rights
     */
    static List<String> grant(DataSource database, String role) {
        try {
            List<String> lacking = lacking(database, role);
            lacking.forEach(new JdbcTemplate(database)::execute);
            return lacking;
        } catch (DataAccessException e) {
            String said = String.valueOf(e.getMostSpecificCause().getMessage()).lines().findFirst().orElse("").replaceFirst("^ERROR: ", "");
            throw new StartException("The role " + role + " was not given the rights that run needs: " + said + ". Its tables are there; make the role"
                    + " (deploy/roles.sql), or run this as the owner of the tables.", e);
        }
    }

    private static List<String> lacking(DataSource database, String roleOrNull) {
        return new JdbcTemplate(database).queryForList(SqlFile.read("rights.sql"), String.class, roleOrNull);
    }
}
