package io.pvroute.solarapi;

import static io.pvroute.solarapi.Answers.columnsFor;
import static io.pvroute.solarapi.Answers.read;
import static io.pvroute.solarapi.Answers.recorded;
import static io.pvroute.solarapi.Answers.window;
import static io.pvroute.solarapi.Answers.withChannels;
import static io.pvroute.solarapi.Answers.withValues;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.pvroute.solarapi.Failure.Fault;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer that was cut or damaged on its way is a sentence, never a stack trace and never part of an answer. */
class DamagedAnswerTest {

    private static final List<Map<String, Object>> CHANNELS = columnsFor("EnergyReal_WAC_Sum_Produced", "Voltage_DC_String_1");

    private final ArchiveRows rows = new ArchiveRows();

    @ParameterizedTest
    @ValueSource(strings = {"detail-symo-dc-strings-2021-07-29", "dailysum-hybrid-2017-08-30"})
    void anAnswerCutAnywhereIsAFaultOfTheSite(String name) {
        byte[] answer = new String(recorded(name), StandardCharsets.UTF_8).strip().getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < answer.length; length++) {
            byte[] half = Arrays.copyOf(answer, length);

            assertThat(Failure.of(catchThrowable(() -> read(half)))).as("cut after %d bytes", length).hasValueSatisfying(failure -> {
                assertThat(failure.fault()).isEqualTo(Fault.SITE);
                assertThat(failure.reason()).containsAnyOf("broke off after ", "damaged after ", "nothing at all");
            });
        }
    }

    @Test
    void aLongAnswerCutAnywhereIsAFaultOfTheSite() {
        byte[] answer = recorded("push-full-day-2017-03-04");
        for (int length = 1; length < answer.length - 2; length += 997) {
            byte[] half = Arrays.copyOf(answer, length);

            assertThat(Failure.of(catchThrowable(() -> read(half)))).as("cut after %d bytes", length)
                    .get().extracting(Failure::fault).isEqualTo(Fault.SITE);
        }
    }

    @Test
    void anEventCutInTheMiddleIsAFaultOfTheSite() {
        String answer = withChannels("{\"InverterEvents\":{\"Values\":{\"0\":{\"text\":\"a\",\"list\":[1,2,{}]}}}}");
        for (int length = answer.indexOf("Values"); length < answer.length(); length++) {
            String half = answer.substring(0, length);

            assertThat(Failure.of(catchThrowable(() -> read(half)))).as("cut to %s", half)
                    .get().extracting(Failure::fault).isEqualTo(Fault.SITE);
        }
    }

    @Test
    void theSentenceTellsHowMuchCame() {
        byte[] half = Arrays.copyOf(recorded("push-full-day-2017-03-04"), 50_000);

        assertThat(Failure.of(catchThrowable(() -> read(half)))).get().extracting(Failure::reason).asString()
                .startsWith("the answer broke off after 50000 bytes");
    }

    @Test
    void htmlInTheMiddleIsDamageAndNotAnHtmlPage() {
        String answer = withValues("{\"0\":1,<html>");

        assertThat(Failure.of(catchThrowable(() -> read(answer)))).get().extracting(Failure::reason).asString()
                .matches("answered with JSON that is damaged after \\d+ bytes");
    }

    @Test
    void bytesThatAreNoUtf8AreAFaultOfTheSite() {
        byte[] answer = withChannels("{\"\u00e4\u00e4\":{}}").getBytes(StandardCharsets.ISO_8859_1);

        assertThat(Failure.of(catchThrowable(() -> read(answer)))).get().extracting(Failure::fault).isEqualTo(Fault.SITE);
    }

    @Test
    void anyDamageGivesRowsOrASentence() {
        byte[][] recorded = {recorded("detail-symo-dc-strings-2021-07-29"), recorded("push-full-day-2017-03-04"),
            withChannels("{\"InverterEvents\":{\"Values\":{\"0\":{\"text\":\"a\\u00e4\",\"list\":[1,2e3,{}]}}}}")
                    .getBytes(StandardCharsets.UTF_8)};
        Random random = new Random(42);
        int sentences = 0;
        for (int round = 0; round < 3000; round++) {
            int which = round % 3 == 1 && round % 9 != 1 ? 0 : round % 3;
            String claimedAt = List.of("2021-08-05T13:38:58Z", "2017-03-04T22:50:23Z", "2020-02-01T00:00:00Z").get(which);
            byte[] answer = recorded[which].clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                answer[random.nextInt(answer.length)] ^= (byte) (1 << random.nextInt(8));
            }
            byte[] damaged = random.nextInt(4) == 0 ? Arrays.copyOf(answer, random.nextInt(answer.length)) : answer;

            Throwable thrown = catchThrowable(() -> use(damaged, claimedAt));

            if (thrown != null) {
                sentences++;
                assertThat(Failure.of(thrown)).as("round %d: %s", round, thrown).hasValueSatisfying(failure ->
                        assertThat(failure.reason()).hasSizeBetween(10, 300).matches("[^\\p{Cntrl}]*"));
            }
        }
        assertThat(sentences).isBetween(1000, 2999);
    }

    private void use(byte[] answer, String claimedAt) throws Exception {
        ArchiveBatch batch = rows.rows(read(answer), window("2017-03-03T23:00:00Z", "2021-08-01T00:00:00Z", claimedAt), CHANNELS);
        batch.samples().forEach(row -> assertThat(row).hasSize(batch.columns().size()));
        batch.events().forEach(row -> assertThat(row).hasSize(batch.eventColumns().size()));
    }
}
