package io.pvroute.runner;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** What Camel says of a route that it cannot use, in a line for whoever wrote it. */
final class RouteFault {

    private static final Pattern SETTING = Pattern.compile("Property with key \\[(.+?)] not found.*", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("(Error creating bean: \\S+) of type: (?:#class:)?(\\S+)");

    private RouteFault() {}

    static String sentence(Throwable thrown) {
        for (Throwable t = thrown; t != null && t != t.getCause(); t = t.getCause()) {
            if (t instanceof SimpleIllegalSyntaxException && t.getMessage() != null) {
                return closed(String.join(": ", t.getMessage().lines().limit(2).map(String::strip).toList()));
            }
            if (t instanceof MarkedYamlEngineException marked && marked.getProblem() != null) {
                return closed(marked.getProblem());
            }
            Matcher type = CLASS.matcher(String.valueOf(t.getMessage()));
            if (type.lookingAt()) {
                return type.group(1) + " of type " + type.group(2) + ": " + closed(deepest(t).equals(t.getMessage()) ? "there is no such class" : deepest(t));
            }
        }
        String said = deepest(thrown);
        Matcher setting = SETTING.matcher(said);
        return setting.matches() ? "{{" + setting.group(1) + "}} has no value; expected a line " + setting.group(1) + " = … in the settings." : closed(said);
    }

    /** The first line of the innermost cause that says anything. */
    static String deepest(Throwable thrown) {
        String said = thrown.toString();
        for (Throwable t = thrown; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t.getMessage() != null && !t.getMessage().isBlank()) {
                said = t instanceof ClassNotFoundException ? "there is no class " + t.getMessage() : t.getMessage();
            }
        }
        return said.strip().lines().findFirst().orElse("");
    }

    private static String closed(String text) {
        return text.endsWith(".") ? text : text + ".";
    }
}
