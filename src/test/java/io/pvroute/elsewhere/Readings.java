package io.pvroute.elsewhere;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import io.pvroute.TestDatabase;
import org.springframework.jdbc.core.JdbcTemplate;

/** What the projects in {@code src/it} with a route of their own are given, and what has to be there after them: called by their groovy files. */
public final class Readings {

    private static final String STORED = "SELECT to_char(ts AT TIME ZONE 'UTC', 'HH24:MI') || ' ' || watts FROM reading ORDER BY ts";
    private static final String VERSION_OF_THE_FIRST = "SELECT xmin::text FROM reading WHERE ts = '2026-06-01 10:00:00+00'";

    /** What CopyUpsertProcessor needs. */
    private static final List<String> NEEDED = List.of("org.apache.camel:camel-api", "org.postgresql:postgresql", "org.slf4j:slf4j-api");
    /** And what that needs. A project that brings some of it itself has it there. */
    private static final List<String> NEEDED_BY_THAT = List.of("org.apache.camel:camel-util", "jakarta.xml.bind:jakarta.xml.bind-api",
            "jakarta.activation:jakarta.activation-api", "org.checkerframework:checker-qual");

    private Readings() {}

    /** A database with two readings for the project, told to it by the property jdbc.url. */
    public static void prepare(File project, Map<String, Object> context) throws IOException {
        var database = new TestDatabase();
        context.put("database", database);
        database.execute("""
                CREATE TABLE reading (sensor text, ts timestamptz, watts double precision, PRIMARY KEY (sensor, ts));
                INSERT INTO reading VALUES ('roof', '2026-06-01 10:00:00+00', 1.5), ('roof', '2026-06-01 10:05:00+00', 2.5)""");
        context.put("version", new JdbcTemplate(database.dataSource()).queryForObject(VERSION_OF_THE_FIRST, String.class));
        var properties = new Properties();
        properties.setProperty("jdbc.url", database.url());
        try (Writer file = Files.newBufferedWriter(project.toPath().resolve("test.properties"))) {
            properties.store(file, null);
        }
    }

    /** Whatever the project says of itself: the rows are there, the one that was the same was not written, and nothing else came with the jar. */
    public static void verify(File project, Map<String, Object> context) throws IOException {
        try (var database = (TestDatabase) context.get("database")) {
            var sql = new JdbcTemplate(database.dataSource());
            assertThat(sql.queryForList(STORED, String.class)).containsExactly("10:00 1.5", "10:05 3.5", "10:10 4.5");
            assertThat(sql.queryForObject(VERSION_OF_THE_FIRST, String.class)).isEqualTo(context.get("version"));
        }
        List<String> broughtAlong = DependencyTree.of(project.toPath()).throughUs();
        assertThat(broughtAlong).containsAll(NEEDED);
        assertThat(broughtAlong).filteredOn(name -> !NEEDED.contains(name)).isSubsetOf(NEEDED_BY_THAT);
    }
}
