package io.pvroute.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

/** store-rejected.sql: what was refused can be read, takes little room, and is gone when it is not refused any more. */
class BookOfRefusedSamplesTest extends BookTest {

    private static final String ONE = """
            {"device":"inverter/1","channel":"PowerReal_PAC_Sum","instant":"2031-01-01T00:00:00Z","value":"%s","reason":"lies in the future"}""";

    @Test
    void aRefusedSampleIsKeptAsItCameAndIsNotTouchedWhileItStaysTheSame() {
        book.site("home", "2024-05-30T00:00:00Z");
        var runner = book.runner();
        Map<String, Object> window = runner.claimOne();

        runner.storeRejected(window, "[" + ONE.formatted("7") + "]");
        assertThat(kept()).containsExactly(Map.of("site", "home", "device", "inverter/1", "channel", "PowerReal_PAC_Sum", "instant",
                "2031-01-01T00:00:00Z", "value", "7", "reason", "lies in the future"));
        String row = version();
        runner.storeRejected(window, "[" + ONE.formatted("7") + "]");
        assertThat(version()).isEqualTo(row);
        runner.storeRejected(window, "[" + ONE.formatted("8") + "]");
        assertThat(kept()).extracting(r -> r.get("value")).containsExactly("8");
    }

    @Test
    void whatAWholeReadDoesNotRefuseAnyMoreIsForgottenAndWhatAShorterReadDoesNotHoldStays() {
        book.site("home", "2024-05-26T00:00:00Z");
        var runner = book.runner();
        Map<String, Object> whole = runner.claimOne();
        runner.storeRejected(whole, numbered(0, 3));
        runner.loaded(whole, book.now());
        book.pass(Duration.ofMinutes(5));

        Map<String, Object> shorter = runner.claimOne();
        assertThat(shorter).containsEntry("refused_before", true);
        assertThat(shorter.get("from_at")).isNotEqualTo(shorter.get("whole_from"));
        runner.storeRejected(shorter, numbered(2, 4));
        assertThat(kept()).extracting(r -> r.get("device")).containsExactlyInAnyOrder("d0", "d1", "d2", "d3");
        runner.storeRejected(whole, numbered(3, 4));
        assertThat(kept()).extracting(r -> r.get("device")).containsExactly("d3");
        runner.storeRejected(whole, "[]");
        assertThat(kept()).isEmpty();
    }

    @Test
    void aWindowKeepsAHundredOfThemWhateverComes() {
        book.site("home", "2024-05-26T00:00:00Z");
        var runner = book.runner();
        Map<String, Object> whole = runner.claimOne();
        runner.storeRejected(whole, numbered(0, 90));
        runner.loaded(whole, book.now());
        book.pass(Duration.ofMinutes(5));
        Map<String, Object> shorter = runner.claimOne();

        runner.storeRejected(shorter, numbered(60, 160));
        assertThat(kept()).hasSize(100);
        runner.storeRejected(shorter, numbered(200, 300));
        assertThat(kept()).hasSize(100);
    }

    @Test
    void theSameSampleTwiceInAnAnswerIsOneRow() {
        book.site("home", "2024-05-30T00:00:00Z");
        var runner = book.runner();

        runner.storeRejected(runner.claimOne(), "[" + ONE.formatted("1") + "," + ONE.formatted("2") + "]");

        assertThat(kept()).extracting(r -> r.get("value")).containsExactly("1");
    }

    private List<Map<String, Object>> kept() {
        return book.sql.queryForList("SELECT site, device, channel, instant, value, reason FROM pv_rejected");
    }

    private String version() {
        return book.sql.queryForObject("SELECT ctid || ' ' || xmin FROM pv_rejected", String.class);
    }

    private static String numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "{\"device\":\"d" + i + "\",\"channel\":\"c\",\"instant\":\"1\",\"value\":\"x\",\"reason\":\"is no number\"}")
                .collect(Collectors.joining(",", "[", "]"));
    }
}
