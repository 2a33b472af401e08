package io.pvroute.runner;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A disk of a few megabytes, that can be filled to its last byte: a tmpfs, which only root may mount. Who is not root sees the test as
 * skipped, with the reason; the same can be had by hand, with {@code sudo mount -t tmpfs -o size=300m tmpfs data} before {@code run}.
 */
final class SmallDisk implements AutoCloseable {

    private final Path root;

    SmallDisk(Path root, int megabytes) throws IOException, InterruptedException {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root may mount the small disk that this test fills");
        this.root = Files.createDirectories(root);
        try {
            run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", root.toString());
        } catch (IOException e) {
            abort("this root may not mount, as in a container: " + e.getMessage());
        }
    }

    /** Until not a byte more fits. */
    void fill() throws IOException {
        for (int block = 1 << 20; block > 0; block >>= 4) {
            byte[] bytes = new byte[block];
            try (OutputStream filler = Files.newOutputStream(root.resolve("filler" + block))) {
                while (true) {
                    filler.write(bytes);
                }
            } catch (IOException full) {
                if (!String.valueOf(full.getMessage()).contains("No space left")) {
                    throw full;
                }
            }
        }
    }

    void makeRoom() throws IOException {
        for (int block = 1 << 20; block > 0; block >>= 4) {
            Files.deleteIfExists(root.resolve("filler" + block));
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("umount", "--lazy", root.toString());
    }
}
