package io.pvroute.runner;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where settings come from, the later place over the earlier: the program's defaults, the owner's file, the environment, the command line.
 *
 * @param settings by name, known or not
 * @param shipped  the names that the defaults hold
 * @param problems what could not be read
 */
record SettingsSources(Map<String, Setting> settings, Set<String> shipped, List<String> problems) {

    /** The application.properties at the root of the project, as the build put it into the jar. */
    private static final String DEFAULTS = "/io/pvroute/shipped/application.properties";

    static SettingsSources read(Path fileOrNull, Map<String, String> environment, Map<String, String> overrides) {
        Map<String, Setting> settings = new TreeMap<>();
        List<String> problems = new ArrayList<>();
        addDefaults(settings, problems);
        Set<String> shipped = Set.copyOf(settings.keySet());
        if (fileOrNull != null) {
            addFile(fileOrNull, settings, problems);
        }
        new EnvironmentSettings(environment).addTo(settings, problems);
        overrides.forEach((key, value) -> settings.put(key, new Setting(key, value, "command line")));
        return new SettingsSources(settings, shipped, problems);
    }

    /** Of an application that is not pvroute's own: what it has, wherever from, in place of the owner's file and the environment. */
    static SettingsSources of(Map<String, String> given, String origin) {
        Map<String, Setting> settings = new TreeMap<>();
        List<String> problems = new ArrayList<>();
        addDefaults(settings, problems);
        Set<String> shipped = Set.copyOf(settings.keySet());
        given.forEach((key, value) -> settings.put(key, new Setting(key, value, origin)));
        return new SettingsSources(settings, shipped, problems);
    }

    private static void addDefaults(Map<String, Setting> settings, List<String> problems) {
        try (InputStream in = SettingsSources.class.getResourceAsStream(DEFAULTS);
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            add(reader, "the program's defaults", settings, problems);
        } catch (IOException e) {
            throw new UncheckedIOException("The program's own " + DEFAULTS + " could not be read.", e);
        }
    }

    private static void addFile(Path file, Map<String, Setting> settings, List<String> problems) {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            reader.mark(1);
            if (reader.read() != '\uFEFF') { // some editors begin a file with a byte order mark
                reader.reset();
            }
            add(reader, file.toString(), settings, problems);
        } catch (NoSuchFileException e) {
            problems.add(file + ": there is no such file; expected the settings in it.");
        } catch (CharacterCodingException e) {
            problems.add(file + ": is not in UTF-8; save it in this encoding.");
        } catch (IllegalArgumentException e) {
            problems.add(file + ": holds a \\u that is not followed by four hexadecimal digits; write \\\\ for a single \\.");
        } catch (IOException e) {
            problems.add(file + ": could not be read (" + e.getClass().getSimpleName() + "); expected a file that this user may read.");
        }
    }

    private static void add(Reader reader, String origin, Map<String, Setting> settings, List<String> problems) throws IOException {
        Map<String, Setting> read = new TreeMap<>();
        new Properties() {
            private static final long serialVersionUID = 1;

            @Override
            public synchronized Object put(Object key, Object value) {
                var setting = new Setting((String) key, (String) value, origin);
                if (read.put(setting.key(), setting) != null) {
                    problems.add(setting.problem("this name stands there twice; expected it once, for the first would be lost."));
                }
                return null;
            }
        }.load(reader);
        settings.putAll(read);
    }
}
