package io.pvroute.solarapi;

import static io.pvroute.solarapi.Answers.columnsFor;
import static io.pvroute.solarapi.Answers.newYear2020;
import static io.pvroute.solarapi.Answers.power;
import static io.pvroute.solarapi.Answers.read;
import static io.pvroute.solarapi.Answers.withChannels;
import static io.pvroute.solarapi.Answers.withValues;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log names what is not kept, once, and what an operator can do about it. */
class ArchiveRowsLogTest {

    private final Logger logger = (Logger) LogManager.getLogger(ArchiveRows.class);
    private final Level levelBefore = logger.getLevel();
    private final Lines lines = new Lines();
    private final ArchiveRows rows = new ArchiveRows();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.removeAppender(lines);
        logger.setLevel(levelBefore);
        logger.setAdditive(true);
        lines.stop();
    }

    @Test
    void aChannelWithoutAColumnIsNamedOnceForItsSiteWithTheStatementThatAddsOne() throws IOException {
        String answer = withChannels("{\"Temperature_Powerstage\":{\"Unit\":\"deg C\",\"Values\":{\"0\":20,\"300\":21}}}");
        Map<String, Object> barn = newYear2020();
        barn.put("site", "barn");

        rows.rows(read(answer), newYear2020(), power());
        rows.rows(read(answer), newYear2020(), power());
        rows.rows(read(answer), barn, power());

        String rest = ": channel Temperature_Powerstage came without a column in pv_archive; 2 samples not kept. Add one:"
                + " ALTER TABLE pv_archive ADD COLUMN temperature_powerstage double precision;"
                + " COMMENT ON COLUMN pv_archive.temperature_powerstage IS 'Temperature_Powerstage · deg C';";
        assertThat(lines.texts).containsExactly("INFO home" + rest, "INFO barn" + rest);
    }

    @Test
    void theStatementIsSafeWhateverTheChannelIsCalled() throws IOException {
        String answer = withChannels("{\"9'; DROP TABLE x; --\\n\\u2028" + "long".repeat(30) + "\":{\"Values\":{\"0\":20}}}");

        rows.rows(read(answer), newYear2020(), power());

        assertThat(lines.texts).singleElement().asString().doesNotContain("\n", "\u2028")
                .containsPattern("ADD COLUMN [a-z_][a-z0-9_]{0,62} double precision;")
                .containsPattern("IS '9''; DROP TABLE x; -- (long){30}';$");
    }

    @Test
    void aLoggerThatMakesUpNamesFillsNeitherMemoryNorLog() throws IOException {
        StringBuilder channels = new StringBuilder("\"first\":{}");
        for (int i = 0; i < 1500; i++) {
            channels.append(",\"Made_Up_").append(i).append("\":{\"Values\":{\"0\":1}}");
        }

        rows.rows(read(withChannels("{" + channels + "}")), newYear2020(), power());

        assertThat(lines.texts).hasSize(1000);
    }

    @Test
    void refusedSamplesAreOneLineForAnAnswer() throws IOException {
        rows.rows(read(withValues("{\"0\":\"a\\nb\",\"300\":\"c\",\"600\":1}")), newYear2020(), power());

        assertThat(lines.texts).containsExactly("WARN home: 2 samples refused, the others are kept; the first:"
                + " inverter/1 PowerReal_PAC_Sum at key 0 (a b) is no number."
                + " More of that kind are not told here, but kept in pv_rejected");
    }

    @Test
    void whatIsRefusedAgainAndAgainIsToldOnceForItsSiteChannelAndReason() throws IOException {
        Map<String, Object> barn = newYear2020();
        barn.put("site", "barn");
        String text = "{\"A\":{\"Values\":{\"0\":\"x\",\"300\":1}}";

        for (int period = 0; period < 3; period++) {
            rows.rows(read(withChannels(text + "}")), newYear2020(), columnsFor("A", "B"));
        }
        assertThat(lines.texts).hasSize(1);
        rows.rows(read(withChannels(text + "}")), barn, columnsFor("A", "B"));
        assertThat(lines.texts).hasSize(2).last().asString().startsWith("WARN barn: 1 samples refused");
        rows.rows(read(withChannels(text + ",\"B\":{\"Values\":{\"600\":true}}}")), newYear2020(), columnsFor("A", "B"));
        assertThat(lines.texts).hasSize(3).last().asString().startsWith("WARN home: 2 samples refused").contains(" B at key 600 (true)");
        rows.rows(read(withChannels("{\"A\":{\"Values\":{\"0\":NaN,\"300\":1}}}")), newYear2020(), columnsFor("A", "B"));
        assertThat(lines.texts).hasSize(4).last().asString().contains("is no finite number");
    }

    @Test
    void aLoggerThatMakesUpWhatIsRefusedFillsNeitherMemoryNorLog() throws IOException {
        for (int answer = 0; answer < 1500; answer++) {
            rows.rows(read(withChannels("{\"Made_Up_" + answer + "\":{\"Values\":{\"0\":\"x\"}}}")), newYear2020(), power());
        }

        assertThat(lines.texts).hasSize(1000);
    }

    @Test
    void anAnswerWithNothingToReportIsNotLogged() throws IOException {
        rows.rows(read(withValues("{\"0\":1,\"99999\":1}")), newYear2020(), power());

        assertThat(lines.texts).isEmpty();
    }

    private static final class Lines extends AbstractAppender {

        private final List<String> texts = new CopyOnWriteArrayList<>();

        Lines() {
            super("lines", null, null, true, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            texts.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
        }
    }
}
