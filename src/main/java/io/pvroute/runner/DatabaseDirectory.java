package io.pvroute.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalInt;

/**
 * The small files of an embedded database, for its user alone.
 *
 * @param home the directory, without symbolic links in its path
 */
record DatabaseDirectory(Path home) {

    /** Creates the directory if it is missing, closed to others; one that is there stays as it is. */
    static DatabaseDirectory open(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            Files.createDirectories(directory);
            restrict(directory, "rwx------");
        }
        return new DatabaseDirectory(directory.toRealPath());
    }

    /** PostgreSQL serves its data to their owner alone, and even root would only get a riddle for an answer. */
    void checkOwner() throws IOException {
        Path probe = Files.createTempFile(home, "owner", ".unfinished");
        try {
            if (Files.exists(data()) && !Files.getOwner(data()).equals(Files.getOwner(probe))) {
                throw new StartException("The data in " + data() + " belongs to user " + Files.getOwner(data()).getName()
                        + ", and pvroute runs as user " + Files.getOwner(probe).getName() + ". pvroute does not start: run it as the owner "
                        + "of the data, or give the whole directory to the user it runs as (chown -R).");
            }
        } finally {
            Files.delete(probe);
        }
    }

    Path data() {
        return home.resolve("postgres");
    }

    Path log() {
        return home.resolve("postgres.log");
    }

    Path passwordFile() {
        return home.resolve("password");
    }

    /** Empty if there is none. */
    String password() throws IOException {
        return Files.exists(passwordFile()) ? Files.readString(passwordFile()).strip() : "";
    }

    void keepPassword(String password) throws IOException {
        keep(passwordFile(), password);
    }

    /** The file from which psql takes the password. */
    Path passfile() {
        return home.resolve("pgpass");
    }

    void keepPassfile(String role, String password) throws IOException {
        String escaped = password.replace("\\", "\\\\").replace(":", "\\:");
        keep(passfile(), "127.0.0.1:*:" + role + ":" + role + ":" + escaped);
    }

    /** Of the last run; empty if there was none. */
    OptionalInt port() throws IOException {
        Path file = home.resolve("port");
        String text = Files.exists(file) ? Files.readString(file).strip() : "";
        return text.matches("[1-9]\\d{3,4}") ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
    }

    void keepPort(int port) throws IOException {
        keep(home.resolve("port"), String.valueOf(port));
    }

    /** Writes a small file so that it is there as a whole or not at all, and for this user alone from its first byte on. */
    private static void keep(Path file, String text) throws IOException {
        Path unfinished = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".unfinished");
        Files.writeString(unfinished, text + "\n");
        restrict(unfinished, "rw-------");
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void restrict(Path path, String permissions) throws IOException {
        if (Files.getFileStore(path).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }
}
