package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.pvroute.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class SitesTest {

    private static final ZoneId VIENNA = ZoneId.of("Europe/Vienna");
    private static TestDatabase database;
    private static JdbcTemplate sql;

    @BeforeAll
    static void open() throws Exception {
        database = new TestDatabase();
        Schema.upgrade(database.dataSource());
        sql = new JdbcTemplate(database.dataSource());
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @BeforeEach
    void noSites() {
        sql.execute("DELETE FROM pv_site");
    }

    @Test
    void aNewSiteIsWrittenWithWhatItsSettingsName() {
        write(Map.of("site.home", "http://logger", "site.home.since", "2020-01-01", "site.home.pause", "500ms", "site.home.enabled", "false"));

        assertThat(sql.queryForMap("SELECT url, zone, since = '2020-01-01Z' AS since, period, pause = interval '0.5 s' AS pause, enabled, source FROM pv_site"))
                .isEqualTo(row("url", "http://logger", "zone", "Europe/Vienna", "since", true, "period", null, "pause", true, "enabled", false, "source", "config"));
    }

    @Test
    void whatTheSettingsDoNotNameStaysAsTheDatabaseHasIt() {
        write(Map.of("site.home", "http://logger"));
        sql.execute("UPDATE pv_site SET zone = 'UTC', period = '1 h', pause = '1 min', enabled = false, since = '2019-01-01Z', source = 'hand'");

        write(Map.of("site.home", "http://logger", "site.home.pause", "2m"));

        assertThat(sql.queryForMap("SELECT zone, period = interval '1 h' AS period, pause = interval '2 min' AS pause, enabled, since = '2019-01-01Z' AS since, source FROM pv_site"))
                .isEqualTo(row("zone", "UTC", "period", true, "pause", true, "enabled", false, "since", true, "source", "config"));
    }

    @Test
    void sinceAutoInTheSettingsIsSaidForOneSiteWhereAllOthersHaveABeginning() {
        write(Map.of("site.home", "http://logger", "site.home.since", "auto"));

        assertThat(sql.queryForObject("SELECT since = '-infinity' FROM pv_site", Boolean.class)).isTrue();
    }

    @Test
    void aSiteThatIsTheSameIsNotWritten() {
        write(Map.of("site.home", "http://logger", "site.home.since", "2020-01-01"));
        String before = sql.queryForObject("SELECT xmin::text FROM pv_site", String.class);

        write(Map.of("site.home", "http://logger", "site.home.since", "2020-01-01"));

        assertThat(sql.queryForObject("SELECT xmin::text FROM pv_site", String.class)).isEqualTo(before);
    }

    @Test
    void aSiteThatMovedToAnotherAddressIsAskedAtOnceAndOneThatDidNotRestsOn() {
        write(Map.of("site.home", "http://old", "site.barn", "http://barn"));
        sql.execute("UPDATE pv_site SET next_request_at = now() + interval '1 h'");

        write(Map.of("site.home", "http://new", "site.barn", "http://barn"));

        assertThat(sql.queryForList("SELECT site FROM pv_site WHERE next_request_at <= now()", String.class)).containsExactly("home");
    }

    @Test
    void aSiteThatHasLeftTheSettingsStaysAndIsReadOn() {
        write(Map.of("site.home", "http://logger", "site.barn", "http://barn"));

        write(Map.of("site.home", "http://logger"));

        assertThat(new Sites(database.dataSource()).enabled()).containsExactly("barn", "home");
    }

    private static void write(Map<String, String> settings) {
        List<Site> sites = Settings.load(null, Map.of(), settings).sites();
        new Sites(database.dataSource()).write(sites, VIENNA);
    }

    private static Map<String, Object> row(Object... entries) {
        Map<String, Object> row = new HashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            row.put((String) entries[i], entries[i + 1]);
        }
        return row;
    }
}
