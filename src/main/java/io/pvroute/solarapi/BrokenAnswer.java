package io.pvroute.solarapi;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.pvroute.solarapi.Failure.Fault;
import java.io.CharConversionException;
import java.io.InputStream;
import java.io.UnsupportedEncodingException;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.NoTypeConversionAvailableException;

/** What it means that an answer came, but is not the JSON that it should be. */
final class BrokenAnswer {

    /** Of Jackson's message: "… exceeds the maximum allowed (67108864, from `StreamReadConstraints.getMaxDocumentLength()`)". */
    private static final Pattern DOCUMENT_LIMIT = Pattern.compile("\\((\\d+), from `StreamReadConstraints\\.getMaxDocumentLength");

    private static final String NOTHING = "answered with nothing at all, where JSON was expected";

    private BrokenAnswer() {
    }

    static Optional<Failure> failure(Throwable thrown) {
        // a limit is not a fault of the logger: other, shorter windows of it may well be had
        if (thrown instanceof StreamConstraintsException e) {
            Matcher limit = DOCUMENT_LIMIT.matcher(String.valueOf(e.getOriginalMessage()));
            return limit.find()
                    ? failure(Fault.WINDOW, "answered with more than the " + limit.group(1)
                            + " bytes that one answer may have; raise that limit if the logger has so many devices")
                    : failure(Fault.SITE, "answered with JSON that no logger sends: nested too deep,"
                            + " or with a name, text or number too long");
        }
        if (thrown instanceof StreamReadException e && brokeOff(e)) {
            return failure(Fault.SITE, "the answer broke off after " + position(e.getLocation())
                    + "; that happens when the logger restarts or the connection is weak");
        }
        if (thrown instanceof StreamReadException e) {
            return failure(Fault.SITE, notJson(e));
        }
        if (thrown instanceof InvalidDefinitionException) {
            return Optional.empty();
        }
        if (thrown instanceof MismatchedInputException e) {
            return failure(Fault.SITE, String.valueOf(e.getOriginalMessage()).startsWith("No content")
                    ? NOTHING
                    : "answered with JSON of another shape than the Solar API has; check the site's url");
        }
        // HTTP 204 leaves Camel with no body at all to read from
        if (thrown instanceof NoTypeConversionAvailableException e && e.getValue() == null && e.getToType() == InputStream.class) {
            return failure(Fault.SITE, NOTHING);
        }
        if (thrown instanceof CharConversionException) {
            return failure(Fault.SITE, "answered with bytes that are no text");
        }
        if (thrown instanceof UnsupportedEncodingException || thrown instanceof IllegalCharsetNameException
                || thrown instanceof UnsupportedCharsetException) {
            return failure(Fault.SITE, "answered in an encoding of text that does not exist; check that the site's url is that of a Fronius"
                    + " logger");
        }
        return Optional.empty();
    }

    private static Optional<Failure> failure(Fault fault, String reason) {
        return Optional.of(new Failure(fault, reason));
    }

    /** Jackson has a class for it, but does not use it for an end between the entries of an object. */
    private static boolean brokeOff(StreamReadException broken) {
        return broken instanceof JsonEOFException || String.valueOf(broken.getOriginalMessage()).startsWith("Unexpected end-of-input");
    }

    private static String notJson(JsonProcessingException broken) {
        boolean fromTheStart = broken.getProcessor() instanceof JsonParser parser && parser.getParsingContext().inRoot();
        if (!fromTheStart) {
            return "answered with JSON that is damaged after " + position(broken.getLocation());
        }
        return String.valueOf(broken.getOriginalMessage()).contains("'<' (code 60)")
                ? "answered with HTML, not JSON: a login or error page, or no logger at this address; check the site's url"
                : "answered with something that is no JSON; check that the site's url is that of a Fronius logger";
    }

    private static String position(JsonLocation location) {
        if (location == null) {
            return "an unknown number of bytes";
        }
        return location.getByteOffset() >= 0 ? location.getByteOffset() + " bytes" : Math.max(0, location.getCharOffset()) + " characters";
    }
}
