package io.pvroute.history;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import io.pvroute.TestDatabase;
import io.pvroute.runner.Schema;
import org.springframework.jdbc.core.JdbcTemplate;

/** A database with the tables, and the site home in Vienna without a sample. */
final class History implements AutoCloseable {

    /** Where the totals differ from the view. */
    private static final String DIFFERENT = """
            SELECT site || ' ' || device || ' ' || day || ': ' || t::text || ' is not ' || d::text
              FROM pv_day AS d
              FULL JOIN pv_day_total AS t USING (site, device, day)
             WHERE (d.produced_wh, d.plus_wh, d.minus_wh, d.consumed_wh, d.peak_w, d.samples)
                   IS DISTINCT FROM (t.produced_wh, t.plus_wh, t.minus_wh, t.consumed_wh, t.peak_w, t.samples)
             LIMIT 5""";

    final TestDatabase database = new TestDatabase();
    final JdbcTemplate sql = new JdbcTemplate(database.dataSource());

    History() {
        try {
            Schema.upgrade(database.dataSource());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        sql.execute("INSERT INTO pv_site (site, url, zone) VALUES ('home', 'http://logger', 'Europe/Vienna')");
    }

    void forget() {
        sql.execute("TRUNCATE pv_archive, pv_power_flow, pv_inverter, pv_meter, pv_storage, pv_ohmpilot, pv_device, pv_day_total, pv_thinned");
    }

    /**
     * A row of the site home.
     *
     * @param columns names and values in SQL: "device = 'meter:1', ts = '2024-06-01T10:00:00Z', …"
     */
    void row(String table, String columns) {
        List<String[]> pairs = Arrays.stream(columns.split(", ")).map(pair -> pair.split(" = ", 2)).toList();
        sql.execute("INSERT INTO " + table + " (site, " + pairs.stream().map(pair -> pair[0]).collect(Collectors.joining(", ")) + ") VALUES ('home', "
                + pairs.stream().map(pair -> pair[1]).collect(Collectors.joining(", ")) + ")");
    }

    /** Days that are not empty in a column of pv_day, as "device day=value", the value rounded. */
    List<String> days(String column) {
        return sql.queryForList("SELECT device || ' ' || day || '=' || round(" + column + ") FROM pv_day WHERE " + column
                + " IS NOT NULL ORDER BY device, day", String.class);
    }

    /** The steps of pv_power within an interval of time, as "time pv grid load battery soc", UTC and rounded; - is null. */
    List<String> power(String from, String to) {
        return sql.queryForList("""
                SELECT concat_ws(' ', to_char(ts AT TIME ZONE 'UTC', 'HH24:MI'), coalesce(round(pv_w)::text, '-'), coalesce(round(grid_w)::text, '-'),
                                 coalesce(round(load_w)::text, '-'), coalesce(round(battery_w)::text, '-'), coalesce(round(soc_percent)::text, '-'))
                  FROM pv_power_between('home', ?::timestamptz, ?::timestamptz)""", String.class, from, to);
    }

    /** Brings the totals up to everything and tells where they differ from the view. */
    List<String> totalledDifferently() {
        sql.queryForList("SELECT pv_total_days(site, '-infinity', 'infinity') FROM pv_site");
        return different();
    }

    /** Where the totals differ from the view, at most five. */
    List<String> different() {
        return sql.queryForList(DIFFERENT, String.class);
    }

    @Override
    public void close() {
        database.close();
    }
}
