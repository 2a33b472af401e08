package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests of deploy/kubernetes as kubectl renders them: what Kubernetes takes, and what fits together and to the program. */
class KubernetesTest {

    private static final Path FOLDER = Path.of("deploy/kubernetes");
    private static final String JAVA_OPTIONS = "JDK_JAVA_OPTIONS";
    private static final int LARGEST_CONFIG_MAP = 1 << 20;

    @TempDir
    private Path folder;

    @Test
    void theOverlaysAreMadeOfTheseObjectsAndNothingThatKubernetesDoesNotKnow() {
        assertThat(kinds("small")).containsExactly("ConfigMap pvroute-routes", "ConfigMap pvroute-settings", "ConfigMap pvroute-sql", "Deployment pvroute",
                "NetworkPolicy pvroute", "Secret pvroute-database", "Service pvroute");
        assertThat(kinds("fleet")).containsExactly("ConfigMap pvroute-routes", "ConfigMap pvroute-settings", "ConfigMap pvroute-sql", "Deployment pvroute",
                "NetworkPolicy pvroute", "PodDisruptionBudget pvroute", "PrometheusRule pvroute", "Secret pvroute-database", "Service pvroute", "ServiceMonitor pvroute");
        assertThat(Manifests.render(FOLDER.resolve("fleet")).the(Deployment.class).getSpec().getReplicas()).isEqualTo(3);

        // And a slip of the pen would be noticed, also deep inside
        String small = Manifests.kubectl(FOLDER.resolve("small"));
        for (String slip : List.of("readynessProbe", "ReadinessProbe")) {
            assertThatThrownBy(() -> Manifests.of(small.replace("readinessProbe", slip))).hasMessageContaining(slip);
        }
        assertThatThrownBy(() -> Manifests.of(small.replace("apps/v1", "apps/v1beta1"))).hasMessageContaining("apps/v1beta1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"small", "fleet"})
    void whatIsNamedIsThere(String overlay) {
        Manifests manifests = Manifests.render(FOLDER.resolve(overlay));
        Deployment deployment = manifests.the(Deployment.class);
        PodSpec pod = deployment.getSpec().getTemplate().getSpec();
        Map<String, String> labels = deployment.getSpec().getTemplate().getMetadata().getLabels();
        Container runner = pod.getContainers().get(0);

        // the keys of Secrets
        assertThat(containers(pod).flatMap(container -> container.getEnv().stream()).filter(variable -> variable.getValueFrom() != null)).hasSizeGreaterThan(2)
                .allSatisfy(variable -> {
                    var reference = variable.getValueFrom().getSecretKeyRef();
                    assertThat(manifests.named(Secret.class, reference.getName()).getData()).containsKey(reference.getKey());
                });
        // volumes and what they are made of
        assertThat(containers(pod)).allSatisfy(container -> assertThat(container.getVolumeMounts()).allSatisfy(mount ->
                assertThat(pod.getVolumes()).extracting(Volume::getName).contains(mount.getName())));
        assertThat(mounted(manifests, pod, "settings")).containsOnlyKeys("application.properties");
        // who selects the pods
        assertThat(List.of(deployment.getSpec().getSelector().getMatchLabels(), manifests.the(Service.class).getSpec().getSelector(),
                manifests.the(NetworkPolicy.class).getSpec().getPodSelector().getMatchLabels())).allSatisfy(selector -> assertThat(labels).isNotEmpty().containsAllEntriesOf(selector))
                .allSatisfy(selector -> assertThat(selector).isNotEmpty());
        assertThat(manifests.all(PodDisruptionBudget.class)).allSatisfy(budget -> assertThat(budget.getSpec().getSelector().getMatchLabels()).isEqualTo(
                deployment.getSpec().getSelector().getMatchLabels()));
        // ports and paths
        assertThat(runner.getPorts()).singleElement().satisfies(port -> {
            assertThat(port.getName()).isEqualTo("observe");
            assertThat(port.getContainerPort()).isEqualTo(settings(manifests, pod).observe().port().orElseThrow());
        });
        assertThat(Stream.of(runner.getStartupProbe(), runner.getLivenessProbe(), runner.getReadinessProbe()).map(Probe::getHttpGet)).allSatisfy(get ->
                assertThat(get.getPort().getStrVal()).isEqualTo("observe"));
        assertThat(manifests.the(Service.class).getSpec().getPorts()).singleElement().satisfies(port -> {
            assertThat(port.getName()).isEqualTo("observe");
            assertThat(port.getTargetPort().getStrVal()).isEqualTo("observe");
            assertThat(port.getPort()).isEqualTo(runner.getPorts().get(0).getContainerPort());
        });
        assertThat(manifests.all(ServiceMonitor.class)).allSatisfy(monitor -> {
            assertThat(monitor.getSpec().getEndpoints()).extracting("port").containsExactly("observe");
            assertThat(manifests.the(Service.class).getMetadata().getLabels()).containsAllEntriesOf(monitor.getSpec().getSelector().getMatchLabels());
        });
        assertThat(manifests.the(NetworkPolicy.class).getSpec().getIngress()).hasSize(overlay.equals("fleet") ? 1 : 0)
                .allSatisfy(rule -> assertThat(rule.getPorts()).extracting(port -> port.getPort().getStrVal()).containsExactly("observe"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"small", "fleet"})
    void theSettingsAreThoseOfTheProgramAndLetTheProbesIn(String overlay) {
        Manifests manifests = Manifests.render(FOLDER.resolve(overlay));
        PodSpec pod = manifests.the(Deployment.class).getSpec().getTemplate().getSpec();

        // every variable is a setting, and none of the settings is refused
        assertThat(containers(pod).flatMap(container -> container.getEnv().stream()).map(EnvVar::getName).filter(name -> !name.equals(JAVA_OPTIONS))).isNotEmpty()
                .allSatisfy(name -> assertThat(KnownSettings.NAMES).extracting(KnownSettings::variable).contains(name));
        Settings settings = settings(manifests, pod);
        assertThat(settings.observe().isLoopback()).isFalse();
        assertThat(settings.database().embedded()).isFalse();
        // the routes are where the program looks for them, which is in its working directory
        assertThat(pod.getContainers().get(0).getVolumeMounts()).anySatisfy(mount -> {
            assertThat(mount.getName()).isEqualTo("routes");
            assertThat(mount.getMountPath()).isEqualTo("/opt/pvroute/" + settings.routesDirectory());
        });
        // a stop is not cut short
        assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThan(settings.stopTimeout().toSeconds() + 30);
        // variables that Kubernetes makes of the names of services would be settings
        assertThat(pod.getEnableServiceLinks()).isFalse();
    }

    @Test
    void theHeapOfAFleetsRunnerLeavesRoomForTheRestOfJava() {
        Container runner = Manifests.render(FOLDER.resolve("fleet")).the(Deployment.class).getSpec().getTemplate().getSpec().getContainers().get(0);

        String options = runner.getEnv().stream().filter(variable -> variable.getName().equals(JAVA_OPTIONS)).findFirst().orElseThrow().getValue();
        int heap = Integer.parseInt(options.replaceFirst(".*-Xmx(\\d+)m.*", "$1"));
        assertThat(runner.getResources().getLimits().get("memory").getNumericalAmount().longValue() >> 20).isGreaterThanOrEqualTo(heap + 256);
    }

    @ParameterizedTest
    @ValueSource(strings = {"small", "fleet"})
    void thePodsKeepToTheRestrictedStandard(String overlay) {
        PodSpec pod = Manifests.render(FOLDER.resolve(overlay)).the(Deployment.class).getSpec().getTemplate().getSpec();

        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(10001);
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod.getHostNetwork()).isNull();
        assertThat(pod.getVolumes()).allSatisfy(volume -> assertThat(volume.getHostPath()).isNull());
        assertThat(containers(pod)).hasSize(2).allSatisfy(container -> {
            assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
            assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
            assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(container.getSecurityContext().getCapabilities().getAdd()).isEmpty();
            assertThat(container.getResources().getLimits()).containsKey("memory");
            assertThat(container.getResources().getRequests()).containsKeys("memory", "cpu");
            // nobody but Java writes, and there alone
            assertThat(container.getVolumeMounts().stream().filter(mount -> !Boolean.TRUE.equals(mount.getReadOnly()))).extracting("mountPath").containsExactly("/tmp");
        });
    }

    @Test
    void theRoutesInTheContainerAreThoseOfTheFolder() throws IOException {
        Manifests manifests = Manifests.render(FOLDER.resolve("small"));
        PodSpec pod = manifests.the(Deployment.class).getSpec().getTemplate().getSpec();

        assertThat(mounted(manifests, pod, "routes")).as("deploy/kubernetes/list-routes writes down which they are").isEqualTo(files(Path.of("routes")));
        assertThat(manifests.all(ConfigMap.class)).allSatisfy(map -> assertThat(map.getData().values().stream().mapToInt(text -> text.getBytes(StandardCharsets.UTF_8).length).sum())
                .isLessThan(LARGEST_CONFIG_MAP));
    }

    @Test
    void anEditOfAStatementOrASettingRollsThePods() throws Exception {
        // Given the files as somebody has them
        for (String part : List.of("routes", "deploy/kubernetes")) {
            try (Stream<Path> files = Files.walk(Path.of(part))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.createDirectories(folder.resolve(file).getParent());
                    Files.copy(file, folder.resolve(file));
                }
            }
        }
        String before = podOf(folder);

        for (String edited : List.of("routes/archive.camel.yaml", "routes/sql/claim-windows.sql", "deploy/kubernetes/small/application.properties",
                "deploy/kubernetes/small/database.env")) {
            // When a file is edited, then the pod is another one
            Files.writeString(folder.resolve(edited), Files.readString(folder.resolve(edited)).replaceFirst("(?m)\\z", edited.endsWith(".sql") ? "-- edited\n" : "# edited\n")
                    .replace("replace-me", "another"));
            String after = podOf(folder);
            assertThat(after).as(edited).isNotEqualTo(before);
            before = after;
        }
        assertThat(podOf(folder)).isEqualTo(before);
    }

    private static String podOf(Path folder) {
        return Manifests.render(folder.resolve("deploy/kubernetes/small")).the(Deployment.class).getSpec().getTemplate().toString();
    }

    private static List<String> kinds(String overlay) {
        List<HasMetadata> objects = Manifests.render(FOLDER.resolve(overlay)).objects();
        assertThat(objects).allSatisfy(object -> assertThat(object.getMetadata().getNamespace()).isEqualTo("pvroute"));
        return objects.stream().map(object -> object.getKind() + " " + object.getMetadata().getName().replaceFirst("-[a-z0-9]{10}$", "")).sorted().toList();
    }

    private static Stream<Container> containers(PodSpec pod) {
        return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream());
    }

