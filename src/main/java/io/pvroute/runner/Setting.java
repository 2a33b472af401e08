package io.pvroute.runner;

import java.util.regex.Pattern;

/**
 * A setting as somebody wrote it.
 *
 * @param key    its name in properties, e.g. {@code archive.period}
 * @param value  what was written, without the spaces around it; never null
 * @param origin for the reader of an error: a file's name, {@code environment variable ARCHIVE_PERIOD}, {@code command line}
 */
record Setting(String key, String value, String origin) {

    private static final Pattern SECRET_KEY = Pattern.compile("(?i)pas+w|pwd|secret|token|credential");
    private static final Pattern SECRET_IN_QUERY = Pattern.compile("(?i)((?:password|passwd|pwd|secret|token)\\s*=)[^&\\s]*");

    Setting {
        value = value.strip();
    }

    /** A line about this setting for the list of problems. */
    String problem(String what) {
        return key + " = " + (isSecret() ? "(not shown)" : withoutSecrets(value)) + " (" + origin + "): " + what;
    }

    private boolean isSecret() {
        return SECRET_KEY.matcher(key).find();
    }

    static String withoutPasswordInQuery(String url) {
        return SECRET_IN_QUERY.matcher(url).replaceAll("$1***");
    }

    /** The text of a URL, or what was meant to be one, with nothing in it that lets anybody in. */
    static String withoutSecrets(String text) {
        String shown = withoutPasswordInQuery(text).replaceAll("\\p{Cntrl}", " ");
        int at = shown.lastIndexOf('@');
        if (at < 0) {
            return shown;
        }
        int authority = shown.indexOf("//");
        return (authority >= 0 && authority < at ? shown.substring(0, authority + 2) : "") + "***" + shown.substring(at);
    }

    @Override
    public String toString() {
        return problem("");
    }
}
