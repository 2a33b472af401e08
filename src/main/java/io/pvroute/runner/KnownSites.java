package io.pvroute.runner;

import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** The sites that the database knows, for a person who names one. */
final class KnownSites {

    private KnownSites() {}

    /** @throws StartException if there is no such site, with those that there are */
    static void require(DataSource database, String site) {
        List<String> sites = new JdbcTemplate(database).queryForList("SELECT site FROM pv_site ORDER BY site", String.class);
        if (!sites.contains(site)) {
            throw new StartException("There is no site " + site + " in the database. " + (sites.isEmpty()
                    ? "It knows none yet: pvroute run writes those of the settings into it."
                    : "It knows " + String.join(", ", sites) + "."));
        }
    }

    /** What it means that the tables could not be read or written. */
    static StartException notReadable(DataAccessException e) {
        if (e.getMostSpecificCause() instanceof SQLException sql) {
            String state = String.valueOf(sql.getSQLState());
            String said = sql.getMessage().lines().findFirst().orElse("").replaceFirst("^ERROR: ", "").replaceFirst("\\.$", "");
            if (state.equals("42P01") || state.equals("42703") || state.equals("42883")) {
                return new StartException("The tables are not there, or not those of this version (" + said
                        + "). pvroute run or pvroute migrate makes or upgrades them.", e);
            }
            return new StartException("The database refused: " + said + ".", e);
        }
        return new StartException("The database could not be asked: " + e.getMessage() + ".", e);
    }
}
