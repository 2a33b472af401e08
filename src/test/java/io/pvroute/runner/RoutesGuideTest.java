package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pvroute.TestDatabase;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** The recipes of docs/routes.md, as they stand there, beside the shipped routes in a runner that reads a simulated logger. */
class RoutesGuideTest {

    /** A block of the guide: what stands above it tells where it goes. */
    private record Block(String above, String language, String text) {}

    private static final Pattern FENCE = Pattern.compile("(?m)^```(\\w+)\n(.*?)^```$", Pattern.DOTALL);
    private static final Pattern OWN_FILE = Pattern.compile("`(routes/\\S+)`:$");
    private static final Pattern PLACE = Pattern.compile("`(routes/\\S+)`, right before the step `(\\S+)`:$");

    private final Clock clock = Clock.systemUTC();
    private final TestDatabase database = new TestDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(database.dataSource());
    private final Simulator simulator = new Simulator(Plant.demo(clock), clock);
    private final Map<String, String> settings = new HashMap<>();
    private Runner runner;

    @TempDir
    private Path folder;

    @BeforeEach
    void prepare() throws Exception {
        simulator.start(0);
        Schema.upgrade(database.dataSource());
        for (Path file : files(Path.of("routes"))) {
            Path copy = folder.resolve(file.toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
        settings.putAll(Map.of("db.url", database.url(), "site.barn", simulator.url(), "site.barn.since", "2d", "archive.pause", "0s",
                "archive.tick", "50ms", "observe.port", "off", "page.port", "off", "routes.directory", folder.resolve("routes").toString()));
    }

    @AfterEach
    void end() {
        if (runner != null) {
            runner.close();
        }
        simulator.close();
        database.close();
    }

    @Test
    void anotherPeriodForOneSite() throws Exception {
        follow("## 1.");
        settings.putAll(Map.of("site.barn", simulator.url(), "site.home", simulator.url(), "site.home.since", "2d", "site.home.period", "1s"));
        start();

        // home is read again and again, barn once
        await().atMost(Duration.ofSeconds(60)).until(() -> simulator.requests().size() > 6);
        assertThat(sql.queryForObject("SELECT period = interval '15 minutes' FROM pv_site WHERE site = 'barn'", Boolean.class)).isTrue();
        assertThat(sql.queryForObject("SELECT bool_and(unchanged = 0) FROM pv_window WHERE site = 'barn'", Boolean.class)).isTrue();
        assertThat(sql.queryForObject("SELECT bool_or(unchanged > 0) FROM pv_window WHERE site = 'home'", Boolean.class)).isTrue();
    }

    @Test
    void aSecondTableByAFilter() throws Exception {
        follow("## 2.");
        settings.putAll(Map.of("site.home", simulator.url(), "site.home.since", "2d"));
        start();
        awaitBook(2);

        assertThat(count("SELECT count(*) FROM barn.archive")).isPositive().isEqualTo(count("SELECT count(*) FROM pv_archive WHERE site = 'barn'"));
        assertThat(count("SELECT count(*) FROM (SELECT * FROM barn.archive EXCEPT SELECT * FROM pv_archive) AS other")).isZero();
        assertThat(count("SELECT count(*) FROM pv_archive WHERE site = 'home'")).isPositive();
    }

    @Test
    void theValuesToAFileAsWell() throws Exception {
        follow("## 3.");
        Path samples = folder.resolve("samples");
        settings.put("samples.folder", samples.toString());
        start();
        awaitBook(1);

        await().atMost(Duration.ofSeconds(30)).until(() -> files(samples).size() == count("SELECT count(*) FROM pv_window WHERE read_at IS NOT NULL"));
        int rows = 0;
        for (Path file : files(samples)) {
            JsonNode window = new ObjectMapper().readTree(file.toFile());
            rows += window.size();
            assertThat(window).allSatisfy(row -> assertThat(row.get("site").asText()).isEqualTo("barn"));
            assertThat(window.findValues("powerreal_pac_sum")).isNotEmpty();
        }
        assertThat(rows).isEqualTo(count("SELECT count(*) FROM pv_archive"));
    }

    @Test
    void oneTablePerChannel() throws Exception {
        follow("## 4.");
        start();
        awaitBook(1);

        assertThat(count("SELECT count(*) FROM channel.powerreal_pac_sum")).isPositive()
                .isEqualTo(count("SELECT count(powerreal_pac_sum) FROM pv_archive WHERE device = 'inverter/1'"));
        assertThat(count("SELECT count(*) FROM channel.powerreal_pac_sum AS c JOIN pv_archive AS a ON a.ts = c.timestamp AND a.device = 'inverter/1'"
                + " WHERE c.value IS DISTINCT FROM a.powerreal_pac_sum")).isZero();
        assertThat(count("SELECT count(*) FROM channel.radiation")).isZero();
    }

    @Test
    void csvIntoATable() throws Exception {
        follow("## 5.");
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        settings.put("tariff.folder", inbox.toString());
        start();

        Files.writeString(inbox.resolve("2026.csv"), "valid_from,name,cent_per_kwh\n2026-01-01T00:00:00+01:00,\"day, winter\",12.5\n2026-04-01T00:00:00+02:00,summer,9\n");
        await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(inbox.resolve("done/2026.csv")));
        assertThat(sql.queryForList("SELECT name || ' ' || cent_per_kwh FROM tariff ORDER BY valid_from", String.class)).containsExactly("day, winter 12.5", "summer 9");

        Files.writeString(inbox.resolve("wrong.csv"), "valid_from,name,cent_per_kwh\n2027-01-01T00:00:00+01:00,winter,much\n");
        await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(inbox.resolve("failed/wrong.csv")));
        assertThat(count("SELECT count(*) FROM tariff")).isEqualTo(2);
    }

