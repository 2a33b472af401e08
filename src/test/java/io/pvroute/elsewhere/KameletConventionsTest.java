package io.pvroute.elsewhere;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The Kamelet is described as those of Camel's catalog are, of which postgresql-sink is the measure. */
@SuppressWarnings("unchecked")
class KameletConventionsTest {

    private static final Path FILE = Path.of("kamelets/postgresql-copy-upsert-sink.kamelet.yaml");
    private static final Set<String> TYPES = Set.of("string", "integer", "number", "boolean");

    private final Map<String, Object> kamelet = load(Files.newInputStream(FILE));
    private final Map<String, Object> ofTheCatalog = load(KameletConventionsTest.class.getResourceAsStream("/kamelets/postgresql-sink.kamelet.yaml"));

    KameletConventionsTest() throws IOException {}

    @Test
    void itsFileIsNamedAsItself() {
        assertThat(kamelet).containsEntry("kind", "Kamelet").containsEntry("apiVersion", ofTheCatalog.get("apiVersion"));
        assertThat(FILE.getFileName()).hasToString(in(kamelet, "metadata").get("name") + ".kamelet.yaml");
    }

    @Test
    void itHasTheAnnotationsAndLabelsOfTheCatalog() {
        Map<String, Object> annotations = in(kamelet, "metadata", "annotations");

        assertThat(annotations).containsOnlyKeys(in(ofTheCatalog, "metadata", "annotations").keySet());
        assertThat(in(kamelet, "metadata", "labels")).isEqualTo(in(ofTheCatalog, "metadata", "labels"));
        assertThat(annotations.get("camel.apache.org/kamelet.support.level")).isIn("Preview", "Stable");
        assertThat(annotations.get("camel.apache.org/kamelet.namespace")).isEqualTo("Database");
        String icon = (String) annotations.get("camel.apache.org/kamelet.icon");
        assertThat(icon).startsWith("data:image/svg+xml;base64,");
        assertThat(new String(Base64.getDecoder().decode(icon.substring(icon.indexOf(',') + 1)), StandardCharsets.UTF_8)).startsWith("<svg ").endsWith("</svg>");
    }

    @Test
    void everyPropertyHasATitleADescriptionATypeAndAnExample() {
        Map<String, Object> definition = in(kamelet, "spec", "definition");
        Map<String, Object> properties = in(definition, "properties");

        assertThat(definition).containsKeys("title", "description").containsEntry("type", "object");
        assertThat(properties.keySet()).containsAll((List<String>) definition.get("required"));
        properties.forEach((name, described) -> {
            var property = (Map<String, Object>) described;
            assertThat(property).as(name).containsKeys("title", "description", "type", "example");
            assertThat(property.get("type")).as(name).isIn(TYPES);
            assertThat((String) property.get("description")).as(name).endsWith(".");
            if (property.containsKey("enum")) {
                assertThat((List<Object>) property.get("enum")).as(name).contains(property.get("default"), property.get("example"));
            }
        });
    }

    /** Where both have a property, it is named the same. */
    @Test
    void credentialsAreMarkedAsInTheCatalog() {
        Map<String, Object> properties = in(kamelet, "spec", "definition", "properties");

        for (String name : List.of("username", "password")) {
            Map<String, Object> there = in(ofTheCatalog, "spec", "definition", "properties", name);
            assertThat(in(properties, name).get("x-descriptors")).isEqualTo(there.get("x-descriptors"));
            assertThat(in(properties, name).get("format")).isEqualTo(there.get("format"));
        }
        assertThat(properties.keySet()).contains("serverName", "serverPort", "databaseName");
    }

    @Test
    void theTemplateUsesEveryPropertyAndNoOther() throws IOException {
        Set<String> used = Pattern.compile("\\{\\{\\??(\\w+)}}").matcher(Files.readString(FILE).split("\n {2}template:", 2)[1]).results()
                .map(use -> use.group(1)).collect(Collectors.toSet());
        used.removeAll(Set.of("pool", "store"));

        assertThat(used).isEqualTo(in(kamelet, "spec", "definition", "properties").keySet());
    }

    @Test
    void itsVersionsAreThoseOfTheProject() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        String version = first("<artifactId>pvroute</artifactId>\\s*<version>([^<]+)", pom);

        assertThat(in(kamelet, "metadata", "annotations").get("camel.apache.org/catalog.version")).isEqualTo(version);
        assertThat((List<String>) in(kamelet, "spec").get("dependencies")).contains("camel:kamelet", "mvn:io.pvroute:pvroute:" + version,
                "mvn:com.zaxxer:HikariCP:" + first("<hikaricp.version>([^<]+)", pom));
    }

    private static String first(String regex, String text) {
        Matcher matcher = Pattern.compile(regex).matcher(text);
        assertThat(matcher.find()).as(regex).isTrue();
        return matcher.group(1);
    }

    private static Map<String, Object> in(Map<String, Object> map, String... path) {
        Map<String, Object> inner = map;
        for (String key : path) {
            inner = (Map<String, Object>) inner.get(key);
            assertThat(inner).as(key).isNotNull();
        }
        return inner;
    }

    private static Map<String, Object> load(InputStream yaml) throws IOException {
        try (yaml) {
            return (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromInputStream(yaml);
        }
    }
}
