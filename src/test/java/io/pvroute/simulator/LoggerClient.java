package io.pvroute.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Asks a logger as a browser would, and reads answers by the book, naively. */
final class LoggerClient {

    static final String ALL_CHANNELS =
            Arrays.stream(Channel.values()).map(channel -> "&Channel=" + channel.wireName()).collect(Collectors.joining());

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final Supplier<String> url;

    LoggerClient(Simulator simulator) {
        this(simulator::url);
    }

    /** @param url where the logger answers */
    LoggerClient(Supplier<String> url) {
        this.url = url;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url.get() + path)).timeout(Duration.ofSeconds(60)).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** The text of an archive answer. */
    String archiveText(String query) throws IOException, InterruptedException {
        HttpResponse<String> response = get("/solar_api/v1/GetArchiveData.cgi?" + query);
        if (response.statusCode() != 200) {
            throw new IOException("HTTP " + response.statusCode());
        }
        return response.body();
    }

    JsonNode archive(String query) throws IOException, InterruptedException {
        return JSON.readTree(archiveText(query));
    }

    /** All channels of {@code [from, to)}. */
    JsonNode archive(Instant from, Instant to) throws IOException, InterruptedException {
        return archive(query(from, to) + ALL_CHANNELS);
    }

    static String query(Instant from, Instant to) {
        return "Scope=System&HumanReadable=False&StartDate=" + from + "&EndDate=" + to.minusSeconds(1);
    }

    JsonNode json(String path) throws IOException, InterruptedException {
        return JSON.readTree(get(path).body());
    }

    static List<Sample> samples(JsonNode answer) {
        List<Sample> samples = new ArrayList<>();
        forEachValue(answer, (device, instant, channel, value) -> {
            if (value.isNumber()) {
                samples.add(new Sample(device, instant, channel, value.doubleValue()));
            }
        });
        return samples;
    }

    static List<Event> events(JsonNode answer) {
        List<Event> events = new ArrayList<>();
        forEachValue(answer, (device, instant, channel, value) -> {
            if (value.isObject()) {
                events.add(new Event(device, instant, channel, value.toString()));
            }
        });
        return events;
    }

    private interface Visitor {
        void visit(String device, Instant instant, String channel, JsonNode value);
    }

    private static void forEachValue(JsonNode answer, Visitor visitor) {
        for (Map.Entry<String, JsonNode> node : answer.at("/Body/Data").properties()) {
            for (Map.Entry<String, JsonNode> channel : node.getValue().get("Data").properties()) {
                for (Map.Entry<String, JsonNode> value : channel.getValue().get("Values").properties()) {
                    visitor.visit(node.getKey(), instant(node.getValue(), value.getKey()), channel.getKey(), value.getValue());
                }
            }
        }
    }

    private static Instant instant(JsonNode node, String key) {
        return OffsetDateTime.parse(node.get("Start").textValue()).toInstant().plusSeconds(Long.parseLong(key));
    }
}
