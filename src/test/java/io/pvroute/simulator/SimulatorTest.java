package io.pvroute.simulator;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulatorTest {

    private static final String NOON = "Scope=System&Channel=PowerReal_PAC_Sum&StartDate=2025-06-21T10:00:00Z&EndDate=2025-06-21T10:59:59Z";

    private final TestClock clock = new TestClock("2025-06-21T12:00:00Z");
    private final Simulator simulator = new Simulator(Plant.inVienna(7, Instant.parse("2025-06-01T00:00:00Z")), clock);
    private final LoggerClient client = new LoggerClient(simulator);

    @BeforeEach
    void start() {
        simulator.start(0);
    }

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void listensOnTheLoopbackInterfaceOnly() {
        assertThat(URI.create(simulator.url()).getHost()).isEqualTo("127.0.0.1");
        assertThat(URI.create(simulator.url()).getPort()).isPositive();
    }

    @Test
    void tellsItsDevicesWithTheirSerials() throws Exception {
        JsonNode devices = client.json("/solar_api/v1/GetActiveDeviceInfo.cgi?DeviceClass=System").get("Body").get("Data");

        assertThat(devices.get("Inverter").get("1").get("DT").intValue()).isEqualTo(123);
        assertThat(devices.get("Inverter").get("1").get("Serial").asText()).isEqualTo("30000007");
        assertThat(devices.get("Meter").properties()).singleElement().satisfies(meter -> assertThat(meter.getValue().get("Serial").asText()).isEqualTo("16220118"));
        assertThat(devices.get("Storage").isEmpty()).isTrue();
    }

    @Test
    void tellsItsApiVersionWithoutAHead() throws Exception {
        JsonNode version = client.json("/solar_api/GetAPIVersion.cgi");

        assertThat(version.get("APIVersion").intValue()).isEqualTo(1);
        assertThat(version.get("BaseURL").textValue()).isEqualTo("/solar_api/v1/");
        assertThat(version.get("CompatibilityRange").textValue()).isNotBlank();
        assertThat(version.has("Head")).isFalse();
    }

    @Test
    void tellsItsZoneInSummerAndWinter() throws Exception {
        JsonNode summer = client.json("/solar_api/v1/GetLoggerInfo.cgi");
        clock.set("2025-12-21T12:00:00Z");
        JsonNode winter = client.json("/solar_api/v1/GetLoggerInfo.cgi");

        assertThat(summer.at("/Body/LoggerInfo/TimezoneName").textValue()).isEqualTo("CEST");
        assertThat(summer.at("/Body/LoggerInfo/TimezoneLocation").textValue()).isEqualTo("Vienna");
        assertThat(summer.at("/Body/LoggerInfo/UTCOffset").intValue()).isEqualTo(7200);
        assertThat(summer.at("/Head/Status/Code").intValue()).isZero();
        assertThat(summer.at("/Head/Timestamp").textValue()).isEqualTo("2025-06-21T14:00:00+02:00");
        assertThat(winter.at("/Body/LoggerInfo/TimezoneName").textValue()).isEqualTo("CET");
        assertThat(winter.at("/Body/LoggerInfo/UTCOffset").intValue()).isEqualTo(3600);
    }

    @Test
    void answers404InHtmlForAllThatItDoesNotKnow() throws Exception {
        for (String path : List.of("/", "/solar_api/v1/GetArchiveData.cgi/", "/solar_api/v1/GetSensorRealtimeData.cgi")) {
            HttpResponse<String> response = client.get(path);

            assertThat(response.statusCode()).as(path).isEqualTo(404);
            assertThat(response.headers().firstValue("Content-Type")).contains("text/html");
            assertThat(response.body()).startsWith("<html>");
        }
    }

    @Test
    void todayGrowsWhileYouLook() throws Exception {
        String today = "Scope=System&Channel=PowerReal_PAC_Sum&Channel=Meter_Location_Current&StartDate=2025-06-21&EndDate=2025-06-21";

        List<Sample> atNoon = LoggerClient.samples(client.archive(today));
        clock.set("2025-06-21T12:04:59Z");
        List<Sample> justBefore = LoggerClient.samples(client.archive(today));
        clock.set("2025-06-21T12:05:00Z");
        List<Sample> then = LoggerClient.samples(client.archive(today));

        assertThat(atNoon).isNotEmpty().allMatch(sample -> !sample.instant().isAfter(Instant.parse("2025-06-21T12:00:00Z")));
        assertThat(justBefore).isEqualTo(atNoon);
        assertThat(then).hasSize(atNoon.size() + 2).containsAll(atNoon);
        assertThat(then).filteredOn(sample -> !atNoon.contains(sample)).extracting(Sample::instant)
                .containsOnly(Instant.parse("2025-06-21T12:05:00Z"));
    }

    @Test
    void tellsTheSamePastEveryTimeAndFromAnotherStart() throws Exception {
        Instant from = Instant.parse("2025-06-10T00:00:00Z");
        Instant to = Instant.parse("2025-06-20T00:00:00Z");
        List<Sample> first = LoggerClient.samples(client.archive(from, to));
        clock.set("2025-12-21T12:00:00Z");
        List<Sample> later = LoggerClient.samples(client.archive(from, to));
        Simulator older = new Simulator(Plant.inVienna(7, Instant.parse("2020-01-01T00:00:00Z")), clock);
        Simulator otherSeed = new Simulator(Plant.inVienna(8, Instant.parse("2025-06-01T00:00:00Z")), clock);

        assertThat(later).isEqualTo(first);
        assertThat(older.truth(from, to).samples()).containsExactlyInAnyOrderElementsOf(first);
        Set<Sample> known = Set.copyOf(first);
        assertThat(otherSeed.truth(from, to).samples().filter(sample -> sample.channel().equals("PowerReal_PAC_Sum") && sample.value() > 0))
                .isNotEmpty().noneMatch(known::contains);
    }

    @Test
    void answersManyAtATimeAndEachOfThemRight() throws Exception {
        String alone = client.archiveText(NOON);
        ExecutorService callers = Executors.newFixedThreadPool(12);
        try {
            Callable<String> ask = () -> client.archiveText(NOON);
            List<Future<String>> answers = callers.invokeAll(Collections.nCopies(48, ask));

            for (Future<String> answer : answers) {
                assertThat(answer.get()).isEqualTo(alone);
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(simulator.requests()).hasSize(49);
    }

    @Test
    void whoHasTheAnswerFindsTheRequestInTheList() throws Exception {
        for (int asked = 1; asked <= 200; asked++) {
            long before = System.nanoTime();
            client.archiveText(NOON);
            long after = System.nanoTime();

            List<ArchiveRequest> requests = simulator.requests();
            assertThat(requests).hasSize(asked);
            ArchiveRequest last = requests.get(asked - 1);
            assertThat(last.query()).isEqualTo(NOON);
            assertThat(last.began()).isBetween(before, after);
            assertThat(last.ended()).isBetween(last.began(), after);
            assertThat(asked > 1 && last.overlaps(requests.get(asked - 2))).isFalse();
        }
    }

    @Test
    void onlyArchiveRequestsAreCounted() throws Exception {
        client.get("/solar_api/GetAPIVersion.cgi");
        client.get("/solar_api/v1/GetLoggerInfo.cgi");
        client.get("/nowhere");

        assertThat(simulator.requests()).isEmpty();
    }

    @Test
    void requestsThatShareAMomentOverlap() {
        ArchiveRequest early = new ArchiveRequest("", 10, 20);

        assertThat(early.overlaps(new ArchiveRequest("", 19, 30))).isTrue();
        assertThat(early.overlaps(new ArchiveRequest("", 12, 13))).isTrue();
        assertThat(early.overlaps(new ArchiveRequest("", 20, 30))).isFalse();
        assertThat(new ArchiveRequest("", 20, 30).overlaps(early)).isFalse();
    }

    @Test
    void closedItRefusesAndStartsAgainOnTheSamePort() throws Exception {
        URI url = URI.create(simulator.url());
        client.archiveText(NOON);

        simulator.close();

        assertThatThrownBy(simulator::url).isInstanceOf(IllegalStateException.class).hasMessageContaining("start it first");
        assertThatThrownBy(() -> url.toURL().openStream()).isInstanceOf(IOException.class);

        simulator.start(url.getPort());
        client.archiveText(NOON);

        assertThat(simulator.url()).isEqualTo(url.toString());
        assertThat(simulator.requests()).hasSize(2);
    }

    @Test
    void saysWhichPortIsTaken() {
        int port = URI.create(simulator.url()).getPort();
        try (Simulator other = new Simulator(Plant.demo(clock), clock)) {
            assertThatThrownBy(() -> other.start(port)).hasMessageContaining("cannot listen on localhost:" + port);
        }
        assertThatThrownBy(() -> simulator.start(0)).isInstanceOf(IllegalStateException.class).hasMessageContaining(simulator.url());
    }

    @Test
    void closeCutsAnAnswerThatIsUnderWay() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Simulator slow = new Simulator(Plant.demo(clock), new TestClock(() -> {
            asked.countDown();
            try {
                never.await();
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
            return clock.instant();
        })).start(0);
        ExecutorService caller = Executors.newSingleThreadExecutor();
        try (slow) {
            Future<String> answer = caller.submit(() -> new LoggerClient(slow).archiveText(NOON));
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();

            slow.close();

            assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IOException.class);
        } finally {
            caller.shutdownNow();
        }
    }

    @Test
    void countsARequestWhoseAnswerNobodyWaitsFor() throws Exception {
        URI url = URI.create(simulator.url());
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            String request = "GET /solar_api/v1/GetArchiveData.cgi?" + NOON + " HTTP/1.1\r\nHost: logger\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(US_ASCII));
        }

        await().atMost(Duration.ofSeconds(30)).until(() -> simulator.requests().size() == 1);
    }

    @Test
    void aFaultOfItsOwnCutsTheConnectionAndTheNextAnswerIsRight() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        Clock fragile = new TestClock(() -> {
            if (broken.get()) {
                throw new IllegalStateException("the clock is broken, as this test wants it");
            }
            return clock.instant();
        });
        try (Simulator faulty = new Simulator(Plant.inVienna(7, Instant.parse("2025-06-01T00:00:00Z")), fragile).start(0)) {
            LoggerClient visitor = new LoggerClient(faulty);

            assertThatThrownBy(() -> visitor.archiveText(NOON)).isInstanceOf(IOException.class);
            broken.set(false);
            assertThat(visitor.archive(NOON).at("/Head/Status/Code").intValue()).isZero();
        }
    }

    @Test
    void theDemoHasAYearOfHistoryFromALocalMidnight() {
        Plant plant = Plant.demo(clock);

        assertThat(plant.since()).isEqualTo("2024-06-20T22:00:00Z");
        assertThat(plant.peakPower()).isEqualTo(8200);
        assertThat(plant.zone()).isEqualTo(ZoneId.of("Europe/Vienna"));
    }
}
