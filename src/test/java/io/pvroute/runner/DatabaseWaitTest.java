package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.pvroute.TestDatabase;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.Test;

class DatabaseWaitTest {

    @Test
    void aStopWhileItWaitsIsNotToldAsAFaultOfTheDatabase() throws IOException {
        // Given a database that is away
        var config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://127.0.0.1:" + freePort() + "/pv");
        config.setInitializationFailTimeout(-1);
        var warnings = new Warnings();
        var log = (Logger) LogManager.getLogger("pvroute");
        warnings.start();
        log.addAppender(warnings);

        try (var pool = new HikariDataSource(config)) {
            // When the thread that waits for it is interrupted
            Thread.currentThread().interrupt();
            Throwable thrown = catchThrowable(() -> new DatabaseWait(pool, "db").untilItAnswers());

            // Then that is all that is said
            assertThat(thrown).isInstanceOf(StartException.class).hasMessage("Stopped while it waited for the database db.");
            assertThat(warnings.told).isZero();
        } finally {
            Thread.interrupted();
            log.removeAppender(warnings);
        }
    }

    @Test
    void aStepDuringWhichTheDatabaseGoesAwayIsTakenAgain() throws Exception {
        try (var database = new TestDatabase()) {
            var wait = new DatabaseWait(database.dataSource(), "db");
            var taken = new AtomicInteger();

            // Given a step that loses its connection twice, once below the exception of somebody else
            int result = wait.through(() -> {
                String sql = taken.incrementAndGet() < 3 ? "SELECT pg_terminate_backend(pg_backend_pid())" : "SELECT 42";
                try (var connection = database.dataSource().getConnection(); var row = connection.createStatement().executeQuery(sql)) {
                    row.next();
                    return row.getInt(1);
                } catch (SQLException e) {
                    if (taken.get() == 2) {
                        throw new StartException("The sites could not be read.", e);
                    }
                    throw e;
                }
            });

            // Then the third time counts
            assertThat(result).isEqualTo(42);
            assertThat(taken).hasValue(3);
        }
    }

    @Test
    void aStepThatTheDatabaseDoesNotTakeIsNotTakenAgain() {
        try (var database = new TestDatabase()) {
            var wait = new DatabaseWait(database.dataSource(), "db");
            var taken = new AtomicInteger();

            Throwable thrown = catchThrowable(() -> wait.through(() -> {
                taken.incrementAndGet();
                try (var connection = database.dataSource().getConnection(); var statement = connection.createStatement()) {
                    return statement.execute("SELECT * FROM pv_nowhere");
                }
            }));

            assertThat(thrown).isInstanceOf(SQLException.class).hasMessageContaining("pv_nowhere");
            assertThat(taken).hasValue(1);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static final class Warnings extends AbstractAppender {

        private int told;

        Warnings() {
            super("warnings", null, null, false, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            told += event.getLevel().isMoreSpecificThan(Level.WARN) ? 1 : 0;
        }
    }
}
