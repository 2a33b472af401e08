package io.pvroute.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.main.Main;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;

/**
 * Where the routes are, and Camel as it is set up for them.
 *
 * @param directory as the settings name it
 * @param location  of it as Camel names it, without a slash at its end: a folder, or the routes in the program
 */
record RouteFolder(Path directory, String location) {

    private static final String SHIPPED = "classpath:io/pvroute/shipped/routes";
    /** Only for a {@code {{name}}} that is not among the settings. */
    private static final String FALLBACK = String.valueOf(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_FALLBACK);

    /** @throws StartException if there is no such folder */
    static RouteFolder of(Path directory) {
        if (Files.isDirectory(directory)) {
            return new RouteFolder(directory, "file:" + directory.toAbsolutePath().normalize());
        }
        if (directory.equals(Path.of("routes"))) {
            return new RouteFolder(directory, SHIPPED);
        }
        throw new StartException("There is no folder " + directory + " with routes (setting routes.directory, option --routes).");
    }

    /** Every route file in it, for Camel. */
    String pattern() {
        return location + "/*.camel.yaml";
    }

    List<Resource> files(CamelContext context) throws IOException {
        try {
            List<Resource> files = new ArrayList<>(PluginHelper.getPackageScanResourceResolver(context).findResources(pattern()));
            files.sort(Comparator.comparing(Resource::getLocation));
            return files;
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("The routes in " + directory + " could not be listed.", e);
        }
    }

    /** As a person names a file in it. */
    String name(String resource) {
        return resource.startsWith(location + "/") ? directory.resolve(resource.substring(location.length() + 1)).toString()
                : resource.replaceFirst("^(file|classpath):", "");
    }

    /** Camel with the settings, without a route yet. */
    Main camel(Settings settings, DataSource dataSource) {
        Map<String, String> properties = new HashMap<>(settings.properties());
        properties.put("routes.location", location);
        // Camel would put ARCHIVE_TIMEOUT=30s, as it is spelled there, over what the settings have made of it
        properties.put("camel.component.properties.environmentVariableMode", FALLBACK);
        properties.put("camel.component.properties.systemPropertiesMode", FALLBACK);
        properties.put("camel.main.shutdownTimeout", String.valueOf(Math.max(1, settings.stopTimeout().toSeconds())));
        var camel = new Main();
        camel.setDefaultPropertyPlaceholderLocation("false");
        properties.forEach(camel::addProperty);
        camel.bind("dataSource", dataSource);
        return camel;
    }
}
