package io.pvroute.solarapi;

import io.pvroute.solarapi.ArchiveResponse.Status;
import io.pvroute.solarapi.Failure.Fault;

/** The status codes of the Solar API V1 (operating instructions 42,0410,2012). All of them come with HTTP 200. */
enum StatusCode {

    OKAY(0, "okay", false),
    NOT_IMPLEMENTED(1, "not implemented", false),
    UNINITIALIZED(2, "uninitialized", true),
    INITIALIZED(3, "initialized", true),
    RUNNING(4, "running", true),
    TIMEOUT(5, "timeout", true),
    ARGUMENT_ERROR(6, "argument error", false),
    REQUEST_ERROR(7, "LN request error", true),
    REQUEST_TIMEOUT(8, "LN request timeout", true),
    PARSE_ERROR(9, "LN parse error", true),
    CONFIG_IO_ERROR(10, "config IO error", true),
    NOT_SUPPORTED(11, "not supported", false),
    DEVICE_NOT_AVAILABLE(12, "device not available", true),
    UNKNOWN(255, "unknown error", true);

    private static final String TOO_LONG = "the logger gives no more than 16 days at once, so asking for the same window again does not"
            + " help; undo what made the windows longer";

    private final int code;
    private final String meaning;
    private final boolean heals;

    StatusCode(int code, String meaning, boolean heals) {
        this.code = code;
        this.meaning = meaning;
        this.heals = heals;
    }

    /** What the code means; a code that the instructions do not name counts as unknown. */
    static StatusCode of(int code) {
        for (StatusCode known : values()) {
            if (known.code == code) {
                return known;
            }
        }
        return UNKNOWN;
    }

    /** Whether the logger answers that it does not have the request at all. */
    static boolean isUnsupported(Status status) {
        StatusCode meaning = of(status.code());
        return meaning == NOT_IMPLEMENTED || meaning == NOT_SUPPORTED;
    }

    /** Why an answer with this status, other than okay, has no samples, and whether another try is worth it. */
    static Failure failure(Status status) {
        StatusCode meaning = of(status.code());
        // 255 is both the general error and this one, which only its words tell apart
        boolean tooLong = words(status).contains("restricted to 16 days");
        return new Failure(Fault.WINDOW, meaning.said(status) + (tooLong ? TOO_LONG : meaning.advice()), meaning.heals && !tooLong);
    }

    /** As above, of a request for anything but the archive. */
    static Failure failureOfRequest(Status status) {
        StatusCode meaning = of(status.code());
        return new Failure(Fault.WINDOW, meaning.said(status) + meaning.adviceOfRequest(), meaning.heals);
    }

    private String said(Status status) {
        String words = words(status);
        return "answered status " + status.code() + " (" + meaning + ")" + (words.isBlank() ? "" : ", " + quoted(words)) + ": ";
    }

    private static String words(Status status) {
        return status.reason().isBlank() ? status.userMessage() : status.reason();
    }

    private String adviceOfRequest() {
        return switch (this) {
            case DEVICE_NOT_AVAILABLE -> "the device is off, asleep or not there; worth another try";
            case ARGUMENT_ERROR -> "another try does not help; this logger or its firmware may not know the device or what is asked of it";
            case NOT_IMPLEMENTED, NOT_SUPPORTED -> "another try does not help; this logger or its firmware does not have this request:"
                    + " update the firmware, or leave the request out";
            default -> heals ? "worth another try" : "another try does not help";
        };
    }

    private String advice() {
        if (heals) {
            return "worth another try";
        }
        return switch (this) {
            case ARGUMENT_ERROR -> "another try does not help; one of the channels may be unknown to this logger:"
                    + " leave out those that were added last";
            case NOT_IMPLEMENTED, NOT_SUPPORTED -> "another try does not help; this logger or its firmware has no such archive:"
                    + " update the firmware, or disable the site";
            default -> "another try does not help";
        };
    }

    private static String quoted(String words) {
        String line = words.strip();
        return "'" + (line.length() <= 100 ? line : line.substring(0, 100) + "…") + "'";
    }
}
