package io.pvroute.solarapi;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.time.OffsetDateTime;
import java.util.List;

/**
 * The answer to {@code GetArchiveData}, or a push file of the same shape (Fronius Solar API V1, operating instructions 42,0410,2012),
 * as the logger gave it and not yet judged: {@link ArchiveRows} does that.
 *
 * <p>It never holds a negative key: an answer with one cannot be trusted and is refused while it is read.
 */
@JsonDeserialize(using = ArchiveResponseDeserializer.class)
public final class ArchiveResponse {

    /**
     * What the logger says of the request.
     *
     * @param code        0 is okay, see {@link StatusCode}
     * @param reason      in the logger's words; may be empty
     * @param userMessage in the logger's words; may be empty
     */
    public record Status(int code, String reason, String userMessage) {
    }

    private final Status status;
    private final OffsetDateTime timestamp;
    private final List<Node> nodes;
    private final List<RejectedSample> unreadable;
    private final int unreadableCount;

    ArchiveResponse(Status status, OffsetDateTime timestamp, List<Node> nodes, Rejections unreadable) {
        this.status = status;
        this.timestamp = timestamp;
        this.nodes = List.copyOf(nodes);
        this.unreadable = unreadable.first();
        this.unreadableCount = unreadable.count();
    }

    public Status status() {
        return status;
    }

    /** When the logger answered, by its own clock; null where it does not say or not in a way that can be read. */
    public OffsetDateTime timestamp() {
        return timestamp;
    }

    /** The nodes that have values, in the order of the answer. A name may come twice. */
    public List<Node> nodes() {
        return nodes;
    }

    /** The first hundred of the samples whose key or value is no number. */
    public List<RejectedSample> unreadable() {
        return unreadable;
    }

    /** How many samples have a key or a value that is no number. */
    public int unreadableCount() {
        return unreadableCount;
    }

    @Override
    public String toString() {
        return "archive answer with status " + status.code() + " and " + nodes.size() + " nodes";
    }
}
