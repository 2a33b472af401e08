package io.pvroute.runner;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Settings in the environment. {@code DB_PASSWORD} holds the value of {@code db.password}; {@code DB_PASSWORD_FILE} names a file that
 * does, as containers are given what is secret.
 *
 * @param environment the variables by their names; one that is blank counts as not set
 */
record EnvironmentSettings(Map<String, String> environment) {

    private static final String FILE = "_FILE";

    /**
     * Puts what the environment says over what is there.
     *
     * @param settings by name; those that are there already can be overridden, besides all that pvroute knows
     * @param problems gets a sentence for each file that could not be read; no value of a secret is in it
     */
    void addTo(Map<String, Setting> settings, List<String> problems) {
        Map<String, String> keys = new TreeMap<>();
        // A setting of a route can be overridden as well; Camel itself looks after CAMEL_…
        settings.keySet().stream().filter(key -> !KnownSettings.isOurs(key) && !KnownSettings.isCamel(key))
                .forEach(key -> keys.put(KnownSettings.variable(key), key));
        KnownSettings.NAMES.forEach(key -> keys.put(KnownSettings.variable(key), key));
        environment.keySet().stream().filter(variable -> variable.startsWith("SITE_")).map(EnvironmentSettings::ofSite)
                .forEach(variable -> keys.put(variable, KnownSettings.siteSetting(variable)));
        keys.forEach((variable, key) -> {
            String value = environment.getOrDefault(variable, "");
            String file = keys.containsKey(variable + FILE) ? "" : environment.getOrDefault(variable + FILE, "");
            var setting = new Setting(key, value, "environment variable " + variable);
            if (!file.isBlank() && !value.isBlank()) {
                problems.add(setting.problem(variable + FILE + " is set as well; expected one of the two."));
            } else if (!file.isBlank()) {
                addFile(key, variable + FILE, file.strip(), settings, problems);
            } else if (!value.isBlank()) {
                settings.put(key, setting);
            }
        });
    }

    /** The variable that holds the setting itself: SITE_HOME of SITE_HOME_FILE. */
    private static String ofSite(String variable) {
        String holding = variable.endsWith(FILE) ? variable.substring(0, variable.length() - FILE.length()) : variable;
        return KnownSettings.isSite(KnownSettings.siteSetting(holding)) ? holding : variable;
    }

    private static void addFile(String key, String variable, String file, Map<String, Setting> settings, List<String> problems) {
        String origin = "file " + file + " of environment variable " + variable;
        String problem = key + " (" + origin + "): ";
        try {
            String value = Files.readString(Path.of(file)).strip();
            if (value.isEmpty()) {
                problems.add(problem + "the file is empty; expected the value in it.");
            } else if (value.lines().count() > 1) {
                problems.add(problem + "the file holds more than one line; expected the value alone.");
            } else {
                settings.put(key, new Setting(key, value, origin));
            }
        } catch (NoSuchFileException e) {
            problems.add(problem + "there is no such file; expected one that holds the value.");
        } catch (CharacterCodingException e) {
            problems.add(problem + "the file is not in UTF-8; save it in this encoding.");
        } catch (IOException | InvalidPathException e) {
            problems.add(problem + "the file could not be read (" + e.getClass().getSimpleName() + "); expected one that user "
                    + System.getProperty("user.name") + " may read.");
        }
    }
}