    /** As the container of the runner has them: its file, its variables, its Secret. */
    private Settings settings(Manifests manifests, PodSpec pod) {
        try {
            Path file = Files.writeString(folder.resolve("application.properties"), mounted(manifests, pod, "settings").get("application.properties"));
            return Settings.load(file, environment(manifests, pod.getContainers().get(0)), Map.of());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Map<String, String> environment(Manifests manifests, Container container) {
        Map<String, String> environment = new HashMap<>();
        for (EnvVar variable : container.getEnv()) {
            var secret = variable.getValueFrom() == null ? null : variable.getValueFrom().getSecretKeyRef();
            environment.put(variable.getName(), secret == null ? variable.getValue()
                    : new String(java.util.Base64.getDecoder().decode(manifests.named(Secret.class, secret.getName()).getData().get(secret.getKey())), StandardCharsets.UTF_8));
        }
        return environment;
    }

    /** The files of a volume by their paths in it, as the kubelet would lay them out. */
    static Map<String, String> mounted(Manifests manifests, PodSpec pod, String volume) {
        Volume of = pod.getVolumes().stream().filter(v -> v.getName().equals(volume)).findFirst().orElseThrow();
        if (of.getConfigMap() != null) {
            return new TreeMap<>(manifests.named(ConfigMap.class, of.getConfigMap().getName()).getData());
        }
        Map<String, String> files = new TreeMap<>();
        for (VolumeProjection source : of.getProjected().getSources()) {
            Map<String, String> data = manifests.named(ConfigMap.class, source.getConfigMap().getName()).getData();
            if (source.getConfigMap().getItems().isEmpty()) {
                files.putAll(data);
            } else {
                source.getConfigMap().getItems().forEach(item -> {
                    assertThat(data).containsKey(item.getKey());
                    files.put(item.getPath(), data.get(item.getKey()));
                });
            }
        }
        return files;
    }

    private static Map<String, String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).filter(file -> !file.endsWith("kustomization.yaml"))
                    .collect(Collectors.toMap(file -> directory.relativize(file).toString(), KubernetesTest::read, (one, other) -> one, TreeMap::new));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
