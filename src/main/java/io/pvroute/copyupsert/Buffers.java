package io.pvroute.copyupsert;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Buffers of batches that are done, for those to come: megabytes that are new each time keep the garbage collector busier than rows. */
final class Buffers {

    private static final int MOST = 4;
    private static final int LARGEST = 8 * 1024 * 1024;

    private final BlockingQueue<CopyBuffer> free = new ArrayBlockingQueue<>(MOST);

    CopyBuffer take() {
        CopyBuffer buffer = free.poll();
        return buffer != null ? buffer : new CopyBuffer();
    }

    /** @param buffer that nobody reads any more */
    void giveBack(CopyBuffer buffer) {
        if (buffer.capacity() <= LARGEST) {
            buffer.clear();
            free.offer(buffer);
        }
    }
}
