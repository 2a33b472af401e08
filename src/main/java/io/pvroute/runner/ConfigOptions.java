package io.pvroute.runner;

import java.nio.file.Files;
import java.nio.file.Path;
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
        return settings(null);
    }

    /** @param directory of the routes where the command line names it otherwise than by --routes, else null */
    Settings settings(Path directory) {
        if (config != null && !Files.isRegularFile(config)) {
            throw new StartException("There is no settings file " + config + ".");
        }
        return Settings.load(file(), System.getenv(), overrides(directory == null ? routes : directory));
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

    private static Map<String, String> overrides(Path routes) {
        return routes == null ? Map.of() : Map.of("routes.directory", routes.toString());
    }
}
