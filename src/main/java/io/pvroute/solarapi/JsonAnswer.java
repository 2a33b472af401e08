package io.pvroute.solarapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.pvroute.solarapi.ArchiveResponse.Status;
import io.pvroute.solarapi.Failure.Fault;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/**
 * An answer of the Solar API that is small enough to be read as a whole: all but those of the archive (operating instructions
 * 42,0410,2012).
 */
record JsonAnswer(JsonNode head, JsonNode body, Status status) {

    /** @throws SolarApiException if it is none */
    static JsonAnswer of(JsonNode answer) {
        JsonNode head = answer == null ? JsonNodeFactory.instance.missingNode() : answer.path("Head");
        Long code = WholeNumber.of(head.path("Status").path("Code").asText());
        if (code == null || code < Integer.MIN_VALUE || code > Integer.MAX_VALUE) {
            throw none("Head.Status is missing");
        }
        JsonNode body = answer.path("Body");
        Status status = new Status(code.intValue(), head.at("/Status/Reason").asText(), head.at("/Status/UserMessage").asText());
        if (status.code() == 0 && !body.isObject()) {
            throw none("Body is no object");
        }
        return new JsonAnswer(head, body, status);
    }

    /** @throws SolarApiException if the logger answered with a status other than 0 */
    JsonAnswer okay() {
        if (status.code() != 0) {
            throw new SolarApiException(StatusCode.failureOfRequest(status));
        }
        return this;
    }

    /**
     * What was asked for; an empty object where the answer has none.
     *
     * @throws SolarApiException if it is no object
     */
    JsonNode data() {
        JsonNode data = body.path("Data");
        if (data.isMissingNode() || data.isNull()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (!data.isObject()) {
            throw none("Body.Data is no object");
        }
        return data;
    }

    /** When the logger answered, by its clock, to the microsecond; null where it does not tell. */
    Instant stamp() {
        try {
            return OffsetDateTime.parse(head.path("Timestamp").asText()).truncatedTo(ChronoUnit.MICROS).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** An argument of the request as the logger repeats it; null where it does not. */
    String argument(String name) {
        return PlainValue.text(head.path("RequestArguments").path(name));
    }

    private static SolarApiException none(String what) {
        return new SolarApiException(Fault.SITE, "answered JSON, but no answer of the Solar API: " + what
                + "; check that the address is that of a Fronius logger");
    }
}
