package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.pvroute.TestDatabase;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Simulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** The containers of the fleet as Kubernetes would start them: with the arguments, variables and files of the manifests, as processes. */
class DeployedRunnerTest {

    private static final long PID = ProcessHandle.current().pid();
    private static final String OWNER = "deployed_owner_" + PID;
    private static final String RUNNER = "deployed_" + PID;
    private static final String MOUNTED = "/etc/pvroute";

    private final Clock clock = Clock.systemUTC();
    private final Simulator simulator = new Simulator(Plant.demo(clock), clock);
    private final TestDatabase database = new TestDatabase();
    private final JdbcTemplate sql = new JdbcTemplate(database.dataSource());
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @BeforeEach
    void anAdministratorHasMadeTheRoles() throws IOException {
        simulator.start(0);
        sql.execute(Files.readString(Path.of("deploy/roles.sql")).replace("pvroute_owner", OWNER).replaceAll("\\bpvroute\\b", RUNNER));
        sql.execute("ALTER ROLE " + OWNER + " PASSWORD 'replace-me'; ALTER ROLE " + RUNNER + " PASSWORD 'replace-me'");
    }

    @AfterEach
    void end() {
        simulator.close();
        for (String role : List.of(RUNNER, OWNER)) {
            sql.execute("DROP OWNED BY " + role + " CASCADE");
            sql.execute("DROP ROLE " + role);
        }
        database.close();
    }

    @Test
    void theyMakeTheTablesReadTheSitesAnswerTheProbesAndEndWhenTheyAreTold() throws Exception {
        // Given the pod of the fleet, with its files
        Manifests fleet = Manifests.render(Path.of("deploy/kubernetes/fleet"));
        PodSpec pod = fleet.the(Deployment.class).getSpec().getTemplate().getSpec();
        write(fleet, pod, "settings", folder.resolve("settings"));
        write(fleet, pod, "routes", folder.resolve("routes"));
        Container migrate = pod.getInitContainers().get(0);
        Container run = pod.getContainers().get(0);

        // When its first container is started, then the tables are there, and their owner's
        Process migrating = start(fleet, migrate, Map.of("DB_USER", OWNER));
        assertThat(migrating.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(migrating.exitValue()).as(told("migrate")).isZero();
        assertThat(sql.queryForList("SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relname LIKE 'pv\\_%'", String.class)).containsExactly(OWNER);

        // When the second is, with a site in the database, then it reads, and answers the probes and Prometheus
        sql.update("INSERT INTO pv_site (site, url, since, pause) VALUES ('home', ?, now() - interval '1 day', '0')", simulator.url());
        int port = freePort();
        Process running = start(fleet, run, Map.of("DB_USER", RUNNER, "OBSERVE_PORT", String.valueOf(port)));
        try {
            String address = "http://127.0.0.1:" + port;
            for (Probe probe : List.of(run.getStartupProbe(), run.getLivenessProbe(), run.getReadinessProbe())) {
                await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> ask(address + probe.getHttpGet().getPath()).statusCode() == 200);
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> sql.queryForObject("SELECT count(*) > 0 FROM pv_archive", Boolean.class));
            String path = fleet.the(ServiceMonitor.class).getSpec().getEndpoints().get(0).getPath();
            List<String> names = alertedOf(fleet);
            assertThat(names).contains("pvroute_site_down", "pvroute_dead_letters", "pvroute_site_late", "pvroute_database_up");
            await().untilAsserted(() -> assertThat(names).allSatisfy(name -> assertThat(ask(address + path).body()).containsPattern("(?m)^" + name + "(\\{.*site=\"home\".*})? ")));

            // And it ends well within its time when Kubernetes tells it to
            running.destroy();
            assertThat(running.waitFor(pod.getTerminationGracePeriodSeconds() / 2, TimeUnit.SECONDS)).isTrue();
            assertThat(running.exitValue()).as(told("pvroute")).isEqualTo(143);
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_site WHERE lease IS NOT NULL", Integer.class)).as("leases that others would have to wait for").isZero();
        } finally {
            running.destroyForcibly().waitFor();
        }
    }

    /** The metrics that the alerts look at. */
    private static List<String> alertedOf(Manifests fleet) {
        return fleet.the(PrometheusRule.class).getSpec().getGroups().get(0).getRules().stream()
                .flatMap(rule -> Pattern.compile("pvroute_\\w+").matcher(rule.getExpr().getStrVal()).results()).map(found -> found.group()).distinct().toList();
    }

    private Process start(Manifests fleet, Container container, Map<String, String> differing) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), Main.class.getName()));
        for (String argument : container.getArgs()) {
            command.add(argument.equals("pvroute") ? RUNNER : argument.replace(MOUNTED, folder.resolve("settings").toString()));
        }
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log(container.getName()).toFile());
        builder.environment().putAll(KubernetesTest.environment(fleet, container));
        builder.environment().put("DB_URL", database.url().replaceAll("[?&](user|password)=[^&]*", ""));
        builder.environment().putAll(differing);
        return builder.start();
    }

    private static void write(Manifests fleet, PodSpec pod, String volume, Path directory) throws IOException {
        for (Map.Entry<String, String> file : KubernetesTest.mounted(fleet, pod, volume).entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }

    private Path log(String container) {
        return folder.resolve(container + ".log");
    }

    private String told(String container) throws IOException {
        return Files.readString(log(container));
    }

    private HttpResponse<String> ask(String url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
