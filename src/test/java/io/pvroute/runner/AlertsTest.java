package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alert rules of deploy/kubernetes by Prometheus' own promtool: what they mean, and when they fire. */
class AlertsTest {

    private static final Path RULES = Path.of("deploy/kubernetes/fleet/alerts.yaml");

    private final ObjectMapper yaml = new ObjectMapper(new YAMLFactory());

    @TempDir
    private Path folder;

    @BeforeEach
    void asPrometheusReadsThem() throws Exception {
        assumeTrue(Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, "promtool"))),
                "There is no promtool on this computer.");
        ObjectNode rules = (ObjectNode) yaml.readTree(RULES.toFile()).get("spec");
        yaml.writeValue(folder.resolve("alerts.yaml").toFile(), rules);
        Files.copy(Path.of("src/test/resources/io/pvroute/runner/alerts-test.yaml"), folder.resolve("alerts-test.yaml"));
    }

    @Test
    void theyAreRulesThatPrometheusTakes() throws Exception {
        assertThat(promtool("check", "rules", "--lint=all", "--lint-fatal", "alerts.yaml")).contains("SUCCESS: 5 rules found");
    }

    @Test
    void theyFireWhenTheyShouldAndNotElse() throws Exception {
        assertThat(promtool("test", "rules", "alerts-test.yaml")).contains("SUCCESS").doesNotContain("FAILED");
    }

    private String promtool(String... arguments) throws Exception {
        var command = Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList();
        Process promtool = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        String told = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(told).isZero();
        return told;
    }
}
