package io.pvroute.runner;

import java.io.PrintWriter;
import java.io.StringWriter;

import picocli.CommandLine;

/**
 * A command line as somebody typed it, and what came of it.
 *
 * @param code 0, 1 or 2
 * @param out  what was written as the answer
 * @param err  what was written about a failure
 */
record Typed(int code, String out, String err) {

    static Typed command(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        CommandLine pvroute = Main.commandLine();
        pvroute.setOut(new PrintWriter(out, true));
        pvroute.setErr(new PrintWriter(err, true));
        int code = pvroute.execute(arguments);
        return new Typed(code, out.toString(), err.toString());
    }
}
