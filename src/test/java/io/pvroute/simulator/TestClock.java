package io.pvroute.simulator;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.Supplier;

/** A clock that tells what the test wants: it stands still until it is set, or does as it is told. */
final class TestClock extends Clock {

    private volatile Supplier<Instant> now;

    TestClock(String instant) {
        set(instant);
    }

    TestClock(Supplier<Instant> now) {
        this.now = now;
    }

    void set(String instant) {
        Instant parsed = Instant.parse(instant);
        now = () -> parsed;
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("the logger takes its zone from the plant");
    }
}