    @Test
    void liveReloadForThoseWhoWantIt() throws Exception {
        follow("## Live reload");
        Path own = folder.resolve("routes/own.camel.yaml");
        Files.writeString(own, "- route:\n    id: one\n    from: {uri: \"timer:one?period=1h\", steps: [{log: {message: one}}]}\n");
        settings.put("camel.main.routesReloadDirectory", folder.resolve("routes").toString());
        start();

        Files.writeString(own, "- route:\n    id: two\n    from: {uri: \"timer:two?period=1h\", steps: [{log: {message: two}}]}\n");
        await().atMost(Duration.ofSeconds(60)).until(() -> runner.camel().getRoute("two") != null);
        Files.writeString(own, "- route:\n    id: three\n   from: {}\n");
        await().during(Duration.ofSeconds(4)).atMost(Duration.ofSeconds(30)).until(() -> runner.camel().getRouteController().getRouteStatus("archive").isStarted());
    }

    /** Does what the section says: runs its SQL, writes its files and settings, changes the routes where it says so. */
    private void follow(String heading) throws IOException {
        List<Block> blocks = blocks(heading);
        assertThat(blocks).isNotEmpty();
        for (Block block : blocks) {
            Matcher place = PLACE.matcher(block.above());
            Matcher own = OWN_FILE.matcher(block.above());
            if (place.find()) {
                Path file = folder.resolve(place.group(1));
                String text = Files.readString(file);
                Matcher step = Pattern.compile("(?m)^ +- \\w+:\n +id: " + Pattern.quote(place.group(2)) + "$").matcher(text);
                assertThat(step.find()).as(place.group(2)).isTrue();
                Files.writeString(file, text.substring(0, step.start()) + block.text() + text.substring(step.start()));
            } else if (block.language().equals("properties")) {
                var properties = new Properties();
                properties.load(new StringReader(block.text()));
                properties.forEach((key, value) -> settings.put((String) key, (String) value));
            } else if (own.find()) {
                Files.writeString(folder.resolve(own.group(1)), block.text());
            } else {
                assertThat(block.above()).endsWith("n psql:");
                sql.execute(block.text());
            }
        }
    }

    private static List<Block> blocks(String heading) throws IOException {
        String guide = Files.readString(Path.of("docs/routes.md"));
        int begin = guide.indexOf(heading);
        assertThat(begin).as(heading).isNotNegative();
        int end = guide.indexOf("\n## ", begin);
        String section = guide.substring(begin, end < 0 ? guide.length() : end);
        List<Block> blocks = new ArrayList<>();
        Matcher fence = FENCE.matcher(section);
        while (fence.find()) {
            blocks.add(new Block(section.substring(0, fence.start()).strip(), fence.group(1), fence.group(2)));
        }
        return blocks;
    }

    private void start() {
        runner = new Runner(Settings.load(null, Map.of(), settings));
        runner.openDatabase();
        runner.startRoutes();
    }

    private void awaitBook(int sites) {
        await().atMost(Duration.ofSeconds(60)).until(() -> sql.queryForObject("""
                SELECT count(DISTINCT site) = ? AND count(*) = (SELECT count(*) FROM pv_site, generate_series(pv_window_start(since), now(), interval '384 hours'))
                       AND bool_and(state IN ('open', 'loaded'))
                  FROM pv_window""", Boolean.class, sites));
    }

    private int count(String query) {
        return sql.queryForObject(query, Integer.class);
    }

    private static List<Path> files(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
