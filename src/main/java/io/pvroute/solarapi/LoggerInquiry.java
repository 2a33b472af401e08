package io.pvroute.solarapi;

import com.fasterxml.jackson.databind.JsonNode;
import io.pvroute.solarapi.Failure.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.concurrent.TimeUnit;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;

/**
 * Asks a logger what it is and what it has, one request after the other (Fronius Solar API V1, operating instructions 42,0410,2012). Each
 * question throws {@link SolarApiException} where it has no answer, with a sentence why.
 */
public final class LoggerInquiry implements AutoCloseable {

    private static final String VERSION = "/solar_api/GetAPIVersion.cgi";
    private static final String LOGGER_INFO = "/solar_api/v1/GetLoggerInfo.cgi";
    private static final String DEVICES = "/solar_api/v1/GetActiveDeviceInfo.cgi?DeviceClass=System";
    private static final String POWER_FLOW = "/solar_api/v1/GetPowerFlowRealtimeData.fcgi";
    private static final List<Map<String, Object>> POWERS = Stream.of("P_PV", "P_Grid", "P_Load", "P_Akku", "SOC")
            .map(value -> Map.<String, Object>of("column_name", value, "value", value, "is_text", false)).toList();
    private static final String ARCHIVE = "/solar_api/v1/GetArchiveData.cgi?Scope=System&SeriesType=Detail&HumanReadable=False"
            + "&StartDate=%s&EndDate=%s&Channel=TimeSpanInSec&Channel=PowerReal_PAC_Sum&Channel=EnergyReal_WAC_Plus_Absolute";

    /**
     * The version of the Solar API.
     *
     * @param number        1 of all that are known
     * @param compatibility of the firmware, {@code 1.6-3}; empty on some
     */
    public record Version(int number, String compatibility) {}

    /**
     * What the logger says of itself; a GEN24 says no more than its clock.
     *
     * @param product  {@code fronius-datamanager-card}
     * @param software {@code 3.18.7-1}
     * @param id       {@code 240.100001}
     * @param ahead    how far its clock is ahead of this computer's, negative where it is behind, to the second; empty where it tells none
     */
    public record Info(Optional<String> product, Optional<String> software, Optional<String> id, Optional<Duration> ahead) {}

    /**
     * A device that the logger knows.
     *
     * @param deviceClass {@code Inverter}, {@code Meter} …
     * @param id          its number there
     * @param serial      empty where none is told
     */
    public record KnownDevice(String deviceClass, String id, String serial) {}

    /**
     * What a plant does now; null where that is not told.
     *
     * @param at      the logger's own stamp
     * @param pv      of the modules, in W
     * @param grid    bought from the grid, in W; negative where it is fed in
     * @param load    in W; negative where it is consumed
     * @param battery discharge in W; negative where it is charged
     * @param charge  of the battery, in percent
     */
    public record Present(Instant at, Double pv, Double grid, Double load, Double battery, Double charge) {}

    /**
     * A short stretch of the archive.
     *
     * @param nodes  that have samples in it
     * @param newest sample in it; empty where there is none
     */
    public record Stretch(List<String> nodes, Optional<Instant> newest) {}

    private record Answer(int status, byte[] body, Instant asked, Instant answered) {}

    private final String url;
    private final HttpHost host;
    private final long largestAnswer;
    private final SolarApiMapper json;
    private final CloseableHttpClient client;

