package io.pvroute.runner;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;

/**
 * What kubectl makes of a folder of deploy/kubernetes, read strictly: a field that Kubernetes does not know, at any depth, is an error, and
 * so is a kind that is not expected.
 */
record Manifests(List<HasMetadata> objects) {

    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of("ConfigMap", ConfigMap.class, "Secret", Secret.class, "Service", Service.class,
            "Deployment", Deployment.class, "NetworkPolicy", NetworkPolicy.class, "PodDisruptionBudget", PodDisruptionBudget.class,
            "ServiceMonitor", ServiceMonitor.class, "PrometheusRule", PrometheusRule.class);
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final ObjectMapper STRICT = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(Annotated a) {
                    return false;                 // the model would keep there what it does not know
                }
            }).build();

    /** @param folder with a kustomization.yaml */
    static Manifests render(Path folder) {
        return of(kubectl(folder));
    }

    static Manifests of(String yaml) {
        try {
            List<HasMetadata> objects = new ArrayList<>();
            for (JsonNode document : YAML.readValues(new YAMLFactory().createParser(yaml), JsonNode.class).readAll()) {
                Class<? extends HasMetadata> kind = KINDS.get(document.path("kind").asText());
                if (kind == null || !HasMetadata.getApiVersion(kind).equals(document.path("apiVersion").asText())) {
                    throw new IllegalArgumentException("not expected: " + document.path("apiVersion") + " " + document.path("kind"));
                }
                objects.add(STRICT.treeToValue(document, kind));
            }
            return new Manifests(objects);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String kubectl(Path folder) {
        assumeTrue(Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, "kubectl"))),
                "There is no kubectl on this computer.");
        assumeTrue(run("kubectl", "version", "--client", "--output", "json").matches("(?s).*\"kustomizeVersion\": *\"v[5-9].*"),
                "The kubectl on this computer is older than 1.27, and has no Kustomize 5.");
        return run("kubectl", "kustomize", folder.toString());
    }

    private static String run(String... command) {
        try {
            Process process = new ProcessBuilder(command).start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            // also what is only a warning
            if (process.waitFor() != 0 || !err.isBlank()) {
                throw new IllegalStateException(String.join(" ", command) + ": " + err);
            }
            return out;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The only one of its kind. */
    <T extends HasMetadata> T the(Class<T> kind) {
        List<T> found = all(kind);
        if (found.size() != 1) {
            throw new IllegalStateException(found.size() + " objects of " + kind.getSimpleName());
        }
        return found.get(0);
    }

    <T extends HasMetadata> List<T> all(Class<T> kind) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <T extends HasMetadata> T named(Class<T> kind, String name) {
        return all(kind).stream().filter(object -> object.getMetadata().getName().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + kind.getSimpleName() + " is called " + name));
    }
}
