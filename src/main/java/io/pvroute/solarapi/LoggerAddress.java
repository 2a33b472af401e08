package io.pvroute.solarapi;

import io.pvroute.solarapi.Failure.Fault;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * The base URL of a logger, and nothing besides: http or https, a host, perhaps a port and a path. No user and password, which the Solar API
 * does not ask for and which every message about the site would show; no query; and none of the braces that Camel would fill in before it
 * sends a request, be it with a password of the settings. Settings are checked by it, and whatever somebody has written into the database.
 */
public final class LoggerAddress {

    /** What it looks like, as a sentence goes on after "expected". */
    public static final String EXPECTED = "the base URL of a logger such as http://192.168.1.20, with http or https and a host, without user and"
            + " password, ? and #.";

    private static final int LAST_PORT = 65_535;

    /** The URL without slashes at its end; empty where it is not the base URL of a logger. */
    public static Optional<URI> of(String text) {
        try {
            // java.net.URI takes neither braces nor blanks
            URI url = new URI(text.replaceFirst("/+$", ""));
            boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            return Optional.of(url).filter(u -> http && u.getHost() != null && u.getRawUserInfo() == null && u.getPort() <= LAST_PORT
                    && u.getRawQuery() == null && u.getRawFragment() == null);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /**
     * Refuses to ask there for anything, unless it is the base URL of a logger.
     *
     * @param base null counts as empty
     * @throws SolarApiException a fault of the site; what it says does not repeat the URL
     */
    public void check(String base) {
        if (of(base == null ? "" : base).isEmpty()) {
            throw new SolarApiException(Fault.SITE, "its url in pv_site is not asked; expected " + EXPECTED.replaceFirst("\\.$", ""));
        }
    }

    /**
     * Also refuses a request that is none, such as one with braces in it: a name that the logger gave may be a part of it.
     *
     * @param request what stands behind the base, a path and perhaps a query
     * @throws SolarApiException a fault of the site; what it says does not repeat the URL
     */
    public void checkRequest(String base, String request) {
        check(base);
        try {
            new URI(base + request);
        } catch (URISyntaxException e) {
            throw new SolarApiException(Fault.SITE, "one of its devices has a number that is none, so it was not asked for");
        }
    }
}
