package io.pvroute.solarapi;

import io.pvroute.solarapi.Failure.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * Why an archive, or what else a request asks for, is not found. HTTP 404 alone does not tell: a GEN24, Tauro or Verto has no archive,
 * old firmware lacks some of the realtime requests, a Solar API that is switched off answers 404 to everything, and so does a web server
 * that is no logger. The answer to {@code /solar_api/GetAPIVersion.cgi} tells them apart (operating instructions 42,0410,2012; the words
 * of a Solar API that is switched off as users report them).
 *
 * <p>To be asked with {@code throwExceptionOnFailure=false}. Can be used by any number of threads.
 */
public final class ApiVersion {

    /** The answer is three fields; the words that count stand at the beginning of a page. */
    private static final int MOST_BYTES = 64 * 1024;

    /** "Solar API disabled by customer config", on some firmware "SolarAPI disabled …". */
    private static final Pattern SWITCHED_OFF = Pattern.compile(
            "solar[ _-]?api\\b.{0,40}\\b(disabled|deactivated|not (enabled|activated)|(switched|turned) off)", Pattern.CASE_INSENSITIVE);
    private static final Pattern FRONIUS = Pattern.compile("fronius|solar[ _-]?api", Pattern.CASE_INSENSITIVE);

    private static final Failure NO_ARCHIVE = new Failure(Fault.NO_ARCHIVE, "its logger has no archive (GEN24, Tauro, Verto), realtime is all"
            + " that it gives; a Datamanager or Symo Hybrid gets one with newer firmware (from 3.3.4-5 and 1.1.2-16 on)", false);
    private static final Failure OFF = new Failure(Fault.SITE, "its Solar API is switched off: switch it on in the inverter's own web page,"
            + " under Communication, Solar API", false);
    private static final Failure NO_SOLAR_API = new Failure(Fault.SITE, "no Solar API at this address, HTTP 404 is all that answers:"
            + " check the site's url; it is that of the logger and no more, such as http://192.168.1.20", false);

    private final SolarApiMapper json = new SolarApiMapper();

    /** Whether the API version tells more of a failure than is known: of HTTP 404. */
    public static boolean tells(Throwable thrown) {
        return Failure.of(thrown).isPresent() && notFound(thrown).isPresent();
    }

    /**
     * What a 404 means without asking for anything else: to a request for the present, of which there may be no other for some seconds.
     *
     * @param thrown that {@link #tells} of
     * @return never null
     */
    public static Failure withoutAsking(Throwable thrown) {
        return new ApiVersion().judge(thrown, 0, new byte[0]);
    }

    /**
     * What a 404 means.
     *
     * @param exchange its body and its header {@code CamelHttpResponseCode} are what GetAPIVersion answered, of whatever kind; its property
     *                 {@code CamelExceptionCaught} is the 404 to the request
     * @return never null: what is known of a 404 without this answer, where it tells nothing
     */
    @Handler
    public Failure judge(Exchange exchange) {
        return judge(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class),
                exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, int.class), bytes(exchange.getMessage().getBody(InputStream.class)));
    }

    /** As above: the 404 to the request, and status and body of what GetAPIVersion answered. */
    Failure judge(Throwable thrown, int status, byte[] version) {
        Optional<HttpOperationFailedException> notFound = notFound(thrown);
        String words = notFound.map(HttpOperationFailedException::getResponseBody).orElse("")
                + "\n" + new String(version, StandardCharsets.UTF_8);
        if (SWITCHED_OFF.matcher(words).find()) {
            return OFF;
        }
        if (notFound.isPresent() && status == 200 && isVersion(version)) {
            return RefusedRequest.ofTheArchive(notFound.get()) ? NO_ARCHIVE : noRequest(notFound.get());
        }
        if (status == 404 && !FRONIUS.matcher(words).find()) {
            return NO_SOLAR_API;
        }
        return Failure.of(thrown).orElseGet(() -> new Failure(Fault.SITE, "has no such request; check the site's url, and whether the Solar API is"
                + " switched on in the logger"));
    }

    private static Failure noRequest(HttpOperationFailedException notFound) {
        return new Failure(Fault.WINDOW, "answered HTTP 404" + RefusedRequest.request(notFound).map(request -> " to " + request).orElse("")
                + ", while its Solar API is there: this logger or its firmware does not have this request; update the firmware, or leave the"
                + " request out", false);
    }

    private static Optional<HttpOperationFailedException> notFound(Throwable thrown) {
        return Failure.chain(thrown).stream()
                .filter(HttpOperationFailedException.class::isInstance).map(HttpOperationFailedException.class::cast)
                .filter(refused -> refused.getStatusCode() == 404).findFirst();
    }

    /** As many as count; none where they do not come: then nothing is told, as by a logger that does not answer at all. */
    private static byte[] bytes(InputStream body) {
        if (body == null) {
            return new byte[0];
        }
        try (body) {
            return body.readNBytes(MOST_BYTES);
        } catch (IOException e) {
            return new byte[0];
        }
    }

    private boolean isVersion(byte[] answer) {
        try {
            return json.readTree(answer).path("APIVersion").isNumber();
        } catch (IOException e) {
            return false;
        }
    }
}
