package io.pvroute.runner;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.StringJoiner;

import org.postgresql.Driver;

/**
 * Everything that can be set, checked. What each setting does is written once, in {@code application.properties}.
 *
 * @param sites           the sites that the settings name, by name; the database may know more
 * @param database        where the rows go
 * @param archive         how the archive is read
 * @param realtime        how the present is read
 * @param observe         where health and metrics are told
 * @param page            where the page is served
 * @param routesDirectory where the route files are
 * @param stopTimeout     how long a window in hand may take when the program is stopped
 * @param properties      for Camel's placeholders: every setting but the sites in one spelling that Camel and PostgreSQL both read
 *                        (durations {@code 300s} or {@code 500ms}, {@code archive.since} {@code -infinity} or an instant,
 *                        {@code archive.until} {@code infinity} or an instant, sizes {@code 67108864B}, the zone by its name, the URL of the
 *                        database without a password, and no {@code db.password} or {@code page.password}), with the {@code camel.*}
 *                        settings and those of the routes
 */
public record Settings(List<Site> sites, Database database, Archive archive, Realtime realtime, Listener observe, Page page, Path routesDirectory, Duration stopTimeout,
        Map<String, String> properties) {

    public Settings {
        sites = List.copyOf(sites);
        properties = Map.copyOf(properties);
    }

    /**
     * @param url       JDBC URL, or empty for the embedded PostgreSQL; may hold a password, so never print it
     * @param user      empty where the URL or the driver knows it
     * @param password  empty where the URL or the driver knows it
     * @param directory where the embedded PostgreSQL keeps its data
     * @param pool      connections at most, 3 to 1000
     */
    public record Database(String url, String user, String password, Path directory, int pool) {

        public boolean embedded() {
            return url.isEmpty();
        }

        /** A command line for a shell that opens psql on a database of the owner; psql asks for the password. */
        String psql() {
            Properties named = Driver.parseURL(Setting.withoutPasswordInQuery(url), null);
            var words = new StringJoiner(" ", "psql \"", "\"");
            addWord(words, "host", named.getProperty("PGHOST"));
            addWord(words, "port", named.getProperty("PGPORT"));
            addWord(words, "dbname", named.getProperty("PGDBNAME"));
            addWord(words, "user", user.isEmpty() ? named.getProperty("user") : user);
            addWord(words, "sslmode", named.getProperty("sslmode"));
            addWord(words, "sslrootcert", named.getProperty("sslrootcert"));
            String schema = named.getProperty("currentSchema");
            addWord(words, "options", schema == null ? null : "-csearch_path=" + schema.replace("\\", "\\\\").replace(" ", "\\ "));
            return words.toString();
        }

        /** Quoted as libpq needs it, and then as a shell does between double quotes. */
        private static void addWord(StringJoiner words, String name, String value) {
            if (value != null) {
                String quoted = value.matches("[\\w.,:/=-]+") ? value : "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
                words.add(name + "=" + quoted.replaceAll("[\\\\\"$`]", "\\\\$0"));
            }
        }

        @Override
        public String toString() {
            return embedded() ? "the embedded PostgreSQL in " + directory : Setting.withoutSecrets(url);
        }
    }

    /**
     * @param period         how often the newest samples of a site are read; positive
     * @param pause          from the end of one archive request to a logger to the start of the next; zero or more
     * @param since          since when the archive is read
     * @param until          up to when, or empty for ever
     * @param overlap        how far before the newest sample a reading begins; zero or more
     * @param settle         how long after its end a window is read as a whole once more; zero or more
     * @param retry          after how long a window that failed for a reason of its own is asked for again, doubling; positive
     * @param retryMax       and at most, and what cannot heal by itself; not shorter than {@code retry}
     * @param timeout        how long a logger may take for an answer; positive
     * @param connectTimeout how long the connection to a logger may take; positive
     * @param parallel       sites at once, 1 to 64
     * @param zone           zone of the local days
     * @param tick           how often it is looked for what is owed; positive
     * @param lease          for how long a runner has a window to itself; more than both timeouts and 30 s together
     * @param maxAnswer      the largest answer that is read, in bytes, 1 KiB to 1 GiB
     * @param events         event-triggered channels that are asked for; may be empty
     */
    public record Archive(Duration period, Duration pause, Since since, Optional<Instant> until, Duration overlap, Duration settle,
            Duration retry, Duration retryMax, Duration timeout, Duration connectTimeout, int parallel, ZoneId zone, Duration tick, Duration lease, int maxAnswer,
            List<String> events) {

        public Archive {
            events = List.copyOf(events);
        }
    }

    /**
     * @param period    how often the present of a site is read; zero for never
     * @param pause     from the start of one request to a logger to the start of the next, those to its archive apart; zero or more
     * @param timeout   how long a logger may take for an answer; positive
     * @param parallel  requests at once, 1 to 64
     * @param tick      how often it is looked for what is due; positive
     * @param requests  what is asked for, by the names of the routes that do it; may be empty
     * @param discovery how often a logger is asked what it is; positive
     * @param maxAge    how old a stamp may be by the clock of the database; positive
     * @param keep      how long each reading is kept; positive
     */
    public record Realtime(Duration period, Duration pause, Duration timeout, int parallel, Duration tick, List<String> requests, Duration discovery,
            Duration maxAge, Duration keep) {

        public Realtime {
            requests = List.copyOf(requests);
        }
    }

    /**
     * @param listener where the page is served
     * @param user     who has to log in; empty for nobody
     * @param password empty where nobody has to log in
     */
    public record Page(Listener listener, String user, String password) {

        @Override
        public String toString() {
            return listener.toString();
        }
    }

    /**
     * Reads the settings. A later place wins: the defaults shipped in the program, the file, the environment, the overrides.
     *
     * @param fileOrNull  the owner's application.properties in UTF-8, or null for none
     * @param environment the environment variables; those that name no setting are left alone, but for SITE_…
     * @param overrides   settings of the command line by their names
     * @throws SettingsException with everything that is not right
     */
    public static Settings load(Path fileOrNull, Map<String, String> environment, Map<String, String> overrides) {
        return load(fileOrNull, environment, overrides, Clock.systemDefaultZone());
    }

    /** As above; the clock tells what now is for {@code 365d}, and the zone of this computer. */
    static Settings load(Path fileOrNull, Map<String, String> environment, Map<String, String> overrides, Clock clock) {
        return new SettingsReader(SettingsSources.read(fileOrNull, environment, overrides), clock).settings();
    }
}
