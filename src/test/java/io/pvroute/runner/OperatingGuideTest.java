package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.pvroute.TestDatabase;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** What docs/operating.md tells to do by hand, as it stands there. */
class OperatingGuideTest {

    @Test
    void theMoveToAnotherDatabaseBringsEveryRowAlong() throws Exception {
        assumeThat(Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, "psql")))).isTrue();
        try (var old = new TestDatabase(); var young = new TestDatabase()) {
            // Given a database with a site, its book and its rows, and another with the tables alone
            Schema.upgrade(old.dataSource());
            Schema.upgrade(young.dataSource());
            old.execute("INSERT INTO pv_site (site, url) VALUES ('home', 'http://127.0.0.1:1')");
            old.execute("INSERT INTO pv_window (site, starts_at, ends_at, state) SELECT 'home', pv_window_start(now()), now(), 'open'");
            old.execute("INSERT INTO pv_archive (site, device, ts, radiation) SELECT 'home', 'inverter/1', now() - i * interval '5 minutes', i FROM generate_series(1, 1000) AS i");
            old.execute("INSERT INTO pv_event (site, device, channel, ts, detail) VALUES ('home', 'inverter/1', 'InverterErrors', now(), '{\"a\": 1}')");

            // When the lines are run
            var move = new ProcessBuilder("bash", "-c", lines().replaceFirst("(?m)^FROM=.*$", "FROM='" + uri(old) + "'").replaceFirst("(?m)^TO=.*$", "TO='" + uri(young) + "'"))
                    .redirectErrorStream(true).start();
            String told = new String(move.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(move.waitFor(1, TimeUnit.MINUTES)).isTrue();

            // Then everything is there
            assertThat(told).isEmpty();
            assertThat(move.exitValue()).isZero();
            for (String table : new String[] {"pv_site", "pv_window", "pv_archive", "pv_event"}) {
                assertThat(content(young, table)).as(table).isNotNull().isEqualTo(content(old, table));
            }
        }
    }

    private static String content(TestDatabase database, String table) {
        return new JdbcTemplate(database.dataSource()).queryForObject("SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM " + table + " AS t", String.class);
    }

    private static String uri(TestDatabase database) {
        return database.url().substring("jdbc:".length()).replace("loggerLevel=OFF&", "");      // that is the driver's alone
    }

    private static String lines() throws Exception {
        Matcher block = Pattern.compile("```sh\n(FROM=.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of("docs/operating.md")));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }
}