    /**
     * @param url            base URL of the logger, without a slash at its end
     * @param connectTimeout for the connection
     * @param timeout        for a whole answer
     * @param largestAnswer  in bytes
     * @param trust          which certificates are trusted where the URL begins with https
     */
    public LoggerInquiry(URI url, Duration connectTimeout, Duration timeout, int largestAnswer, LoggerTrust trust) {
        this.url = url.toString();
        host = HttpHost.create(url);
        this.largestAnswer = largestAnswer;
        json = new SolarApiMapper(String.valueOf(largestAnswer));
        var deadline = new AnswerDeadline();
        deadline.setTimeout(timeout.toMillis());
        HttpClientBuilder builder = HttpClients.custom()
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(trust.context()))
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(connectTimeout.toMillis(), TimeUnit.MILLISECONDS)
                                .setSocketTimeout((int) Math.min(timeout.toMillis(), Integer.MAX_VALUE), TimeUnit.MILLISECONDS)
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom().setResponseTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).build());
        deadline.configureHttpClient(builder);
        client = builder.build();
    }

    /** GetAPIVersion: whether it is a logger at all. */
    public Version version() {
        Answer answer = get(VERSION);
        if (answer.status() == 404) {
            throw new SolarApiException(new ApiVersion().judge(refused(VERSION, 404, null, null, ""), 404, answer.body()));
        }
        JsonNode version = tree(answer);
        if (!version.path("APIVersion").isNumber()) {
            throw new SolarApiException(Fault.SITE,
                    "answered JSON, but no version of the Solar API; check that the address is that of a Fronius logger");
        }
        return new Version(version.path("APIVersion").intValue(), text(version, "CompatibilityRange").orElse(""));
    }

    /** GetLoggerInfo. Also where the logger does not support it (a GEN24), its clock is told. */
    public Info info() {
        Answer answer = get(LOGGER_INFO);
        JsonNode root = tree(answer);
        JsonNode info = root.path("Body").path("LoggerInfo");
        Optional<Duration> ahead = text(root.path("Head"), "Timestamp").flatMap(LoggerInquiry::instant)
                // it was told at some time between the two, and names whole seconds
                .map(clock -> Duration.between(middle(answer), clock.plusMillis(500)).truncatedTo(ChronoUnit.SECONDS));
        return new Info(text(info, "ProductID"), text(info, "SWVersion"), text(info, "UniqueID"), ahead);
    }

    /** GetActiveDeviceInfo: the devices, by class and number. */
    public List<KnownDevice> devices() {
        JsonNode data = tree(get(DEVICES)).path("Body").path("Data");
        List<KnownDevice> devices = new ArrayList<>();
        for (Map.Entry<String, JsonNode> deviceClass : data.properties()) {
            for (Map.Entry<String, JsonNode> device : deviceClass.getValue().properties()) {
                devices.add(new KnownDevice(StorableText.of(deviceClass.getKey()), StorableText.of(device.getKey()),
                        Objects.requireNonNullElse(PlainValue.serial(device.getValue().path("Serial")), "")));
            }
        }
        return devices;
    }

    /** GetPowerFlowRealtimeData: one realtime request, which needs the pause before and after it. */
    public Present present() {
        Answer answer = get(POWER_FLOW);
        if (answer.status() == 404) {
            throw judged(POWER_FLOW, answer);
        }
        RealtimeBatch told = new RealtimeRows().powerFlow(tree(answer),
                // whether its clock is right is another question
                Map.of("site", url, "oldest_at", Instant.EPOCH, "newest_at", Instant.parse("9999-12-31T00:00:00Z")), POWERS);
        Object[] row = told.rows().iterator().next();
        Map<String, Double> watts = new HashMap<>();
        for (int i = 2; i < row.length; i++) {
            watts.put(told.columns().get(i), (Double) row[i]);
        }
        return new Present(told.newest(), watts.get("P_PV"), watts.get("P_Grid"), watts.get("P_Load"), watts.get("P_Akku"), watts.get("SOC"));
    }

    /** GetArchiveData of {@code [from, to)}, in whole seconds: one archive request, which needs the pause before and after it. */
    public Stretch archive(Instant from, Instant to) {
        Instant first = from.truncatedTo(ChronoUnit.SECONDS);
        Instant last = to.truncatedTo(ChronoUnit.SECONDS).minusSeconds(1);
        String path = String.format(ARCHIVE, first, last);
        Answer answer = get(path);
        if (answer.status() == 404) {
            throw judged(path, answer);
        }
        ArchiveResponse archive = archive(answer);
        if (archive.status().code() != 0) {
            throw new SolarApiException(StatusCode.failure(archive.status()));
        }
        Instant newest = null;
        List<String> nodes = new ArrayList<>();
        for (Node node : archive.nodes()) {
            Optional<Instant> ofNode = newest(node, first, last);
            if (ofNode.isPresent()) {
                nodes.add(node.name());
                newest = newest == null || newest.isBefore(ofNode.get()) ? ofNode.get() : newest;
            }
        }
        return new Stretch(nodes, Optional.ofNullable(newest));
    }

    /** Why nothing is found: the version of the Solar API tells. */
    private SolarApiException judged(String path, Answer notFound) {
        Answer version = get(VERSION);
        return new SolarApiException(new ApiVersion().judge(refused(path, 404, null, null, new String(notFound.body(), StandardCharsets.UTF_8)),
                version.status(), version.body()));
    }

    private static Optional<Instant> newest(Node node, Instant first, Instant last) {
        Instant newest = null;
        for (Channel channel : node.channels()) {
            for (int i = 0; i < channel.numbers(); i++) {
                Instant at = node.start().toInstant().plusSeconds(channel.key(i));
                if (!at.isBefore(first) && !at.isAfter(last) && (newest == null || newest.isBefore(at))) {
                    newest = at;
                }
            }
        }
        return Optional.ofNullable(newest);
    }

    private Answer get(String path) {
        Instant asked = Instant.now();
        // the handler of the client's other way would read the answer to its end once more
        try (ClassicHttpResponse response = client.executeOpen(host, new HttpGet(url + path), null)) {
            return answer(path, response, asked);
        } catch (IOException | RuntimeException e) {
            throw failed(e);
        }
    }

    private Answer answer(String path, ClassicHttpResponse response, Instant asked) throws IOException {
        byte[] body = new byte[0];
        if (response.getEntity() != null) {
            try (InputStream content = response.getEntity().getContent()) {
                body = content.readNBytes((int) Math.min(Integer.MAX_VALUE - 8L, largestAnswer + 1));
            }
        }
        int status = response.getCode();
        if (status / 100 != 2 && status != 404) {
            Header location = response.getFirstHeader("Location");
            throw failed(refused(path, status, response.getReasonPhrase(), location == null ? null : location.getValue(), ""));
        }
        return new Answer(status, body, asked, Instant.now());
    }

    private HttpOperationFailedException refused(String path, int status, String words, String location, String body) {
        return new HttpOperationFailedException(url + path, status, words, location, Map.of(), body);
    }

    private JsonNode tree(Answer answer) {
        if (answer.status() == 404) {
            throw new SolarApiException(Fault.SITE, "answered HTTP 404 to this question");
        }
        JsonNode tree;
        try {
            tree = json.readTree(answer.body());
        } catch (IOException e) {
            throw failed(e);
        }
        if (!tree.isObject()) {
            throw new SolarApiException(Fault.SITE, "answered with " + (tree.isMissingNode() ? "nothing at all" : "JSON of another shape")
                    + ", where a JSON object was expected; check that the address is that of a Fronius logger");
        }
        return tree;
    }

    private ArchiveResponse archive(Answer answer) {
        try {
            return json.readValue(answer.body(), ArchiveResponse.class);
        } catch (IOException | RuntimeException e) {
            throw failed(e);
        }
    }

    private static SolarApiException failed(Exception e) {
        return e instanceof SolarApiException told ? told
                : new SolarApiException(Failure.of(e).orElseGet(() -> new Failure(Fault.SITE, String.valueOf(e.getMessage()))));
    }

    private static Optional<String> text(JsonNode object, String field) {
        return Optional.of(StorableText.of(object.path(field).asText(""))).filter(text -> !text.isBlank());
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Instant middle(Answer answer) {
        return answer.asked().plus(Duration.between(answer.asked(), answer.answered()).dividedBy(2));
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
