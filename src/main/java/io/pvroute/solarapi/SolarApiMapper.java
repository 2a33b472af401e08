package io.pvroute.solarapi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what a logger answers, and refuses what no logger would: an answer larger than a limit, nested without end, or with names and
 * numbers of absurd length. To be named as {@code objectMapper} of Camel's Jackson data format.
 *
 * <p>The limit is enforced while reading, so it bounds memory only where the answer is not collected beforehand: the HTTP endpoint needs
 * {@code disableStreamCache=true} and the route {@code streamCache: "false"}.
 */
public final class SolarApiMapper extends ObjectMapper {

    /** The largest answer where none is given: 64 MiB. Sixteen days of twenty devices are below 32 MiB. */
    public static final String DEFAULT_LARGEST_ANSWER = "64MiB";

    /** Answers nest seven deep, or a few more inside the objects of events. */
    private static final int DEEPEST = 50;
    private static final int LONGEST_STRING = 64 * 1024;
    private static final int LONGEST_NUMBER = 100;
    /** Names are kept while an answer is read (at most 65,536 of them), so their length bounds the memory for it. */
    private static final int LONGEST_NAME = 256;

    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})\\s*([a-z]*)");
    private static final Map<String, Long> UNITS = Map.of("", 1L, "b", 1L,
            "kb", 1000L, "mb", 1000_000L, "gb", 1000_000_000L, "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30);

    public SolarApiMapper() {
        this(DEFAULT_LARGEST_ANSWER);
    }

    /**
     * @param largestAnswer the largest answer that is read, as bytes or with KB, KiB, MB, MiB, GB or GiB: {@code 64MiB}, {@code 64 MB},
     *                      {@code 67108864}. What the HTTP client unpacks counts with its unpacked size.
     * @throws IllegalArgumentException if it is no such text, or not more than 0 bytes
     */
    public SolarApiMapper(String largestAnswer) {
        super(factory(bytes(largestAnswer)));
    }

    private SolarApiMapper(SolarApiMapper source) {
        super(source);
    }

    /** A mapper with the same limits. */
    @Override
    public SolarApiMapper copy() {
        return new SolarApiMapper(this);
    }

    private static JsonFactory factory(long largestAnswer) {
        return new AnswerParserFactory((JsonFactoryBuilder) new JsonFactoryBuilder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxDocumentLength(largestAnswer)
                        .maxNestingDepth(DEEPEST)
                        .maxStringLength(LONGEST_STRING)
                        .maxNumberLength(LONGEST_NUMBER)
                        .maxNameLength(LONGEST_NAME)
                        .build())
                .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                // NaN is no JSON, but it costs one value, not the answer
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                // thousands of keys a channel: none is worth a place in the JVM's table of strings for good,
                // and that many of them look like an attack on the table of names, which is bounded anyway
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW));
    }

    private static long bytes(String text) {
        Matcher size = SIZE.matcher(text == null ? "" : text.strip().toLowerCase(Locale.ROOT));
        Long unit = size.matches() ? UNITS.get(size.group(2)) : null;
        if (unit != null) {
            long number = Long.parseLong(size.group(1));
            if (number > 0 && number <= Long.MAX_VALUE / unit) {
                return number * unit;
            }
        }
        throw new IllegalArgumentException("the largest answer is given as '" + text + "', but expected is a number of bytes above 0,"
                + " or one with KB, KiB, MB, MiB, GB or GiB after it, such as " + DEFAULT_LARGEST_ANSWER);
    }
}
