package io.pvroute.runner;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One pvroute for a directory. The operating system gives the lock back when the program ends, however it ends. */
final class DirectoryLock implements AutoCloseable {

    /** The byte that is locked lies far behind the text, so that others can read it where locks are mandatory. */
    private static final long LOCKED_BYTE = 1L << 40;

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * @throws DirectoryTakenException if another pvroute has it
     * @throws IOException    if the file cannot be written
     */
    static DirectoryLock take(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(directory.resolve("pvroute.lock"), StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            FileLock lock = tryLock(channel);
            if (lock == null) {
                throw new DirectoryTakenException("Another pvroute (process " + holder(channel) + ") uses the directory " + directory
                        + ". pvroute does not start: stop the other one, or give this one a directory of its own in db.directory.");
            }
            channel.truncate(0);
            channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
            return new DirectoryLock(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock(LOCKED_BYTE, 1, false);
        } catch (OverlappingFileLockException e) {
            // This very program has it. On POSIX systems it loses it with any channel it closes on the file, so this is a fault to be
            // told, not a way to ask.
            return null;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(32);
        channel.read(text, 0);
        String pid = StandardCharsets.US_ASCII.decode(text.flip()).toString().strip();
        return pid.isEmpty() ? "unknown" : pid;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
