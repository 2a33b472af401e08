package io.pvroute.solarapi;

import io.pvroute.solarapi.Failure.Fault;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.http.base.HttpOperationFailedException;

/** What it means that something answered, but not with HTTP 200. */
final class RefusedRequest {

    private static final Pattern REQUEST = Pattern.compile("/(Get\\w{1,40})\\.f?cgi");
    private static final String ARCHIVE = "GetArchiveData";

    private RefusedRequest() {
    }

    static Optional<Failure> failure(Throwable thrown) {
        return thrown instanceof HttpOperationFailedException e ? Optional.of(new Failure(Fault.SITE, sentence(e))) : Optional.empty();
    }

    /** Which request of the Solar API it was; empty where the url does not tell. */
    static Optional<String> request(HttpOperationFailedException refused) {
        Matcher request = REQUEST.matcher(String.valueOf(refused.getUri()));
        return request.find() ? Optional.of(request.group(1)) : Optional.empty();
    }

    static boolean ofTheArchive(HttpOperationFailedException refused) {
        return request(refused).filter(ARCHIVE::equals).isPresent();
    }

    /** What is known of HTTP 404 before {@link ApiVersion} is asked. */
    private static String notFound(HttpOperationFailedException refused) {
        return ofTheArchive(refused)
                ? "a GEN24, Tauro or Verto has no archive; else the Solar API is switched off in the logger, or the site's url is wrong"
                : "the Solar API is switched off in the logger, its firmware does not have this request, or the site's url is wrong";
    }

    private static String sentence(HttpOperationFailedException refused) {
        int code = refused.getStatusCode();
        String answered = "answered HTTP " + code + words(refused.getStatusText());
        return switch (code) {
            case 301, 302, 303, 307, 308 -> answered + redirect(refused.getRedirectLocation());
            case 401, 403, 407 -> answered + ": the Solar API asks for no password, so something in between does;"
                    + " check the site's url, or the proxy";
            case 404 -> answered + ": " + notFound(refused);
            default -> code >= 500
                    ? answered + ": the logger, or a proxy before it, cannot answer now"
                    : answered + ", which no request to a logger should meet; check the site's url";
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
