package io.pvroute.routes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recorded answers, served over HTTP, collected by the shipped routes: every value of the file is in the table, and nothing else. */
class RecordedAnswersRouteTest extends ShippedRoutes {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ARCHIVE = "/solar_api/v1/GetArchiveData.cgi";

    @Override
    protected Map<String, String> differing() {
        return Map.of("archive.until", "2022-01-01");
    }

    @ParameterizedTest
    @CsvSource({
        "push-full-day-2017-03-04.json,           2017-03-01T00:00:00Z, 2291, 1",
        "detail-meter-2017-08-30.json,            2017-08-25T00:00:00Z, 576,  2",
        "detail-symo-dc-strings-2021-07-29.json,  2021-07-25T00:00:00Z, 4,    2"})
    void everyValueIsFoundAtStartPlusKeyAndNoOther(String file, String since, int expected, int windowsWithoutASample) throws Exception {
        JsonNode answer = asArchiveAnswer(JSON.readTree(Path.of("src/test/resources/samples/archive", file).toFile()));
        logger.stubFor(get(urlPathEqualTo(ARCHIVE)).willReturn(aResponse().withHeader("Content-Type", "text/javascript").withBody(answer.toString())));
        Map<String, Double> truth = valuesOf(answer);
        assertThat(truth).as("values in the file").hasSize(expected);
        site("home", since);
        allLaterWindowsAreRead(since);

        context.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> sql.queryForObject(
                "SELECT count(*) FROM pv_window WHERE state = 'dead' OR read_at IS NOT NULL", Integer.class) == 3);
        context.stop();

        assertThat(sql.queryForList("SELECT error FROM pv_window WHERE state = 'dead'", String.class)).as("the answer to another question")
                .hasSize(windowsWithoutASample).allSatisfy(error -> assertThat(error).startsWith("the answer holds only samples outside of what was asked for"));
        assertThat(stored()).isEqualTo(truth);
        assertThat(sql.queryForObject("SELECT sum(inserted) = (SELECT count(*) FROM pv_archive) FROM pv_window", Boolean.class)).isTrue();
    }

    @Test
    void theRequestNamesEveryChannelOnceAndAsksForSixteenDaysInUtc() throws Exception {
        logger.stubFor(get(urlPathEqualTo(ARCHIVE)).willReturn(aResponse().withBody(
                asArchiveAnswer(JSON.createObjectNode().set("Body", JSON.createObjectNode())).toString())));
        site("home", "2021-12-01T00:00:00Z");

        context.start();
        await().until(() -> sql.queryForObject("SELECT count(*) FROM pv_window WHERE state = 'empty'", Integer.class) == 3);
        context.stop();

        List<LoggedRequest> requests = logger.findAll(getRequestedFor(urlPathEqualTo(ARCHIVE)));
        assertThat(requests).hasSize(3);
        LoggedRequest whole = requests.get(1);
        assertThat(whole.queryParameter("Scope").firstValue()).isEqualTo("System");
        assertThat(whole.queryParameter("SeriesType").firstValue()).isEqualTo("Detail");
        assertThat(whole.queryParameter("HumanReadable").firstValue()).isEqualTo("False");
        assertThat(whole.queryParameter("StartDate").firstValue()).isEqualTo("2021-12-12T00:00:00Z");
        assertThat(whole.queryParameter("EndDate").firstValue()).isEqualTo("2021-12-27T23:59:59Z");
        assertThat(whole.queryParameter("Channel").values()).doesNotHaveDuplicates()
                .contains("PowerReal_PAC_Sum", "EnergyReal_WAC_Plus_Absolute", "InverterEvents", "Hybrid_Operating_State").hasSize(26 + 7);
        assertThat(requests).allSatisfy(r -> assertThat(r.getHeaders().keys()).as("nothing of ours in the request's headers")
                .noneMatch(name -> name.toLowerCase().startsWith("camel") || name.equalsIgnoreCase("Authorization")));
    }

    /** But for three: the logger gives the same answer to each request, and what is not of the window must be left out. */
    private void allLaterWindowsAreRead(String since) {
        sql.update("""
                INSERT INTO pv_window (site, starts_at, ends_at, state, loaded_from)
                SELECT 'home', starts_at, least(starts_at + interval '384 hours', '2022-01-01Z'), 'loaded', starts_at
                  FROM generate_series(pv_window_start(?::timestamptz) + 3 * interval '384 hours', '2021-12-31Z', interval '384 hours') AS g(starts_at)
                """, since);
    }

    /** Push files have the nodes of an archive answer directly under Body. */
    private static JsonNode asArchiveAnswer(JsonNode file) {
        ObjectNode answer = file.deepCopy();
        if (!answer.path("Body").has("Data")) {
            answer.set("Body", JSON.createObjectNode().set("Data", file.path("Body")));
        }
        answer.set("Head", JSON.createObjectNode().set("Status", JSON.createObjectNode().put("Code", 0)));
        return answer;
    }

    private static Map<String, Double> valuesOf(JsonNode answer) {
        Map<String, Double> values = new TreeMap<>();
        answer.path("Body").path("Data").properties().forEach(node -> {
            long start = OffsetDateTime.parse(node.getValue().path("Start").asText()).toEpochSecond();
            node.getValue().path("Data").properties().forEach(channel -> channel.getValue().path("Values").properties().forEach(sample ->
                    values.put(node.getKey() + "|" + (start + Long.parseLong(sample.getKey())) + "|" + channel.getKey(), sample.getValue().doubleValue())));
        });
        return values;
    }

    private Map<String, Double> stored() {
        Map<String, Double> values = new TreeMap<>();
        List<Map<String, Object>> channels = sql.queryForList("SELECT channel, column_name FROM pv_channel");
        sql.query("SELECT *, extract(epoch FROM ts)::bigint AS epoch FROM pv_archive WHERE site = 'home'", row -> {
            for (Map<String, Object> channel : channels) {
                double value = row.getDouble((String) channel.get("column_name"));
                if (!row.wasNull()) {
                    values.put(row.getString("device") + "|" + row.getLong("epoch") + "|" + channel.get("channel"), value);
                }
            }
        });
        return values;
    }
}
