package io.pvroute.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a plain HTTP client sees of each fault, and that the next answer is true. */
class FaultyLoggerTest {

    private static final Instant FROM = Instant.parse("2025-06-20T00:00:00Z");
    private static final Instant NOW = Instant.parse("2025-06-21T12:00:00Z");
    private static final String ARCHIVE = "/solar_api/v1/GetArchiveData.cgi?";

    private final Plant plant = Plant.inVienna(7, Instant.parse("2025-06-01T00:00:00Z"));
    private final Simulator simulator = new Simulator(plant, new TestClock("2025-06-21T12:00:00Z"));
    private final FaultyLogger logger = new FaultyLogger(simulator);
    private final LoggerClient client = new LoggerClient(logger::url);
    private final String query = LoggerClient.query(FROM, NOW) + LoggerClient.ALL_CHANNELS;
    private List<Sample> truth;

    @BeforeEach
    void start() {
        logger.start(0);
        truth = samplesOfTruth();
    }

    @AfterEach
    void close() {
        logger.close();
    }

    @Test
    void withoutAFaultItTellsTheTruthOverOneConnection() throws Exception {
        for (int times = 0; times < 2; times++) {
            assertTrue(samples());
        }
        assertThat(client.json("/solar_api/GetAPIVersion.cgi").get("APIVersion").intValue()).isEqualTo(1);
        assertThat(client.get("/nowhere").statusCode()).isEqualTo(404);

        assertThat(logger.requests()).hasSize(2).allSatisfy(request -> {
            assertThat(request.request().query()).isEqualTo(query);
            assertThat(request.request().ended()).isGreaterThan(request.request().began());
            assertThat(request.endedAt()).isAfter(request.arrivedAt()).isBefore(Instant.now());
            assertThat(request.fault()).isNull();
            assertThat(request.falseRows()).isZero();
        });
    }

    @ParameterizedTest
    @CsvSource({"HTTP_500, 500", "HTTP_503, 503", "HTTP_404, 404", "SOLAR_API_OFF, 404", "HTTP_301, 301"})
    void answersWithAnHttpStatus(Fault fault, int status) throws Exception {
        logger.next(fault);

        assertThat(client.get(ARCHIVE + query).statusCode()).isEqualTo(status);
        assertThat(client.get("/solar_api/GetAPIVersion.cgi").statusCode()).isEqualTo(fault == Fault.SOLAR_API_OFF ? 404 : 200);
        assertTrueAfter(fault);
        assertThat(client.get("/solar_api/GetAPIVersion.cgi").statusCode()).isEqualTo(200);
    }

    @Test
    void saysThatItsSolarApiIsSwitchedOff() throws Exception {
        logger.always(Fault.SOLAR_API_OFF);

        assertThat(client.get(ARCHIVE + query).body()).contains("Solar API disabled");
        assertThat(client.get("/solar_api/GetAPIVersion.cgi").body()).contains("Solar API disabled");
    }

    @Test
    void pointsElsewhere() throws Exception {
        logger.next(Fault.HTTP_301);

        assertThat(client.get(ARCHIVE + query).headers().firstValue("Location")).contains("http://127.0.0.1:1/solar_api/");
    }

    @ParameterizedTest
    @CsvSource({"HTML, <!DOCTYPE html>", "EMPTY_BODY, ''"})
    void answersWithSomethingElseThanJson(Fault fault, String beginning) throws Exception {
        logger.next(fault);

        String body = client.archiveText(query);

        assertThat(beginning.isEmpty() ? body.isEmpty() : body.startsWith(beginning)).isTrue();
        assertTrueAfter(fault);
    }

    @Test
    void answersWithHalfAJson() throws Exception {
        String whole = client.archiveText(query);
        logger.next(Fault.HALF_JSON);

        assertThat(client.archiveText(query)).isEqualTo(whole.substring(0, whole.getBytes(StandardCharsets.UTF_8).length / 2));
        assertTrueAfter(Fault.HALF_JSON);
    }

