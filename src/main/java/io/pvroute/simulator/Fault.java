package io.pvroute.simulator;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What a {@link FaultyLogger} does wrong with one archive request. By its name a person asks for it on a command line. */
public enum Fault {

    REFUSED("refused", "answers, and then refuses connections for three seconds"),
    SILENT("silent", "takes the request and never answers"),
    SLOW("slow", "sends the body a byte a second"),
    RESET("reset", "resets the connection in the middle of the body"),
    CUT("cut", "closes the connection in the middle of the body"),
    HTTP_500("http-500", "answers HTTP 500"),
    HTTP_503("http-503", "answers HTTP 503"),
    HTTP_404("http-404", "answers HTTP 404 to archive requests alone, as a logger that knows today only"),
    SOLAR_API_OFF("solar-api-off", "answers HTTP 404 to everything, as a logger whose Solar API is switched off"),
    HTTP_301("http-301", "answers HTTP 301 to another address"),
    HTML("html", "answers with a login page and HTTP 200"),
    EMPTY_BODY("empty-body", "answers with nothing and HTTP 200"),
    HALF_JSON("half-json", "answers with the first half of the JSON, and HTTP knows nothing of it"),
    EMPTY_ANSWER("empty-answer", "answers with Code 0 and without a node"),
    CODE_1("code-1", "answers with Code 1, not implemented"),
    CODE_5("code-5", "answers with Code 5, timeout"),
    CODE_6("code-6", "answers with Code 6, argument error"),
    CODE_7("code-7", "answers with Code 7, request error"),
    CODE_8("code-8", "answers with Code 8, request timeout"),
    CODE_9("code-9", "answers with Code 9, parse error"),
    CODE_11("code-11", "answers with Code 11, not supported"),
    CODE_12("code-12", "answers with Code 12, device not available"),
    CODE_255("code-255", "answers with Code 255, unknown error"),
    START_OUTSIDE("start-outside", "tells a Start of its first node that lies 17 days too early"),
    ALL_OUTSIDE("all-outside", "tells the Start of each node 17 days too early"),
    NEGATIVE_KEYS("negative-keys", "tells every key a day too early, so that the first are negative"),
    YEAR_2000("year-2000", "tells times of the year 2000, as after a power cut"),
    CLOCK_OFF("clock-off", "says that it answers in two days from now"),
    DOUBLED_CHANNEL("doubled-channel", "tells a channel of its first node twice, at first with half of its samples"),
    MISSING_CHANNEL("missing-channel", "leaves a channel of its first node out"),
    BAD_SAMPLES("bad-samples", "adds samples that cannot be: one without a number, one in the future"),
    LATE("late", "holds the samples of the newest two hours back; a later answer has them"),
    CORRECTED("corrected", "tells values of the newest six hours otherwise; a later answer corrects them"),
    HUGE("huge", "pads its answer to 70 MB of JSON"),
    DEEP("deep", "puts 100,000 nested brackets into its answer");

    private final String title;
    private final String description;

    Fault(String title, String description) {
        this.title = title;
        this.description = description;
    }

    /**
     * The fault of this name.
     *
     * @param title {@code http-500}
     * @throws IllegalArgumentException where there is none, with all that there are
     */
    public static Fault of(String title) {
        return Arrays.stream(values()).filter(fault -> fault.title.equals(title)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no fault '" + title + "'; expected one of "
                        + Arrays.stream(values()).map(Fault::toString).collect(Collectors.joining(", "))));
    }

    /** What a logger with it does, in words that follow "it". */
    public String description() {
        return description;
    }

    /** The status code that it answers with; -1 for a fault of another kind. */
    int statusCode() {
        return title.startsWith("code-") ? Integer.parseInt(title.substring("code-".length())) : -1;
    }

    /** As a person writes it: {@code http-500}. */
    @Override
    public String toString() {
        return title;
    }
}
