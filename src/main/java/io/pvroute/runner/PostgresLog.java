package io.pvroute.runner;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What PostgreSQL says, in a file that an owner may read and that does not grow for ever. */
record PostgresLog(Path file) {

    private static final long LARGEST = 10 << 20;
    /** As operating systems say it. */
    static final String NO_SPACE = "No space left on device";
    private static final int MOST_READ = 1 << 20;

    void append(String said) throws IOException {
        Files.writeString(file, said, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    long size() throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    String since(long offset) throws IOException {
        if (size() <= offset) {
            return "";
        }
        try (var bytes = new RandomAccessFile(file.toFile(), "r")) {
            bytes.seek(offset);
            byte[] rest = new byte[(int) Math.min(bytes.length() - offset, MOST_READ)];
            bytes.readFully(rest);
            return new String(rest, StandardCharsets.UTF_8);
        }
    }

    /** Puts a large file aside; only while no server runs. */
    void rotate() throws IOException {
        if (size() > LARGEST) {
            Files.move(file, file.resolveSibling(file.getFileName() + ".old"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** What a program gives as the reason: its gravest line, or the last ones; a full disk first of all, as it has many faces. */
    static String reason(String said) {
        String full = said.lines().filter(text -> text.contains(NO_SPACE)).findFirst().orElse("");
        if (!full.isEmpty()) {
            return "the disk is full: " + sentence(full.replaceFirst(".*\\b(PANIC|FATAL|ERROR|error):\\s*", ""));
        }
        for (String level : List.of("PANIC", "FATAL", "ERROR", "error")) {
            Matcher matcher = Pattern.compile("\\b" + level + ":\\s*(.*)").matcher(said);
            if (matcher.find()) {
                return sentence(matcher.group(1));
            }
        }
        List<String> lines = said.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        List<String> last = lines.subList(Math.max(0, lines.size() - 3), lines.size());
        return last.isEmpty() ? "it did not say why." : sentence(String.join(" ", last));
    }

    private static String sentence(String text) {
        return text.strip() + (text.strip().endsWith(".") ? "" : ".");
    }
}
