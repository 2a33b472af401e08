package io.pvroute.simulator;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What a collector must have stored of a range of time: everything that the logger has recorded there, and nothing else. The streams are
 * computed a day at a time while they are read, so that years need no memory.
 */
public final class Truth {

    private static final long DAY = 86_400;

    private final Recording recording;
    private final long from;
    private final long to;
    private final long now;

    Truth(Recording recording, Instant from, Instant to, Instant now) {
        this.recording = recording;
        this.from = wholeSecond(from);
        this.to = wholeSecond(to);
        this.now = now.getEpochSecond();
    }

    /** All values of all cyclic channels, in pieces of 24 hours: in each piece by device, then instant, then the channel's name. */
    public Stream<Sample> samples() {
        return days().boxed().flatMap(day -> recording.devices().stream().flatMap(device -> {
            Samples samples = recording.samples(device, day, Math.min(day + DAY, to), now);
            return IntStream.range(0, samples.size()).boxed().flatMap(index -> samplesAt(device, samples, index));
        }));
    }

    /** All events, in the order of time. */
    public Stream<Event> events() {
        return days().boxed().map(day -> recording.events(day, Math.min(day + DAY, to), now)).flatMap(List::stream);
    }

    private static Stream<Sample> samplesAt(Device device, Samples samples, int index) {
        Instant instant = Instant.ofEpochSecond(samples.instant(index));
        return samples.channels().stream()
                .map(channel -> new Sample(device.node(), instant, channel.wireName(), samples.value(channel, index)));
    }

    private LongStream days() {
        return LongStream.iterate(from, day -> day < Math.min(to, now + 1), day -> day + DAY);
    }

    private static long wholeSecond(Instant instant) {
        return instant.getEpochSecond() + (instant.getNano() > 0 ? 1 : 0);
    }
}
