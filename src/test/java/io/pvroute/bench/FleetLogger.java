package io.pvroute.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * The loggers of a fleet, as a program of its own: {@code http://127.0.0.1:PORT/siteN} is the N-th. Every one has an inverter that never
 * sleeps and a meter with a serial number of its own, samples every five minutes, and answers from memory: the same answer is rendered once
 * for all of them, and sent after as many milliseconds as its argument says. It prints {@code logger PORT} first, and then a line for each request when its answer has been sent:
 * {@code siteN BEGAN ENDED BYTES}, in milliseconds since 1970.
 */
final class FleetLogger {

    private static final String PATH = "/solar_api/v1/GetArchiveData.cgi";
    private static final int THREADS = 32;
    /** The largest are those of 16 days, over a megabyte; all sites ask for the same few. */
    private static final int REMEMBERED = 24;
    private static final String SERIAL = "%SERIAL%";

    private final Map<String, String> rendered = new LinkedHashMap<>(32, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > REMEMBERED;
        }
    };

    private final long answerAfter;

    private FleetLogger(long answerAfter) {
        this.answerAfter = answerAfter;
    }

    public static void main(String[] arguments) throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        // idle connections of the runners are kept until these close them
        System.setProperty("sun.net.httpserver.maxIdleConnections", "1000");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newFixedThreadPool(THREADS));
        server.createContext("/", new FleetLogger(Long.parseLong(arguments[0]))::answer);
        server.start();
        System.out.println("logger " + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        long began = System.currentTimeMillis();
        String path = exchange.getRequestURI().getPath();
        if (!path.matches("/site\\d+" + PATH)) {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
            return;
        }
        String site = path.substring(1, path.length() - PATH.length());
        think();
        byte[] body = body(site, exchange.getRequestURI().getRawQuery());
        exchange.getResponseHeaders().set("Content-Type", "text/javascript");
        exchange.sendResponseHeaders(200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
        System.out.println(site + ' ' + began + ' ' + System.currentTimeMillis() + ' ' + body.length);
    }

    /** A real one takes its time. */
    private void think() throws IOException {
        try {
            Thread.sleep(answerAfter);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("The logger was stopped while it looked for its answer.", e);
        }
    }

    private byte[] body(String site, String query) {
        Instant from = Instant.parse(parameter(query, "StartDate"));
        Instant to = Instant.parse(parameter(query, "EndDate"));
        long newest = Math.min(to.getEpochSecond(), Instant.now().getEpochSecond()) / FleetTruth.STEP;
        String key = from + " " + to + ' ' + newest;
        String body;
        synchronized (rendered) {
            body = rendered.computeIfAbsent(key, absent -> render(from.getEpochSecond(), to.getEpochSecond(), newest * FleetTruth.STEP));
        }
        return body.replace(SERIAL, FleetTruth.serial(site)).getBytes(StandardCharsets.US_ASCII);
    }

    private static String parameter(String query, String name) {
        String encoded = Arrays.stream(query.split("&")).filter(p -> p.startsWith(name + '=')).findFirst().orElseThrow().substring(name.length() + 1);
        return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    }

    private static String render(long from, long to, long newest) {
        String bounds = ",\"Start\":\"" + Instant.ofEpochSecond(from) + "\",\"End\":\"" + Instant.ofEpochSecond(to) + "\"";
        var body = new StringBuilder("{\"Body\":{\"Data\":{\"inverter/1\":{\"Data\":{");
        channels(body, FleetTruth.INVERTER, from, newest);
        body.append("},\"DeviceType\":123,\"NodeType\":97").append(bounds).append("},\"meter:").append(SERIAL).append("\":{\"Data\":{");
        channels(body, FleetTruth.METER, from, newest);
        return body.append('}').append(bounds).append("}}},\"Head\":{\"RequestArguments\":{},\"Status\":{\"Code\":0,\"ErrorDetail\":{\"Nodes\":[]},"
                + "\"Reason\":\"\",\"UserMessage\":\"\"},\"Timestamp\":\"").append(Instant.now().toString(), 0, 19).append("Z\"}}").toString();
    }

    private static void channels(StringBuilder body, Map<String, String> channels, long from, long newest) {
        String comma = "";
        for (Map.Entry<String, String> channel : channels.entrySet()) {
            body.append(comma).append('"').append(channel.getKey()).append("\":{\"Unit\":\"").append(channel.getValue()).append("\",\"Values\":{");
            comma = "";
            for (long at = from + Math.floorMod(-from, FleetTruth.STEP); at <= newest; at += FleetTruth.STEP) {
                body.append(comma).append('"').append(at - from).append("\":").append(FleetTruth.value(channel.getKey(), at));
                comma = ",";
            }
            body.append("},\"_comment\":\"channelId=1\"}");
            comma = ",";
        }
    }
}
