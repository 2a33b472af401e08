package io.pvroute.runner;

import java.util.List;

/**
 * Something that is wrong with the routes, for whoever edits them.
 *
 * @param file  as it was named to the program, or that of the statement
 * @param line  from 1, or 0 where it is not known
 * @param route the id of the route, or null where it is none in particular
 * @param what  a sentence
 */
record RouteProblem(String file, int line, String route, String what) {

    /** @throws StartException where there is one, with all of them */
    static void refuse(List<RouteProblem> problems, String routes, Throwable causeOrNull) {
        if (!problems.isEmpty()) {
            var text = new StringBuilder("pvroute does not start: " + (problems.size() == 1 ? "one thing is" : problems.size() + " things are")
                    + " not right with the routes in " + routes + ". None of them was started.");
            problems.forEach(problem -> text.append("\n  ").append(problem));
            throw new StartException(text.toString(), causeOrNull);
        }
    }

    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line : "") + (route == null ? "" : ", route " + route) + ": " + what;
    }
}
