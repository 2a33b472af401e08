package io.pvroute.runner;

import java.util.List;

/** Everything that is wrong with the settings, at once: the owner mends the file in one go. */
public final class SettingsException extends StartException {

    private static final long serialVersionUID = 1;

    private final List<String> problems;

    SettingsException(List<String> problems) {
        super("pvroute does not start: " + (problems.size() == 1 ? "one setting is" : problems.size() + " settings are") + " not right.\n  "
                + String.join("\n  ", problems));
        this.problems = List.copyOf(problems);
    }

    /** One line each: the setting, its value, where it came from, what was expected. Never empty, never with a password. */
    public List<String> problems() {
        return problems;
    }
}
