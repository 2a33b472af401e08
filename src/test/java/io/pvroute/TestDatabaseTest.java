package io.pvroute;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.jdbc.core.JdbcTemplate;

/** The tests run on the server that was asked for, and on no other. */
@Timeout(60)
class TestDatabaseTest {

    private static final String NOBODY = "jdbc:postgresql://127.0.0.1:1/test?user=test";

    @Test
    void aServerThatIsNamedInTwoWaysIsNotGuessed() throws Exception {
        assertThat(asked(Map.of("TEST_JDBC_URL", NOBODY), "-Dtest.postgres=testcontainers"))
                .contains("The PostgreSQL of the tests is named by TEST_JDBC_URL and by -Dtest.postgres. Name it in one way.");
        assertThat(asked(Map.of("TEST_JDBC_URL", NOBODY), "-Dpostgres=15.19.0")).contains("named by TEST_JDBC_URL and by -Dpostgres. ");
        assertThat(asked(Map.of(), "-Dtest.postgres=testcontainers", "-Dpostgres=15.19.0")).contains("named by -Dtest.postgres and by -Dpostgres. ");
        assertThat(asked(Map.of("TEST_JDBC_URL", NOBODY))).as("one way is enough").contains("127.0.0.1:1").doesNotContain("in one way");
    }

    @Test
    void aKindOfServerThatNobodyKnowsIsNotTakenForTheEmbeddedOne() throws Exception {
        assertThat(asked(Map.of(), "-Dtest.postgres=testcontainer")).contains("-Dtest.postgres=testcontainer is not known: ");
    }

    /** Given as {@code -Dpostgres.expected=15} where the server comes from elsewhere. */
    @Test
    @EnabledIfSystemProperty(named = "postgres.expected", matches = ".*", disabledReason = "-Dpostgres.expected names no version")
    void theServerIsOfTheVersionThatIsExpected() {
        try (var database = new TestDatabase()) {
            assertThat(new JdbcTemplate(database.dataSource()).queryForObject("SELECT current_setting('server_version_num')::integer / 10000", String.class))
                    .isEqualTo(System.getProperty("postgres.expected"));
        }
    }

    /** What another JVM says that asks for a database, and gets none. */
    private static String asked(Map<String, String> environment, String... properties) throws Exception {
        List<String> command = new ArrayList<>(List.of("java", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.addAll(Arrays.asList(properties));
        command.add(AsksForADatabase.class.getName());
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("TEST_JDBC_URL");
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isNotZero();
        return said;
    }

    static final class AsksForADatabase {

        private AsksForADatabase() {}

        public static void main(String[] args) {
            new TestDatabase().close();
        }
    }
}
