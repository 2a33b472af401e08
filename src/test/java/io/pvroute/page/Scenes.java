package io.pvroute.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

import io.pvroute.TestDatabase;
import io.pvroute.runner.Schema;
import org.springframework.jdbc.core.JdbcTemplate;

/** A database with the functions of scenes.sql, which make sites that have a history. */
final class Scenes implements AutoCloseable {

    final TestDatabase database = new TestDatabase();
    final JdbcTemplate sql = new JdbcTemplate(database.dataSource());

    Scenes() {
        try (var script = Scenes.class.getResourceAsStream("scenes.sql")) {
            Schema.upgrade(database.dataSource());
            sql.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A site that is read for so long, with samples of its last days and totals of all. */
    void site(String name, int number, int days, int daysWithSamples) {
        sql.execute("SELECT scene_site('%s', %d, now() - interval '%d days')".formatted(name, number, days));
        sql.execute("SELECT scene_samples('%s', %d, now() - interval '%d days', now() - interval '2 minutes')".formatted(name, number, daysWithSamples));
        sql.execute("SELECT scene_totals('%s', %d, now()::date - %d, now()::date - %d)".formatted(name, number, days, daysWithSamples));
    }

    /** A site without an archive, read once a minute for so many days. */
    void readings(String name, int number, int days) {
        sql.execute("SELECT scene_readings('%s', %d, now() - interval '%d days', now())".formatted(name, number, days));
    }

    @Override
    public void close() {
        database.close();
    }
}
