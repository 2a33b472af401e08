package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pvroute.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.Arguments;
import org.springframework.jdbc.core.JdbcTemplate;
import picocli.CommandLine;

/** What a person is told who has edited a route, by {@code validate} and by {@code run}. */
class ValidateTest {

    private final StringWriter out = new StringWriter();

    @TempDir
    private Path folder;
    private Path routes;

    @BeforeEach
    void copyTheShippedRoutes() throws IOException {
        routes = folder.resolve("my routes");
        try (var files = Files.walk(Path.of("routes"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = routes.resolve(Path.of("routes").relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    @Test
    void nothingIsWrongWithTheShippedRoutes() {
        assertThat(validate(routes.toString())).isZero();
        assertThat(validate("routes")).isZero();
        assertThat(out.toString()).contains("my routes: ").contains("nothing is wrong.");
    }

    /** A file of an operator, what is told of it, and the line that is named. */
    static List<Arguments> slips() {
        return List.of(
                Arguments.of("a step that is not known", route("- nonsense: {}"), 6, "route own: Unknown node id: nonsense."),
                Arguments.of("an option of a step", route("- log: {mesage: x}"), 6, "route own: Unsupported field: mesage."),
                Arguments.of("indentation", "- route:\n    id: own\n    from:\n      uri: timer:x\n     steps: []\n", 5, "expected <block end>"),
                Arguments.of("a bean", route("- log: {message: x}\n        - bean: {ref: Missing}"), 7, "route own: No bean could be found in the registry for: Missing."),
                Arguments.of("a bean as an endpoint", route("- to: bean:Nobody"), 6, "No bean could be found in the registry for: Nobody."),
                Arguments.of("a method", route("- bean: {ref: dataSource, method: fly}"), 6, "Method with name: fly not found"),
                Arguments.of("the class of a bean", "- beans:\n    - name: Foo\n      type: io.nowhere.Foo\n", 2, "Error creating bean: Foo of type io.nowhere.Foo: there is no"),
                Arguments.of("a component", route("- to: kafka:topic"), 6, "route own: No endpoint could be found for: kafka://topic"),
                Arguments.of("an option of an endpoint", route("- to: log:x?levl=INFO"), 6, "Unknown parameters=[{levl=INFO}]"),
                Arguments.of("a setting in an endpoint", route("- to: \"log:{{my.log}}\""), 6, "route own: {{my.log}} has no value; expected a line my.log = … in the settings."),
                Arguments.of("an expression", route("- filter: {simple: \"${body == 3\", steps: [{log: {message: x}}]}"), 6, "expected symbol functionEnd but was eol"),
                Arguments.of("a statement", route("- to: \"sql:{{routes.location}}/sql/missing.sql\""), 6, "route own: there is no file"),
                Arguments.of("a route that is called", route("- to: direct:nowhere"), 6, "route own: there is no route that begins with direct:nowhere."),
                Arguments.of("a configuration", "- route:\n    id: own\n    routeConfigurationId: nonesuch\n    from: {uri: \"timer:x\", steps: [{log: {message: x}}]}\n", 1,
                        "route own: there is no routeConfiguration nonesuch."),
                Arguments.of("an id that is taken", "- route:\n    id: archive\n    from: {uri: \"timer:x\", steps: [{log: {message: x}}]}\n", 2,
                        "route archive: there is another route with this id, at "),
                Arguments.of("no list", "route:\n  id: own\n", 0, "holds no list"),
                Arguments.of("nothing", "", 0, "holds no list"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slips")
    void aSlipIsToldWithFileLineAndRoute(String slip, String file, int line, String what) throws IOException {
        Path own = Files.writeString(routes.resolve("own.camel.yaml"), file);

        assertThat(validate(routes.toString())).isEqualTo(1);

        assertThat(out.toString().lines().filter(text -> text.startsWith(own + (line > 0 ? ":" + line : "")) && text.contains(what))).as(out.toString()).hasSize(1);
        assertThat(out.toString()).contains(", 1 problem; run would not start.").doesNotContain("\tat ");
    }

    @Test
    void aSettingOrABeanThatAStatementAsksForAndNobodyHasIsToldWithTheLineOfTheStatement() throws IOException {
        Path statement = Files.writeString(routes.resolve("sql/own.sql"), "-- mine\nSELECT :#${properties:my.zone},\n       :#${ref:nobody}\n");
        Files.writeString(routes.resolve("own.camel.yaml"), route("- to: \"sql:{{routes.location}}/sql/own.sql\""));

        assertThat(validate(routes.toString())).isEqualTo(1);

        assertThat(out.toString()).contains(statement + ":2, route own: ${properties:my.zone} has no value", statement + ":3, route own: there is no bean nobody.");
    }

    @Test
    void everythingThatIsWrongIsToldAtOnceAlsoForAScript() throws IOException {
        Files.writeString(routes.resolve("a.camel.yaml"), route("- nonsense: {}"));
        Files.writeString(routes.resolve("b.camel.yaml"), route("- to: kafka:topic").replace("own", "other"));
        Files.delete(routes.resolve("sql/channels.sql"));

        assertThat(validate(routes.toString(), "--json")).isEqualTo(1);

        JsonNode problems = new ObjectMapper().readTree(out.toString());
        assertThat(problems).hasSize(3);
        assertThat(problems.findValuesAsText("route")).containsExactly("own", "read", "other");
        assertThat(problems.get(0).get("line").asInt()).isEqualTo(6);
        assertThat(problems.get(0).get("file").asText()).endsWith("a.camel.yaml");
    }

    @Test
    void aFolderWithoutARouteFileIsSaid() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));

        assertThat(validate(empty.toString())).isEqualTo(1);

        assertThat(out.toString()).contains("there is no route file; their names end in .camel.yaml.");
    }

    /** Of a file that Camel cannot read, one that it cannot build, and one that it would find wrong only when a window comes by. */
    @ParameterizedTest
    @MethodSource("refused")
    void runStartsNothingWhereOneFileIsBrokenAndSaysTheSame(String step, String what) throws IOException {
        Path own = Files.writeString(routes.resolve("own.camel.yaml"), route(step));
        try (var database = new TestDatabase()) {
            var settings = Settings.load(null, Map.of(), Map.of("db.url", database.url(), "site.home", "http://127.0.0.1:1", "archive.tick", "10ms",
                    "routes.directory", routes.toString(), "observe.port", "off"));
            try (var runner = new Runner(settings)) {
                runner.openDatabase();
                assertThatThrownBy(runner::startRoutes).isInstanceOf(StartException.class)
                        .hasMessageContaining("pvroute does not start: one thing is not right with the routes in " + routes)
                        .hasMessageContaining(own + ":6, route own: " + what);
            }
            assertThat(new JdbcTemplate(database.dataSource()).queryForObject("SELECT count(*) FROM pv_window", Integer.class)).isZero();
        }
    }

    static List<Arguments> refused() {
        return List.of(Arguments.of("- nonsense: {}", "Unknown node id: nonsense."), Arguments.of("- to: kafka:topic", "No endpoint could be found"),
                Arguments.of("- to: direct:nowhere", "there is no route that begins with direct:nowhere."));
    }

    private static String route(String step) {
        return "- route:\n    id: own\n    from:\n      uri: timer:own\n      steps:\n        " + step + "\n";
    }

    private int validate(String directory, String... options) {
        CommandLine pvroute = Main.commandLine();
        pvroute.setOut(new PrintWriter(out, true));
        pvroute.setErr(new PrintWriter(out, true));
        String[] arguments = new String[options.length + 2];
        arguments[0] = "validate";
        arguments[1] = directory;
        System.arraycopy(options, 0, arguments, 2, options.length);
        return pvroute.execute(arguments);
    }
}
