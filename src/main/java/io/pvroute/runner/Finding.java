package io.pvroute.runner;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One thing that was looked at.
 *
 * @param of      a site's name, {@code database} or {@code routes}
 * @param what    of it
 * @param result  whether it is as it should be
 * @param found   in a few words
 * @param problem where it is not: in a sentence what is wrong and what to do; else null
 */
record Finding(String of, String what, Result result, String found, String problem) {

    /** What a terminal would do rather than show; the words of a logger are among what was found. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+");

    enum Result { GOOD, BAD, NOT_ASKED }

    Finding {
        found = UNPRINTABLE.matcher(found).replaceAll(" ");
        problem = problem == null ? null : UNPRINTABLE.matcher(problem).replaceAll(" ");
    }

    static Finding good(String of, String what, String found) {
        return new Finding(of, what, Result.GOOD, found, null);
    }

    static Finding bad(String of, String what, String found, String problem) {
        return new Finding(of, what, Result.BAD, found, problem);
    }

    static Finding notAsked(String of, String what, String why) {
        return new Finding(of, what, Result.NOT_ASKED, why, null);
    }

    boolean isBad() {
        return result == Result.BAD;
    }

    Map<String, Object> json() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("of", of);
        object.put("what", what);
        object.put("ok", result == Result.NOT_ASKED ? null : !isBad());
        object.put("found", found);
        object.put("problem", problem);
        return object;
    }
}
