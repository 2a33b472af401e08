package io.pvroute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A database of its own for a test class, on one PostgreSQL server for all of them, dropped on close.
 *
 * <p>The server is chosen by hand, never by looking what is there, and in one way at a time: {@code TEST_JDBC_URL} (with user and password in
 * it) names one that runs, {@code -Dtest.postgres=testcontainers} starts the image {@code POSTGRES_IMAGE} (default postgres:18), else an
 * embedded PostgreSQL is started, of the version {@code -Dpostgres}. It ends with the JVM.
 */
public final class TestDatabase implements AutoCloseable {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String name = "test_" + ProcessHandle.current().pid() + "_" + NUMBER.incrementAndGet();
    private final HikariDataSource pool;

    public TestDatabase() {
        execute(Server.URL, "CREATE DATABASE " + name);
        var config = new HikariConfig();
        config.setJdbcUrl(url());
        config.setMaximumPoolSize(20);
        // as the program has it; a server with LLVM takes seconds to compile what runs in milliseconds
        config.setConnectionInitSql("SET jit = off");
        config.setMinimumIdle(0);
        pool = new HikariDataSource(config);
    }

    /** A pool of connections to this database. */
    public DataSource dataSource() {
        return pool;
    }

    /** JDBC URL of this database, with user and password, of a superuser. */
    public String url() {
        int path = Server.URL.indexOf('/', "jdbc:postgresql://".length());
        int query = Server.URL.indexOf('?');
        return Server.URL.substring(0, path + 1) + name + (query < 0 ? "" : Server.URL.substring(query));
    }

    public void execute(String sql) {
        try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Override
    public void close() {
        pool.close();
        execute(Server.URL, "DROP DATABASE " + name + " WITH (FORCE)");
    }

    private static void execute(String url, String sql) {
        try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Started when the first test asks for it. */
    private static final class Server {

        static final String URL = start();

        private static String start() {
            String url = System.getenv("TEST_JDBC_URL");
            String kind = System.getProperty("test.postgres");
            if (kind != null && !kind.equals("testcontainers")) {
                throw new IllegalStateException("-Dtest.postgres=" + kind + " is not known: testcontainers starts a container, and without it the"
                        + " PostgreSQL of the tests is embedded.");
            }
            List<String> named = Stream.of(url == null ? null : "TEST_JDBC_URL", kind == null ? null : "-Dtest.postgres",
                    System.getProperty("postgres") == null ? null : "-Dpostgres").filter(Objects::nonNull).toList();
            if (named.size() > 1) {
                throw new IllegalStateException("The PostgreSQL of the tests is named by " + String.join(" and by ", named) + ". Name it in one way.");
            }
            if (url != null) {
                return url;
            }
            if (kind != null) {
                @SuppressWarnings("resource") // ends with the JVM
                var container = new PostgreSQLContainer(System.getenv().getOrDefault("POSTGRES_IMAGE", "postgres:18"));
                container.start();
                Runtime.getRuntime().addShutdownHook(new Thread(container::stop));
                return container.getJdbcUrl() + (container.getJdbcUrl().contains("?") ? "&" : "?") + "user=" + container.getUsername()
                        + "&password=" + container.getPassword();
            }
            try {
                return EmbeddedPostgres.builder().start().getJdbcUrl("postgres", "postgres");
            } catch (IOException e) {
                throw new UncheckedIOException("The embedded PostgreSQL of the tests did not start.", e);
            }
        }
    }
}
