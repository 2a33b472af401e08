package io.pvroute.solarapi;

import static io.pvroute.solarapi.Answers.withValues;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way through the values of an answer leads where Jackson alone leads, for every spelling, and takes no object for a sample. */
class AnswerParserTest {

    private static final ObjectMapper SHORT_WAY = new SolarApiMapper();
    private static final ObjectMapper JACKSON_ALONE = new ObjectMapper();

    @Test
    void anyEntriesAreReadAsJacksonAloneReadsThem() {
        Random random = new Random(11);
        for (int round = 0; round < 3000; round++) {
            String values = IntStream.range(0, random.nextInt(40)).mapToObj(i -> entry(random))
                    .collect(Collectors.joining(blank(random) + "," + blank(random), "{" + blank(random), blank(random) + "}"));
            sameAsJacksonAlone(withValues(values), random.nextInt(3) == 0 ? 1 + random.nextInt(7) : 9000);
        }
    }

    @Test
    void anEntryOnTheEdgeOfTheBufferIsReadAsAnyOther() {
        String values = IntStream.range(0, 3000).mapToObj(i -> "\"" + 300 * i + "\" : " + i + "." + 1000 * i)
                .collect(Collectors.joining(", ", "{", "}"));
        for (int shift = 0; shift < 40; shift++) {
            sameAsJacksonAlone(" ".repeat(shift) + withValues(values), 9000);
        }
    }

