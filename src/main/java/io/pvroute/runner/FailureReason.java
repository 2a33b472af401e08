package io.pvroute.runner;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Set;

import io.pvroute.solarapi.ApiVersion;
import io.pvroute.solarapi.Failure;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.springframework.dao.DataAccessException;

/**
 * Whose fault a failed window or realtime request is, and why, in a sentence: the first step of the dead letter route. It sets the variable
 * {@code failure}.
 *
 * <p>What the logger did is known by {@link Failure}. A database that is away ({@code NONE}), or that is there and does not store for now
 * ({@code DATABASE}: its disk is full, say), is neither the site's fault nor the window's: nothing is booked, as nothing could be.
 * Everything else (a value that its column does not take, a statement that was edited wrongly, a fault of the program) would fail again at
 * once and for ever, and parks its window, or its realtime request.
 */
public final class FailureReason {

    /**
     * @param fault     SITE, NO_ARCHIVE, WINDOW, CLOCK, DATABASE or NONE
     * @param reason    a sentence on one line
     * @param heals     whether another try soon can help; where it cannot, the reason says what to do
     * @param ambiguous whether the logger's API version tells more: it is asked for, and {@link #judged} puts the verdict in this place
     */
    public record Reason(String fault, String reason, boolean heals, boolean ambiguous) {

        private static Reason of(Failure failure, boolean ambiguous) {
            return new Reason(failure.fault().name(), failure.reason(), failure.heals(), ambiguous);
        }

        /** Not the logger's doing: for all that is known, the next try may do better. */
        private static Reason of(String fault, String reason) {
            return new Reason(fault, reason, true, false);
        }
    }

    /** Connection lost or refused, server shutting down or starting, resources or disk short, system error, and what another try mends. */
    private static final Set<String> DATABASE_AWAY = Set.of("08", "57", "53", "58", "40", "55", "25");

    /** Of those: the server is there, and is short of something, or has somebody else to serve first. */
    private static final Set<String> DATABASE_STUCK = Set.of("53", "55", "40", "25");
    private static final String DISK_FULL = "53100";
    private static final String QUERY_CANCELED = "57014";

    private static final int LONGEST = 300;

    @Handler
    public void reason(Exchange exchange) {
        Object window = exchange.getVariable("window");
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        Reason reason = reason(thrown, window == null ? exchange.getVariable("reading") : window, database(exchange.getContext()));
        exchange.setVariable("failure", window == null && reason.ambiguous() ? Reason.of(ApiVersion.withoutAsking(thrown), false) : reason);
    }

    /** Where the database is, for a person who has to go there. */
    private static String database(CamelContext context) {
        PvrouteListener elsewhere = context.getRegistry().findSingleByType(PvrouteListener.class);
        if (elsewhere != null) {
            return elsewhere.database();
        }
        String url = context.resolvePropertyPlaceholders("{{db.url:}}");
        return url.isEmpty() ? Path.of(context.resolvePropertyPlaceholders("{{db.directory:data}}")).toAbsolutePath().normalize().toString() : url;
    }

    /** The second step where the first was {@code ambiguous}: what {@link ApiVersion} makes of it is the reason now. */
    public void judged(@Body Failure verdict, Exchange exchange) {
        exchange.setVariable("failure", Reason.of(verdict, false));
    }

    /** @param claimed the window or the reading in hand; null where none is */
    static Reason reason(Throwable thrown, Object claimed, String database) {
        SQLException ofDatabase = null;
        for (Throwable t = thrown; t != null && t != t.getCause(); t = t.getCause()) {
            if (t instanceof SQLException e) {
                ofDatabase = e;
            }
        }
        if (ofDatabase != null && isAway(ofDatabase)) {
            return away(ofDatabase, database);
        }
        if (claimed == null) {
            return Reason.of("NONE", "What is owed could not be claimed: " + oneLine(ofDatabase == null ? thrown : ofDatabase)
                    + ". If a statement of the routes was edited, look there");
        }
        // Spring's own message of an SQLException is "bad SQL grammar []": what PostgreSQL said says more
        Throwable telling = thrown instanceof DataAccessException && ofDatabase != null ? ofDatabase : thrown;
        return Failure.of(thrown).map(f -> Reason.of(f, ApiVersion.tells(thrown))).orElseGet(() -> Reason.of("WINDOW", oneLine(telling)));
    }

    private static Reason away(SQLException e, String database) {
        String state = String.valueOf(e.getSQLState());
        if (state.equals(DISK_FULL)) {
            return Reason.of("DATABASE", "The disk of the database is full (" + database + "): " + oneLine(e));
        }
        if (state.equals(QUERY_CANCELED) || e.getSQLState() != null && DATABASE_STUCK.contains(state.substring(0, 2))) {
            return Reason.of("DATABASE", "The database does not store for now: " + oneLine(e));
        }
        return Reason.of("NONE", "The database is away: " + oneLine(e));
    }

    private static boolean isAway(SQLException e) {
        // without a state: the pool had no connection to give in time
        return e.getSQLState() == null || DATABASE_AWAY.contains(e.getSQLState().substring(0, 2));
    }

    private static String oneLine(Throwable thrown) {
        String message = thrown == null ? "unknown" : thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
        String line = message.lines().findFirst().orElse("").replaceAll("\\.$", "");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
