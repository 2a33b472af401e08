package io.pvroute.runner;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import picocli.CommandLine.Option;

/** Where the settings and the routes are: the options of every command that needs them. */
final class ConfigOptions {

    private static final Path DEFAULT = Path.of("application.properties");

    @Option(names = "--config", paramLabel = "FILE", description = "The settings (default: application.properties here, if there is one).")
    private Path config;

    @Option(names = "--routes", paramLabel = "DIR", description = "The routes (default: routes.directory of the settings).")
    private Path routes;

    Settings settings() {
        return settings(Map.of());
    }

    /** @param more settings that the command line gives in other words */
    Settings settings(Map<String, String> more) {
        if (config != null && !Files.isRegularFile(config)) {
            throw new StartException("There is no settings file " + config + ".");
        }
        return Settings.load(file(), System.getenv(), overrides(more));
    }

    /** Where a person writes the first site. */
    Path whereToWrite() {
        return (config == null ? DEFAULT : config).toAbsolutePath();
    }

    private Path file() {
        if (config != null) {
            return config;
        }
        return Files.isRegularFile(DEFAULT) ? DEFAULT : null;
    }

    private Map<String, String> overrides(Map<String, String> more) {
        Map<String, String> overrides = new HashMap<>(more);
        if (routes != null) {
            overrides.putIfAbsent("routes.directory", routes.toString());
        }
        return overrides;
    }
}
