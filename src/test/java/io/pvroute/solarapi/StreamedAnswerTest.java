package io.pvroute.solarapi;

import static io.pvroute.solarapi.Answers.columnsFor;
import static io.pvroute.solarapi.Answers.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an answer costs is its samples, and not its text. */
class StreamedAnswerTest {

    private static final long MIB = 1024 * 1024;
    private static final String OPENING = "{\"filler\":";
    private static final String ANSWER = Answers.withValues("{\"300\":5}").substring(1);

    /** What a thread takes from the heap in all, collected again or not: no collector and no other thread blurs it. */
    private static long allocatedBy(IoStep step) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        step.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private interface IoStep {
        void run() throws IOException;
    }

    @ParameterizedTest
    @ValueSource(strings = {"numbers", "one text", "unknown fields", "blanks"})
    void sixtyMiBOfFillerLeaveOnlyTheSamples(String filler) throws IOException {
        SolarApiMapper mapper = new SolarApiMapper();
        InputStream text = switch (filler) {
            case "numbers" -> filled(OPENING + "[0", i -> ",12345.678", "]," + ANSWER);
            case "one text" -> filled(OPENING + "\"", i -> "all of this is one text without an end; ", "\"," + ANSWER);
            case "unknown fields" -> filled(OPENING + "{\"a\":0", i -> ",\"unknown\":{\"x\":null}", "}," + ANSWER);
            default -> filled("{", i -> "        \n", ANSWER);
        };
        ArchiveResponse[] answer = new ArchiveResponse[1];

        long allocated = allocatedBy(() -> answer[0] = mapper.readValue(text, ArchiveResponse.class));

        assertThat(values(new ArchiveRows().rows(answer[0], Answers.newYear2020(), Answers.power())))
                .isEqualTo(Map.of("inverter/1|2020-01-01T00:05:00Z|powerreal_pac_sum", 5.0));
        assertThat(allocated).isLessThan(MIB);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown fields", "nodes", "channels", "nulls", "texts"})
    void whatHasNoValueIsForgottenAgain(String filler) throws IOException {
        SolarApiMapper mapper = new SolarApiMapper();
        String node = "{\"Body\":{\"Data\":{\"inverter/1\":{\"Start\":\"2020-01-01T00:00:00Z\",\"Data\":{\"A\":";
        LongFunction<String> piece = switch (filler) {
            case "unknown fields", "nodes" -> i -> ",\"a name " + i + "\":{\"x\":null}";
            case "channels" -> i -> ",\"a name " + i + "\":{\"Values\":{}}";
            case "nulls" -> i -> ",\"" + i + "\":null";
            default -> i -> ",\"" + i + "\":\"a text\"";
        };
        String opening = switch (filler) {
            case "unknown fields" -> OPENING + "{\"a\":0";
            case "nodes" -> "{\"Body\":{\"Data\":{\"a\":0";
            case "channels" -> node + "{}";
            default -> node + "{\"Values\":{\"0\":null";
        };
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        long before = runtime.totalMemory() - runtime.freeMemory();
        long[] heldInTheMiddle = new long[1];
        InputStream text = filled(opening, i -> {
            if (i == 400_000) {
                System.gc();
                heldInTheMiddle[0] = runtime.totalMemory() - runtime.freeMemory() - before;
            }
            return piece.apply(i);
        }, " ", 16 * MIB);

        Throwable brokeOff = catchThrowable(() -> mapper.readValue(text, ArchiveResponse.class));

        assertThat(Failure.of(brokeOff)).get().extracting(Failure::reason).asString().contains("broke off");
        assertThat(heldInTheMiddle[0]).isNotZero().isLessThan(24 * MIB);
    }

    @Test
    void moreThan64MiBAreRefusedAndNotReadToTheirEnd() {
        SolarApiMapper mapper = new SolarApiMapper();
        long[] read = new long[1];
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                assertThat(++read[0]).as("bytes read").isLessThan(128 * MIB);
                return ' ';
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                Arrays.fill(buffer, offset, offset + length, (byte) ' ');
                read[0] += length - 1;
                read();
                return length;
            }
        };

        Throwable thrown = catchThrowable(() -> mapper.readValue(endless, ArchiveResponse.class));

        assertThat(Failure.of(thrown)).get().extracting(Failure::reason).asString().contains("more than the 67108864 bytes");
        assertThat(read[0]).isBetween(64 * MIB, 64 * MIB + 16_384);
    }

    @Test
    void aFullWindowOfTwoDevicesTakesNoObjectForASampleUntilItIsARow() throws IOException {
        String[] channels = new String[17];
        Arrays.setAll(channels, i -> "Channel_" + i);
        ArchiveResponse answer = new SolarApiMapper().readValue(new ByteArrayInputStream(fullWindow(channels)), ArchiveResponse.class);
        ArchiveRows rows = new ArchiveRows();
        Map<String, Object> window = Answers.window("2020-01-01T00:00:00Z", "2020-01-17T00:00:00Z");
        List<Map<String, Object>> columns = columnsFor(channels);
        rows.rows(answer, window, columns);
        ArchiveBatch[] batch = new ArchiveBatch[1];

        long allocated = allocatedBy(() -> batch[0] = rows.rows(answer, window, columns));

        assertThat(batch[0].sampleRows()).isEqualTo(2 * 4608);
        // 24 bytes a sample in arrays that are kept and 20 in arrays that order them; an object for each would be 16 more
        assertThat(allocated / (2 * 17 * 4608)).isLessThan(56);
    }

    private static byte[] fullWindow(String[] channels) {
        StringBuilder text = new StringBuilder();
        for (String device : List.of("inverter/1", "meter:1")) {
            text.append(text.isEmpty() ? "" : ",").append("\"" + device + "\":{\"Start\":\"2020-01-01T00:00:00Z\",\"Data\":{");
            for (String channel : channels) {
                text.append(channel.equals(channels[0]) ? "" : ",").append("\"" + channel + "\":{\"Values\":{");
                Iterator<String> keys = IntStream.range(0, 4608).mapToObj(i -> String.valueOf(300 * i)).sorted().iterator();
                while (keys.hasNext()) {
                    text.append("\"" + keys.next() + "\":1.5").append(keys.hasNext() ? "," : "}}");
                }
            }
            text.append("}}");
        }
        return Answers.withNodes("{" + text + "}").getBytes(StandardCharsets.UTF_8);
    }

    private static InputStream filled(String opening, LongFunction<String> piece, String closing) {
        return filled(opening, piece, closing, 60 * MIB);
    }

    /** Pieces of that size in all between two texts. Where a piece is always the same, nothing is allocated while it is read. */
    private static InputStream filled(String opening, LongFunction<String> piece, String closing, long size) {
        byte[] first = opening.getBytes(StandardCharsets.UTF_8);
        byte[] last = closing.getBytes(StandardCharsets.UTF_8);
        byte[] always = piece.apply(0).equals(piece.apply(1)) ? piece.apply(0).getBytes(StandardCharsets.UTF_8) : null;
        return new InputStream() {
            private byte[] current = first;
            private int position;
            private long pieces;
            private long length;

            @Override
            public int read() {
                if (position == current.length) {
                    if (current == last) {
                        return -1;
                    }
                    current = length > size ? last : always != null ? always : piece.apply(pieces++).getBytes(StandardCharsets.UTF_8);
                    position = 0;
                }
                length++;
                return current[position++];
            }
        };
    }
}
