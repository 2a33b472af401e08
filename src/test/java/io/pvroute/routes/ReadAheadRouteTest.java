package io.pvroute.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The shipped routes and a logger that needs no pause: while a window is stored, which a lock of the test delays, the next one is read. */
class ReadAheadRouteTest extends ShippedRoutes {

    /** Closed windows of the grid before archive.until, newest first. */
    private static final List<String> STARTS = List.of("2021-12-28", "2021-12-12", "2021-11-26", "2021-11-10", "2021-10-25");
    private static final Pattern START_DATE = Pattern.compile("StartDate=([^&]+)");

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger atATime = new AtomicInteger();
    private final AtomicInteger mostAtATime = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile String broken = "none";
    private HttpServer quick;

    @Override
    protected Map<String, String> differing() {
        return Map.of("archive.until", "2022-01-01", "archive.period", "1s");
    }

    @BeforeEach
    void aLoggerThatNeedsNoPause() throws IOException {
        quick = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        quick.setExecutor(threads);
        quick.createContext("/", this::answer);
        quick.start();
        site("2021-10-25");
    }

    @AfterEach
    void unplug() {
        context.stop();
        quick.stop(0);
        threads.shutdownNow();
    }

    @Test
    void whileAWindowIsStoredTheNextOneIsReadAndNoMore() throws Exception {
        try (Connection lock = lockOnTheArchive()) {
            context.start();
            await().atMost(Duration.ofSeconds(20)).until(() -> asked.size() == 2);

            await().during(Duration.ofMillis(700)).atMost(Duration.ofSeconds(5)).until(() -> asked.size() == 2 && booked() == 0);
            lock.rollback();
            await().atMost(Duration.ofSeconds(20)).until(() -> booked() == STARTS.size());
        }

        assertThat(asked).as("newest first, and each once").isEqualTo(STARTS);
        assertThat(mostAtATime).as("requests at a time").hasValue(1);
        assertThat(count("pv_archive")).isEqualTo(STARTS.size());
        assertThat(sql.queryForList("SELECT state FROM pv_window", String.class)).containsOnly("loaded").hasSize(STARTS.size());
        assertThat(sql.queryForMap("SELECT lease, leased_by, down_since FROM pv_site").values()).containsOnlyNulls();
    }

    @Test
    void aLoggerThatNeedsAPauseIsAskedAgainOnlyWhenTheWindowIsStored() throws Exception {
        sql.update("UPDATE pv_site SET pause = '100 ms'");
        try (Connection lock = lockOnTheArchive()) {
            context.start();
            await().atMost(Duration.ofSeconds(20)).until(() -> asked.size() == 1);

            await().during(Duration.ofMillis(700)).atMost(Duration.ofSeconds(5)).until(() -> asked.size() == 1 && booked() == 0);
            lock.rollback();
            await().atMost(Duration.ofSeconds(20)).until(() -> booked() == STARTS.size());
        }

        assertThat(asked).isEqualTo(STARTS);
    }

    @Test
    void aLoggerThatBreaksDownWhileAWindowIsStoredIsDownAndThatWindowIsBookedAllTheSame() throws Exception {
        broken = STARTS.get(1);
        try (Connection lock = lockOnTheArchive()) {
            context.start();
            await().atMost(Duration.ofSeconds(20)).until(() -> asked.size() == 2);
            lock.rollback();
            await().atMost(Duration.ofSeconds(20)).until(() -> count("pv_site WHERE down_since IS NOT NULL") == 1);
        }
        assertThat(sql.queryForList("SELECT state FROM pv_window ORDER BY starts_at DESC", String.class)).containsExactly("loaded", "dead");

        broken = "none";
        await().atMost(Duration.ofSeconds(20)).until(() -> booked() == STARTS.size());
        assertThat(count("pv_archive")).isEqualTo(STARTS.size());
        assertThat(mostAtATime).hasValue(1);
    }

    @Test
    void aWindowThatTheTableRefusesIsParkedAndWhatWasReadAheadIsStillOwed() {
        sql.execute("ALTER TABLE pv_archive ADD CONSTRAINT sane CHECK (ts <> '" + STARTS.get(0) + "T00:05:00Z')");

        context.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> count("pv_window WHERE state = 'dead'") == 1);
        assertThat(sql.queryForObject("SELECT error FROM pv_window WHERE state = 'dead'", String.class)).contains("sane");
        assertThat(sql.queryForObject("SELECT next_request_at > now() + interval '100 s' FROM pv_site", Boolean.class))
                .as("the request for the next window may still run").isTrue();

        sql.execute("UPDATE pv_site SET next_request_at = now()");
        await().atMost(Duration.ofSeconds(20)).until(() -> booked() == STARTS.size() - 1);
        assertThat(count("pv_archive")).isEqualTo(STARTS.size() - 1);
    }

    /** Whoever wants to write waits for its end. */
    private Connection lockOnTheArchive() throws SQLException {
        Connection connection = sql.getDataSource().getConnection();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LOCK TABLE pv_archive IN SHARE MODE");
        }
        return connection;
    }

    private int booked() {
        return count("pv_window WHERE state = 'loaded'");
    }

    private int count(String rows) {
        return sql.queryForObject("SELECT count(*) FROM " + rows, Integer.class);
    }

    private void site(String since) {
        sql.update("INSERT INTO pv_site (site, url, since) VALUES ('home', ?, ?::timestamptz)",
                "http://127.0.0.1:" + quick.getAddress().getPort(), since + "Z");
    }

    /** One sample, five minutes after the window's first moment. */
    private void answer(HttpExchange exchange) throws IOException {
        mostAtATime.accumulateAndGet(atATime.incrementAndGet(), Math::max);
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            Matcher start = START_DATE.matcher(exchange.getRequestURI().getQuery());
            String day = start.find() ? start.group(1).substring(0, 10) : "";
            asked.add(day);
            byte[] body = """
                    {"Head":{"Status":{"Code":0}},"Body":{"Data":{"inverter/1":{"Start":"%sT00:00:00+00:00",
                    "Data":{"PowerReal_PAC_Sum":{"Unit":"W","Values":{"300":1.5}}}}}}}""".formatted(day).getBytes(StandardCharsets.UTF_8);
            // as slow as not to hide a second request, whose client may begin it as soon as it has the last byte of this one
            LockSupport.parkNanos(20_000_000);
            atATime.decrementAndGet();
            exchange.sendResponseHeaders(day.equals(broken) ? 503 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
