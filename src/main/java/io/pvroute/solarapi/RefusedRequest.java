package io.pvroute.solarapi;

import io.pvroute.solarapi.Failure.Fault;
import java.util.Optional;
import org.apache.camel.http.base.HttpOperationFailedException;

/** What it means that something answered, but not with HTTP 200. */
final class RefusedRequest {

    /** What is known of HTTP 404 before {@link ApiVersion} is asked. */
    static final String NOT_FOUND = "a GEN24, Tauro or Verto has no archive; else the Solar API is switched off in the logger,"
            + " or the site's url is wrong";

    private RefusedRequest() {
    }

    static Optional<Failure> failure(Throwable thrown) {
        return thrown instanceof HttpOperationFailedException e ? Optional.of(new Failure(Fault.SITE, sentence(e))) : Optional.empty();
    }

    private static String sentence(HttpOperationFailedException refused) {
        int code = refused.getStatusCode();
        String answered = "answered HTTP " + code + words(refused.getStatusText());
        return switch (code) {
            case 301, 302, 303, 307, 308 -> answered + redirect(refused.getRedirectLocation());
            case 401, 403, 407 -> answered + ": the Solar API asks for no password, so something in between does;"
                    + " check the site's url, or the proxy";
            case 404 -> answered + ": " + NOT_FOUND;
            default -> code >= 500
                    ? answered + ": the logger, or a proxy before it, cannot answer now"
                    : answered + ", which no archive request should meet; check the site's url";
        };
    }

    private static String words(String statusText) {
        if (statusText == null || statusText.isBlank()) {
            return "";
        }
        return " " + (statusText.length() <= 60 ? statusText : statusText.substring(0, 60) + "…");
    }

    /** The site's url is the base of what is asked for, without path and query of the request. */
    private static String redirect(String location) {
        if (location == null || location.isBlank()) {
            return " without saying where to; check the site's url";
        }
        String base = location.strip().replaceFirst("(/solar_api(/.*)?)?([?#].*)?$", "");
        if (base.length() > 120) {
            base = base.substring(0, 120) + "…";
        }
        return base.contains("://")
                ? " and points to " + base + ": set the site's url to that"
                : " and points to '" + base + "' on the same host: check the site's url";
    }
}