    @ParameterizedTest
    @EnumSource(names = {"RESET", "CUT"})
    void breaksOffInTheMiddle(Fault fault) throws Exception {
        logger.next(fault);

        assertThatThrownBy(() -> client.archiveText(query)).isInstanceOf(IOException.class);
        assertTrueAfter(fault);
    }

    @Test
    void refusesConnectionsForAWhileAfterItsAnswer() throws Exception {
        logger.next(Fault.REFUSED);

        assertTrue(samples());
        awaitRefusal();
        await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(100)).until(() -> !refuses());
        assertTrueAfter(Fault.REFUSED);
    }

    @Test
    void refusesAsLongAsItIsToldToAndCutsWhoIsThere() throws Exception {
        URI url = URI.create(logger.url());
        try (Socket idle = new Socket(url.getHost(), url.getPort())) {
            logger.always(Fault.REFUSED);

            assertThat(idle.getInputStream().read()).isEqualTo(-1);
            awaitRefusal();
        }

        logger.heal();
        await().atMost(Duration.ofSeconds(20)).until(() -> !refuses());
        assertTrue(samples());

        logger.refuse(Duration.ofSeconds(3));
        awaitRefusal();
        await().atMost(Duration.ofSeconds(20)).until(() -> !refuses());
    }

    @Test
    void isSilentUntilTheClientGoes() {
        logger.next(Fault.SILENT);

        assertThatThrownBy(() -> get(Duration.ofMillis(300))).isInstanceOf(HttpTimeoutException.class);

        await().atMost(Duration.ofSeconds(10)).until(() -> logger.requests().size() == 1);
        FaultyRequest request = logger.requests().get(0);
        assertThat(Duration.between(request.arrivedAt(), request.endedAt())).isBetween(Duration.ofMillis(100), Duration.ofSeconds(5));
        assertTrueAfter(Fault.SILENT);
    }

    @Test
    void isSlow() throws Exception {
        logger.next(Fault.SLOW);
        URI url = URI.create(logger.url());
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            String request = "GET " + ARCHIVE + query + " HTTP/1.1\r\nHost: logger\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String read = "";
            while (!read.contains("\r\n\r\n")) {
                read += (char) in.read();
            }

            assertThat(in.read()).isEqualTo('{');
            socket.setSoTimeout(400);
            assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
            socket.setSoTimeout(10_000);
            assertThat(in.read()).isEqualTo('"');
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> logger.requests().size() == 1);
        assertTrueAfter(Fault.SLOW);
    }

    @ParameterizedTest
    @CsvSource({"CODE_1, 1", "CODE_5, 5", "CODE_6, 6", "CODE_7, 7", "CODE_8, 8", "CODE_9, 9", "CODE_11, 11", "CODE_12, 12", "CODE_255, 255",
            "EMPTY_ANSWER, 0"})
    void answersWithAStatusAndWithoutANode(Fault fault, int code) throws Exception {
        logger.next(fault);

        JsonNode answer = client.archive(query);

        assertThat(answer.at("/Head/Status/Code").intValue()).isEqualTo(code);
        assertThat(answer.at("/Head/Status/Reason").textValue().isEmpty()).isEqualTo(code == 0);
        assertThat(answer.at("/Body/Data").isEmpty()).isTrue();
        assertTrueAfter(fault);
    }

    @Test
    void movesTheStartOfOneNodeOrOfAll() throws Exception {
        logger.next(Fault.START_OUTSIDE, Fault.ALL_OUTSIDE);
        Instant since = FROM.minus(Duration.ofDays(1));

        Map<String, List<Sample>> oneMoved = samples().stream().collect(Collectors.groupingBy(Sample::device));
        List<Sample> allMoved = samples();

        assertThat(oneMoved.get("inverter/1")).isNotEmpty().allMatch(sample -> sample.instant().isBefore(since));
        assertThat(oneMoved.get("meter:16220118")).isNotEmpty().allMatch(Set.copyOf(truth)::contains);
        assertThat(allMoved).hasSameSizeAs(truth).allMatch(sample -> sample.instant().isBefore(since));
        assertTrueAfter(Fault.ALL_OUTSIDE);
    }

    @Test
    void tellsNegativeKeys() throws Exception {
        logger.next(Fault.NEGATIVE_KEYS);

        JsonNode meter = client.archive(query).at("/Body/Data").get("meter:16220118");

        List<Long> keys = new ArrayList<>();
        meter.at("/Data/Meter_Location_Current/Values").fieldNames().forEachRemaining(key -> keys.add(Long.parseLong(key)));
        assertThat(keys).contains(-86_400L, 0L);
        assertTrueAfter(Fault.NEGATIVE_KEYS);
    }

    @Test
    void tellsTheYear2000() throws Exception {
        logger.next(Fault.YEAR_2000);

        JsonNode answer = client.archive(query);

        assertThat(answer.at("/Head/Timestamp").textValue()).startsWith("2000-01-01T");
        Instant soonAfter = Instant.parse("2000-01-03T00:00:00Z");
        assertThat(LoggerClient.samples(answer)).isNotEmpty().allMatch(sample -> sample.instant().isBefore(soonAfter));
        assertTrueAfter(Fault.YEAR_2000);
    }

    @Test
    void saysThatItIsTwoDaysLaterAndIsRightOtherwise() throws Exception {
        logger.next(Fault.CLOCK_OFF);

        JsonNode answer = client.archive(query);

        assertThat(answer.at("/Head/Timestamp").textValue()).isEqualTo("2025-06-23T12:00:00Z");
        assertTrue(LoggerClient.samples(answer));
    }

    @Test
    void tellsAChannelTwice() throws Exception {
        logger.next(Fault.DOUBLED_CHANNEL);

        String text = client.archiveText(query);

        assertThat(text.split("\"Current_AC_Phase_1\":", -1)).hasSize(3);
        assertTrue(LoggerClient.samples(new ObjectMapper().readTree(text)));
        assertTrueAfter(Fault.DOUBLED_CHANNEL);
    }

    @Test
    void leavesAChannelOutAndCountsTheRowsThatLackIt() throws Exception {
        logger.next(Fault.MISSING_CHANNEL);

        Set<Sample> missing = new HashSet<>(truth);
        missing.removeAll(Set.copyOf(samples()));

        assertThat(missing).hasSizeGreaterThan(100)
                .allMatch(sample -> sample.device().equals("inverter/1") && sample.channel().equals("Current_AC_Phase_1"));
        assertThat(lastRequest().falseRows()).isEqualTo(missing.size());
        assertTrueAfter(Fault.MISSING_CHANNEL);
    }

    @Test
    void addsSamplesThatCannotBe() throws Exception {
        logger.next(Fault.BAD_SAMPLES);

        JsonNode answer = client.archive(query);

        Set<Sample> added = new HashSet<>(LoggerClient.samples(answer));
        added.removeAll(Set.copyOf(truth));
        assertThat(added).singleElement().satisfies(sample -> assertThat(sample.instant()).isEqualTo(NOW.plus(Duration.ofDays(2))));
        assertThat(answer.at("/Body/Data").get("inverter/1").at("/Data/Current_AC_Phase_1/Values/7").textValue()).isEqualTo("no number");
    }

    @Test
    void holdsTheNewestTwoHoursBack() throws Exception {
        logger.next(Fault.LATE);

        Instant twoHoursAgo = NOW.minus(Duration.ofHours(2));
        assertThat(new HashSet<>(samples())).isEqualTo(
                truth.stream().filter(sample -> sample.instant().isBefore(twoHoursAgo)).collect(Collectors.toSet()));
        assertTrueAfter(Fault.LATE);
    }

    @Test
    void tellsTheNewestSixHoursOtherwiseAndCountsTheRows() throws Exception {
        logger.next(Fault.CORRECTED);

        Set<Sample> otherwise = new HashSet<>(samples());
        otherwise.removeAll(Set.copyOf(truth));

        assertThat(otherwise).hasSizeGreaterThan(100).allMatch(sample -> !sample.instant().isBefore(NOW.minus(Duration.ofHours(6))));
        assertThat(lastRequest().falseRows()).isEqualTo(otherwise.size());
        assertTrueAfter(Fault.CORRECTED);
    }

    @Test
    void sendsSeventyMegabytesOfJsonThatHoldTheTruth() throws Exception {
        logger.next(Fault.HUGE);

        String huge = client.archiveText(query);

        assertThat(huge.length()).isBetween(70_000_000, 73_000_000);
        String padding = ",\"Padding\":";
        JsonNode answer = new ObjectMapper().readTree(huge.substring(0, huge.indexOf(padding)) + "}");
        assertTrue(LoggerClient.samples(answer));
        assertThat(huge).endsWith(",0,0]}");
    }

    @Test
    void nestsItsAnswerDeeply() throws Exception {
        logger.next(Fault.DEEP);

        String deep = client.archiveText(query);

        assertThat(deep).contains("[".repeat(100_000) + "]".repeat(100_000) + "}");
        assertThat(deep.substring(0, deep.indexOf(",\"Nested\":"))).startsWith("{\"Body\"");
    }

    @Test
    void whatCannotBeFalsifiedIsTrueAndCountsAsNoFault() throws Exception {
        String beforeTheFirstSample = LoggerClient.query(Instant.parse("2025-05-01T00:00:00Z"), Instant.parse("2025-05-02T00:00:00Z"))
                + LoggerClient.ALL_CHANNELS;
        logger.next(Fault.MISSING_CHANNEL);

        assertThat(client.archive(beforeTheFirstSample).at("/Head/Status/Code").intValue()).isZero();

        assertThat(lastRequest().fault()).isNull();
    }

    @Test
    void playsAFaultUntilItIsHealed() throws Exception {
        logger.always(Fault.HTTP_500);
        for (int times = 0; times < 3; times++) {
            assertThat(client.get(ARCHIVE + query).statusCode()).isEqualTo(500);
        }

        logger.next(Fault.HTTP_503);
        assertThat(client.get(ARCHIVE + query).statusCode()).isEqualTo(503);

        logger.next(Fault.HTTP_503);
        logger.heal();
        assertThat(client.get(ARCHIVE + query).statusCode()).isEqualTo(200);
    }

    @Test
    void theSameSeedPlaysTheSameFaults() throws Exception {
        List<Integer> first = statuses(99);

        assertThat(first).contains(200, 500, 503);
        assertThat(statuses(99)).isEqualTo(first);
        assertThat(statuses(100)).isNotEqualTo(first);
    }

    private List<Integer> statuses(long seed) throws Exception {
        logger.atRandom(0.5, seed, List.of(Fault.HTTP_500, Fault.HTTP_503));
        List<Integer> statuses = new ArrayList<>();
        for (int asked = 0; asked < 30; asked++) {
            statuses.add(client.get(ARCHIVE + "Scope=System").statusCode());
        }
        return statuses;
    }

    @Test
    void playsFaultsWithThePresentOfAGen24ApartFromThoseWithAnArchive() throws Exception {
        Simulator present = new Simulator(plant.with(Equipment.GEN24), new TestClock("2025-06-21T12:00:00Z"));
        String path = "/solar_api/v1/GetPowerFlowRealtimeData.fcgi";
        try (FaultyLogger gen24 = new FaultyLogger(present).start(0)) {
            LoggerClient visitor = new LoggerClient(gen24::url);
            gen24.next(Fault.HTTP_500);

            assertThat(visitor.get(ARCHIVE + query).statusCode()).isEqualTo(404);
            assertThat(visitor.json(path).at("/Body/Data/Site/P_PV").doubleValue())
                    .isEqualTo(present.present(NOW).powerFlow().get("P_PV"));

            gen24.nextRealtime(Fault.HTTP_503, Fault.CUT, Fault.CODE_5, Fault.EMPTY_ANSWER, Fault.YEAR_2000, Fault.NEGATIVE_KEYS);
            assertThat(visitor.get(path).statusCode()).isEqualTo(503);
            assertThatThrownBy(() -> visitor.get(path)).isInstanceOf(IOException.class);
            assertThat(visitor.json(path).at("/Head/Status/Code").intValue()).isEqualTo(5);
            assertThat(visitor.json(path).at("/Body/Data").isEmpty()).isTrue();
            assertThat(visitor.json(path).at("/Head/Timestamp").textValue()).startsWith("2000-");
            assertThat(visitor.json(path).at("/Body/Data/Site/P_PV").isNumber()).as("has no keys to be negative").isTrue();

            assertThat(gen24.realtimeRequests()).extracting(request -> request.told().size()).containsExactly(1, 0, 0, 0, 0, 0, 1);
            assertThat(gen24.requests()).isEmpty();
        }
    }

    @Test
    void choosesByWhatIsAskedForOfThePresent() throws Exception {
        logger.chooseRealtime(asked -> asked.contains("Meter") ? Optional.of(Fault.HTTP_503) : Optional.empty());

        assertThat(client.get("/solar_api/v1/GetMeterRealtimeData.cgi?Scope=System").statusCode()).isEqualTo(503);
        assertThat(client.get("/solar_api/v1/GetPowerFlowRealtimeData.fcgi").statusCode()).isEqualTo(200);
        assertThat(client.get(ARCHIVE + query).statusCode()).isEqualTo(200);
        logger.heal();
        assertThat(client.get("/solar_api/v1/GetMeterRealtimeData.cgi?Scope=System").statusCode()).isEqualTo(200);
        logger.next(Fault.SOLAR_API_OFF);
        client.get(ARCHIVE + query);
        assertThat(client.get("/solar_api/v1/GetMeterRealtimeData.cgi?Scope=System").body()).contains("Solar API disabled");
    }

    @Test
    void hasNamesForACommandLine() {
        assertThat(Fault.of("http-500")).isEqualTo(Fault.HTTP_500);
        assertThatThrownBy(() -> Fault.of("flood")).hasMessageContaining("no fault 'flood'").hasMessageContaining("refused, silent, slow");
        assertThat(Arrays.stream(Fault.values()).map(Fault::toString)).doesNotHaveDuplicates().allMatch(name -> name.matches("[a-z0-9-]+"));
        assertThat(Arrays.stream(Fault.values()).map(Fault::description)).doesNotHaveDuplicates().noneMatch(String::isBlank);
    }

    private void assertTrueAfter(Fault fault) {
        try {
            assertTrue(samples());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("the answer after " + fault, e);
        }
        assertThat(logger.requests()).extracting(FaultyRequest::fault).contains(fault);
        assertThat(lastRequest().fault()).isNull();
    }

    private FaultyRequest lastRequest() {
        List<FaultyRequest> requests = logger.requests();
        return requests.get(requests.size() - 1);
    }

    /** By sets: to compare lists without their order takes long. */
    private void assertTrue(List<Sample> told) {
        assertThat(told).hasSameSizeAs(truth);
        assertThat(new HashSet<>(told).equals(new HashSet<>(truth))).as("the truth is told").isTrue();
    }

    private List<Sample> samples() throws IOException, InterruptedException {
        return LoggerClient.samples(client.archive(query));
    }

    private List<Sample> samplesOfTruth() {
        return simulator.truth(FROM, NOW).samples().toList();
    }

    private HttpResponse<String> get(Duration timeout) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(logger.url() + ARCHIVE + query)).timeout(timeout).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** A port is still open for the moment that it takes the thread which waits at it to wake up. */
    private void awaitRefusal() {
        await().atMost(Duration.ofSeconds(2)).pollInterval(Duration.ofMillis(20)).until(this::refuses);
    }

    private boolean refuses() throws IOException {
        URI url = URI.create(logger.url());
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }
}