    @Test
    void whatIsDamagedIsRefusedWithTheWordsForIt() {
        Random random = new Random(12);
        String whole = withValues("{\"0\":1,\"300\":2.5,\"600\":-3.25,\"900\":4e2,\"1200\":null,\"1500\":5}");
        for (int length = 1; length < whole.length(); length++) {
            sameAsJacksonAlone(whole.substring(0, length), 9000);
        }
        for (int round = 0; round < 20_000; round++) {
            StringBuilder damaged = new StringBuilder(whole);
            for (int i = 0; i <= random.nextInt(2); i++) {
                int place = 1 + random.nextInt(whole.length() - 1);
                damaged.setCharAt(place, "\",:{}[]0123456789.-+eE \n\\xNI".charAt(random.nextInt(28)));
            }
            sameAsJacksonAlone(damaged.toString(), 9000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"0\":1,\"300\":2,}", "{\"0\":1,,\"300\":2}", "{\"0\":1 \"300\":2}", "{\"0\":1,\"300\":02}", "{\"0\":1,\"300\":-}",
        "{\"0\":1,\"300\":2.}", "{\"0\":1,\"300\":.5}", "{\"0\":1,\"300\":+2}", "{\"0\":1,\"300\":2x}",
        "{\"0\":1,\"300\" 2}", "{\"0\":1,300:2}"})
    void whatIsNoJsonIsNone(String values) {
        assertThat(read(SHORT_WAY, withValues(values), 9000)).startsWith("SITE answered with JSON that is damaged");
        sameAsJacksonAlone(withValues(values), 9000);
    }

    @Test
    void aNegativeKeyIsFoundWhereverItStands() {
        for (int before = 0; before < 5; before++) {
            String values = IntStream.range(0, before).mapToObj(i -> "\"" + i + "\":" + i + ",").collect(Collectors.joining());
            assertThat(read(SHORT_WAY, withValues("{" + values + "\"-300\":1,\"300\":2}"), 9000)).contains("CLOCK").contains("'-300'");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE"})
    void anAnswerMayBeInAnyEncodingOfUnicodeAndBeginWithAMarkOfIt(String encoding) throws IOException {
        String text = withValues("{\"0\":1,\"300\":2.5}");
        for (String mark : List.of("", "\uFEFF")) {
            byte[] bytes = ((encoding.equals("UTF-16") ? "" : mark) + text).getBytes(Charset.forName(encoding));
            ArchiveResponse answer = SHORT_WAY.readValue(new ByteArrayInputStream(bytes), ArchiveResponse.class);
            assertThat(answer.nodes().get(0).channels().get(0).value(1)).isEqualTo(2.5);
        }
    }

    @Test
    void aMapperThatWasCopiedReadsTheSame() throws IOException {
        byte[] text = withValues("{\"0\":1,\"300\":2.5}").getBytes(StandardCharsets.UTF_8);

        ArchiveResponse answer = new SolarApiMapper().copy().readValue(new ByteArrayInputStream(text), ArchiveResponse.class);

        assertThat(answer.nodes().get(0).channels().get(0).value(1)).isEqualTo(2.5);
    }

    @Test
    void noObjectIsMadeForASample() throws IOException {
        int samples = 100_000;
        String values = IntStream.range(0, samples).mapToObj(i -> "\"" + 7 * i + "\":" + i + ".123456789012")
                .collect(Collectors.joining(",", "{", "}"));
        byte[] answer = withValues(values).getBytes(StandardCharsets.UTF_8);
        SHORT_WAY.readValue(new ByteArrayInputStream(answer), ArchiveResponse.class);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        SHORT_WAY.readValue(new ByteArrayInputStream(answer), ArchiveResponse.class);

        // 12 bytes in arrays that are kept, and up to three times that in those that they have grown out of
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / samples).isLessThan(48);
    }

    private static void sameAsJacksonAlone(String answer, int atOnce) {
        String expected = read(JACKSON_ALONE, answer, atOnce);
        String actual = read(SHORT_WAY, answer, atOnce);
        if (!actual.equals(expected)) {
            assertThat(actual).as(answer).isEqualTo(expected);
        }
    }

    /** All that there is to tell of an answer, or why there is none. */
    private static String read(ObjectMapper mapper, String text, int atOnce) {
        InputStream in = new FilterInputStream(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return super.read(buffer, offset, Math.min(length, atOnce));
            }
        };
        try {
            ArchiveResponse answer = mapper.readValue(in, ArchiveResponse.class);
            StringBuilder told = new StringBuilder(answer.status() + " " + answer.unreadableCount() + answer.unreadable());
            for (Node node : answer.nodes()) {
                told.append('\n').append(node.name()).append(' ').append(node.start());
                for (Channel channel : node.channels()) {
                    told.append('\n').append(channel.name()).append(' ').append(channel.unit());
                    for (int i = 0; i < channel.numbers(); i++) {
                        told.append(' ').append(channel.key(i)).append('=').append(channel.value(i));
                    }
                    for (int i = 0; i < channel.objects(); i++) {
                        told.append(' ').append(channel.objectKey(i)).append('=').append(channel.object(i));
                    }
                }
            }
            return told.toString();
        } catch (IOException | RuntimeException e) {
            return Failure.of(e).map(failure -> failure.fault() + " " + failure.reason()).orElseThrow(() -> new AssertionError(text, e));
        }
    }

    private static String entry(Random random) {
        String key = switch (random.nextInt(12)) {
            case 0 -> "0" + random.nextInt(100);
            case 1 -> "" + random.nextLong(20_000_000_000L);
            case 2 -> "\\u0033" + random.nextInt(10);
            case 3 -> List.of("", "x", "1x", " 1", "1.5", "+1", "2147483647", "2147483648").get(random.nextInt(8));
            default -> "" + 300 * random.nextInt(5000);
        };
        String value = switch (random.nextInt(20)) {
            case 0 -> "null";
            case 1 -> "\"a text, \\\"quoted\\\"\"";
            case 2 -> "{\"a\":[1,{\"b\":null}]}";
            case 3 -> "[1,\"2\",{}]";
            case 4 -> "NaN";
            case 5 -> List.of("-0", "-0.0", "0", "0.0", "0.000", "-1", "1E5", "1e-7", "-2.5e+3", "1e400", "123456789012345678",
                    "1234567890123456789", "12345678901234567890", "0.12345678901234567", "0.123456789012345678", "9007199254740993",
                    "900719925474099.3").get(random.nextInt(17));
            case 6 -> "true";
            case 7 -> "" + random.nextInt();
            case 8 -> "" + random.nextLong();
            case 9 -> "0." + Math.abs(random.nextLong());
            default -> "" + (random.nextBoolean() ? random.nextGaussian() * 1000 : random.nextInt(100_000) / 100.0);
        };
        return "\"" + key + "\"" + blank(random) + ":" + blank(random) + value;
    }

    private static String blank(Random random) {
        return random.nextInt(4) > 0 ? "" : List.of(" ", "\n", "\r\n        ", "\t").get(random.nextInt(4));
    }
}
