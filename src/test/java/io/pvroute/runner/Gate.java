package io.pvroute.runner;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** A clock that stands still; who asks it for the time while it is shut waits, and so the logger does not answer. */
final class Gate extends Clock {

    private final Instant now;
    private final AtomicBoolean holding = new AtomicBoolean();
    private volatile CountDownLatch latch = new CountDownLatch(0);

    Gate(Instant now) {
        this.now = now;
    }

    void shut() {
        latch = new CountDownLatch(1);
    }

    void open() {
        latch.countDown();
    }

    boolean isHolding() {
        return holding.get();
    }

    @Override
    public Instant instant() {
        holding.set(latch.getCount() > 0);
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return Clock.fixed(now, zone);
    }
}
