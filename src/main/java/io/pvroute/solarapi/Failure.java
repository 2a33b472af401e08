package io.pvroute.solarapi;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Why a window or a realtime answer could not be had from a logger, for the person who looks after it.
 *
 * @param fault  what has to rest: the site, its archive, the window, or the window with a flag on the site
 * @param reason a sentence on one line of at most 300 characters, without user names or passwords of addresses. It begins in lower
 *               case, as who passes it on puts the site and the window in front
 * @param heals  whether another try soon can help; where it cannot, the reason says what to do
 */
public record Failure(Fault fault, String reason, boolean heals) {

    /** Whose fault it is. */
    public enum Fault {
        /** What answers is no working logger, or nothing answers: neither a window nor realtime of the site can be had. */
        SITE,
        /** The logger works, but has no archive: realtime is all that can be had of the site. */
        NO_ARCHIVE,
        /** This window, or what this realtime request asks for, cannot be had; others can. */
        WINDOW,
        /** The window or the realtime answer is refused, and the site's clock cannot be trusted. */
        CLOCK
    }

    private static final int LONGEST = 300;
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029\\s]+");
    private static final Pattern USER_INFO = Pattern.compile("//[^/@\\s]*@");

    public Failure {
        reason = USER_INFO.matcher(UNPRINTABLE.matcher(reason).replaceAll(" ")).replaceAll("//").strip();
        if (reason.length() > LONGEST) {
            reason = reason.substring(0, LONGEST - 1) + "…";
        }
        // words of the logger are in it, and it is stored; a cut can leave half of a character, too
        reason = StorableText.of(reason);
    }

    /** A failure that heals. */
    public Failure(Fault fault, String reason) {
        this(fault, reason, true);
    }

    /**
     * What an exception of asking for a window, reading the answer or making rows of it tells about the logger; its causes are looked
     * through.
     *
     * @return empty where it is not the logger's doing: a fault of the database, wherever it stands among the causes, or of the program
     */
    public static Optional<Failure> of(Throwable thrown) {
        List<Throwable> chain = chain(thrown);
        if (chain.stream().anyMatch(Failure::isOfTheDatabase)) {
            return Optional.empty();
        }
        return chain.stream().map(Failure::ofOne).flatMap(Optional::stream).findFirst();
    }

    /** The exception and its causes, each once. */
    static List<Throwable> chain(Throwable thrown) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Throwable> chain = new ArrayList<>();
        for (Throwable t = thrown; t != null && seen.add(t); t = t.getCause()) {
            chain.add(t);
        }
        return chain;
    }

    /** A refused connection to the database has the same causes as one to a logger; what is around them tells them apart. */
    private static boolean isOfTheDatabase(Throwable thrown) {
        String name = thrown.getClass().getName();
        return thrown instanceof SQLException || name.startsWith("io.pvroute.copyupsert.") || name.startsWith("org.springframework.");
    }

    private static Optional<Failure> ofOne(Throwable thrown) {
        if (thrown instanceof SolarApiException e) {
            return Optional.of(e.failure());
        }
        return BrokenAnswer.failure(thrown).or(() -> BrokenConnection.failure(thrown)).or(() -> RefusedRequest.failure(thrown));
    }
}
