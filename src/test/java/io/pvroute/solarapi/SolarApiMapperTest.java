package io.pvroute.solarapi;

import static io.pvroute.solarapi.Answers.withValues;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The mapper refuses what no logger sends, and keeps numbers as they are. */
class SolarApiMapperTest {

    @ParameterizedTest
    @CsvSource({"67108864,67108864", "64MiB,67108864", "64 MiB,67108864", "64 MB,64000000", "64mb,64000000", "100 kb,100000",
        "1KiB,1024", "2 GiB,2147483648", "1 B,1", "' 5 GB ',5000000000"})
    void theLimitIsGivenInBytesOrWithAUnit(String text, long bytes) {
        assertThat(constraints(new SolarApiMapper(text)).getMaxDocumentLength()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "MiB", "64 apples", "-1", "0", "1.5 MiB", "64 MiB of text", "99999999999999999 GiB"})
    void aLimitThatIsNoneIsRefusedWithWhatIsExpected(String text) {
        assertThatThrownBy(() -> new SolarApiMapper(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'").hasMessageContaining("expected").hasMessageContaining("64MiB");
    }

    @Test
    void theLimitIs64MiBWhereNoneIsGiven() {
        assertThat(constraints(new SolarApiMapper()).getMaxDocumentLength()).isEqualTo(64L * 1024 * 1024);
    }

    @Test
    void anAnswerAboveTheLimitIsRefusedAndOneBelowItIsRead() throws IOException {
        byte[] answer = padded(100_000);

        assertThat(read(new SolarApiMapper("110 KB"), answer).nodes()).hasSize(1);
        Throwable thrown = catchThrowable(() -> read(new SolarApiMapper("50000"), answer));

        assertThat(Failure.of(thrown)).hasValueSatisfying(failure -> {
            assertThat(failure.fault()).isEqualTo(Failure.Fault.WINDOW);
            assertThat(failure.reason()).contains("more than the 50000 bytes");
        });
    }

    @Test
    void aCopyHasTheSameLimits() {
        SolarApiMapper copy = new SolarApiMapper("50000").copy();

        Throwable thrown = catchThrowable(() -> read(copy, padded(100_000)));

        assertThat(Failure.of(thrown)).hasValueSatisfying(failure -> assertThat(failure.reason()).contains("50000 bytes"));
        assertThat(constraints(copy).getMaxNestingDepth()).isEqualTo(constraints(new SolarApiMapper()).getMaxNestingDepth());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void endlessNestingIsRefused(String opening) {
        String answer = "{\"Head\":" + opening.repeat(100_000);

        assertThat(Failure.of(catchThrowable(() -> Answers.read(answer)))).hasValueSatisfying(failure -> {
            assertThat(failure.fault()).isEqualTo(Failure.Fault.SITE);
            assertThat(failure.reason()).contains("nested too deep");
        });
    }

    @Test
    void aNumberOrNameWithoutEndIsRefused() {
        String number = withValues("{\"0\":" + "1".repeat(1_000_000) + "}");
        String name = withValues("{\"" + "1".repeat(1_000_000) + "\":1}");

        assertThat(Failure.of(catchThrowable(() -> Answers.read(number)))).get().extracting(Failure::fault).isEqualTo(Failure.Fault.SITE);
        assertThat(Failure.of(catchThrowable(() -> Answers.read(name)))).get().extracting(Failure::fault).isEqualTo(Failure.Fault.SITE);
    }

    @Test
    void numbersAreRoundedExactlyAsJavaRoundsThem() throws IOException {
        Random random = new Random(20170304);
        for (int round = 0; round < 40; round++) {
            StringBuilder values = new StringBuilder("{");
            String[] texts = new String[1000];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = number(random, i);
                values.append(i == 0 ? "" : ",").append('"').append(i).append("\":").append(texts[i]);
            }
            Channel channel = Answers.read(withValues(values + "}")).nodes().get(0).channels().get(0);

            assertThat(channel.numbers()).isEqualTo(texts.length);
            for (int i = 0; i < texts.length; i++) {
                assertThat(channel.value(i)).as(texts[i]).isEqualTo(Double.parseDouble(texts[i]));
            }
        }
    }

    private static String number(Random random, int i) {
        return switch (i % 5) {
            case 0 -> String.format(Locale.ROOT, "%.17g", random.nextDouble() * Math.pow(10, random.nextInt(12) - 4));
            case 1 -> Double.toString(Double.longBitsToDouble(random.nextLong() & 0x7FDFFFFFFFFFFFFFL));
            case 2 -> Long.toString(random.nextLong());
            case 3 -> random.nextInt(1000) + "." + Math.abs(random.nextLong()) + Math.abs(random.nextLong());
            // half way between two doubles, with a digit far behind that decides
            default -> new BigDecimal(1 + random.nextInt(1 << 20)).add(new BigDecimal("1.1102230246251565404236316680908203125E-16"))
                    .toPlainString() + "0000" + random.nextInt(2);
        };
    }

    @Test
    void camelMakesItFromYamlWithItsLimit() throws Exception {
        String yaml = """
                - beans:
                    - name: solarApi
                      type: io.pvroute.solarapi.SolarApiMapper
                      constructors:
                        "0": "48 MB"
                    - name: solarApiWithDefaults
                      type: io.pvroute.solarapi.SolarApiMapper
                """;
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("beans.yaml", yaml));
            camel.start();

            Map<String, SolarApiMapper> mappers = camel.getRegistry().findByTypeWithName(SolarApiMapper.class);

            assertThat(constraints(mappers.get("solarApi")).getMaxDocumentLength()).isEqualTo(48_000_000);
            assertThat(constraints(mappers.get("solarApiWithDefaults")).getMaxDocumentLength()).isEqualTo(64L * 1024 * 1024);
        }
    }

    private static StreamReadConstraints constraints(SolarApiMapper mapper) {
        return mapper.getFactory().streamReadConstraints();
    }

    private static ArchiveResponse read(SolarApiMapper mapper, byte[] answer) throws IOException {
        return mapper.readValue(new ByteArrayInputStream(answer), ArchiveResponse.class);
    }

    private static byte[] padded(int size) {
        return withValues("{\"0\":1}" + " ".repeat(size)).getBytes(StandardCharsets.UTF_8);
    }
}
