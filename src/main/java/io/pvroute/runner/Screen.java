package io.pvroute.runner;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.Styler;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Where a command writes for a person: with colours on a terminal alone and never where {@code NO_COLOR} is set, and with signs that the
 * character set of the output has.
 */
final class Screen {

    private static final String SIGNS = "✓✗█";

    private final CommandSpec spec;
    private final PrintWriter out;
    private final boolean signs;

    private Screen(CommandSpec spec, boolean signs) {
        this.spec = spec;
        this.out = spec.commandLine().getOut();
        this.signs = signs;
    }

    static Screen of(CommandSpec spec) {
        return new Screen(spec, charset().newEncoder().canEncode(SIGNS));
    }

    /** Of the standard output, as Java 17 and those after it name it. */
    private static Charset charset() {
        String name = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
        return name != null && Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset();
    }

    /** Whether standard output is a terminal on which lines may be coloured and written anew. */
    static boolean isTerminal() {
        return Ansi.AUTO.enabled();
    }

    /** Characters in a line of the terminal, as it is now; 80 where it does not tell. */
    int width() {
        return spec.usageMessage().autoWidth(true).width();
    }

    boolean hasSigns() {
        return signs;
    }

    String sign(boolean good) {
        return good ? signs ? "✓" : "ok" : signs ? "✗" : "NO";
    }

    /** A sentence of several lines' length stays one line: a terminal breaks it, and a script finds it. */
    void line(String text) {
        out.println(text);
        out.flush();
    }

    void line() {
        line("");
    }

    /**
     * A line that begins with a sign.
     *
     * @param good ✓ or ✗
     */
    void line(boolean good, String text) {
        line(coloured(good, sign(good)) + " " + text);
    }

    static String bold(String text) {
        return Ansi.AUTO.enabled() ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    private static String coloured(boolean good, String text) {
        return Ansi.AUTO.enabled() ? (good ? "\u001b[32m" : "\u001b[31m") + text + "\u001b[0m" : text;
    }

    /**
     * A table without lines around.
     *
     * @param emphasis for each row: true green, false red, null as it is; colours its first cell
     */
    void table(List<Column> columns, List<String[]> rows, List<Boolean> emphasis) {
        line(AsciiTable.builder()
                .border(AsciiTable.NO_BORDERS)
                .lineSeparator("\n")
                .styler(new Emphasis(emphasis))
                .data(columns.toArray(Column[]::new), rows.toArray(String[][]::new))
                .asString().replaceAll("(?m)[ ]+$", "").stripTrailing());
    }

    private record Emphasis(List<Boolean> rows) implements Styler {

        @Override
        public List<String> styleCell(Column column, int row, int index, List<String> cell) {
            Boolean good = rows.get(row);
            return index > 0 || good == null ? cell : cell.stream().map(text -> coloured(good, text)).toList();
        }

        @Override
        public List<String> styleHeader(Column column, int index, List<String> header) {
            return header.stream().map(Screen::bold).toList();
        }
    }
}
