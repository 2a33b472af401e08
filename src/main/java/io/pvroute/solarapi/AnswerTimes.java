package io.pvroute.solarapi;

import io.pvroute.solarapi.Failure.Fault;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Whether the times of an answer can be trusted. A logger without internet loses its clock and logs the year 2000; an answer by such a
 * clock is refused as a whole. Where only some samples are wrong, those are refused one by one elsewhere.
 */
final class AnswerTimes {

    /** Clocks differ by seconds or, with a wrong zone, by hours; the answer to a request may have taken minutes. */
    private static final Duration CLOCK_OFF = Duration.ofDays(1);
    /** Some loggers round what they are asked for to whole local days; that of a clock change has 25 hours. */
    private static final Duration WHOLE_DAYS = Duration.ofHours(25);
    /** Farther from the window than any zone, clock change or length of a window explains: another year. */
    private static final Duration ANOTHER_YEAR = Duration.ofDays(300);

    private static final String NOTHING_STORED = "; nothing of this answer is stored."
            + " Set the logger's date and time, best by a time server (NTP)";

    private AnswerTimes() {
    }

    /** Why an answer cannot be used at all; empty where at least one of its samples lies in the window or around it, or it has none. */
    static Optional<Failure> failure(Window asked, ArchiveResponse answer) {
        return ofTheClock(asked, answer).or(() -> ofTheSamples(asked, answer.nodes()));
    }

    /** A logger that does not tell the time of its answer, or not so that it can be read, is not judged by it. */
    private static Optional<Failure> ofTheClock(Window asked, ArchiveResponse answer) {
        if (answer.timestamp() == null) {
            return Optional.empty();
        }
        long says = answer.timestamp().toEpochSecond();
        long off = says - asked.now();
        if (Math.abs(off) <= CLOCK_OFF.getSeconds()) {
            return Optional.empty();
        }
        return Optional.of(new Failure(Fault.CLOCK, "the logger's clock is wrong: it says " + Window.instant(says) + ", "
                + words(Math.abs(off)) + (off < 0 ? " behind" : " ahead") + NOTHING_STORED));
    }

    private static Optional<Failure> ofTheSamples(Window asked, List<Node> nodes) {
        if (seconds(nodes).anyMatch(asked::contains)) {
            return Optional.empty();
        }
        LongSummaryStatistics found = seconds(nodes).summaryStatistics();
        if (found.getCount() == 0) {
            return Optional.empty();
        }
        long apart = seconds(nodes).map(asked::apart).min().orElseThrow();
        if (apart <= WHOLE_DAYS.getSeconds()) {
            return Optional.empty();
        }
        if (apart <= ANOTHER_YEAR.getSeconds()) {
            return Optional.of(new Failure(Fault.WINDOW, "the answer holds only samples outside of what was asked for ("
                    + Window.instant(found.getMin()) + " to " + Window.instant(found.getMax())
                    + "), and so does not tell that there are none"));
        }
        int first = year(found.getMin());
        int last = year(found.getMax());
        return Optional.of(new Failure(Fault.CLOCK, "the logger has lost its clock: its samples claim to be of " + first
                + (first == last ? "" : " to " + last) + ", " + words(apart) + " away from what was asked for" + NOTHING_STORED));
    }

    /** When the samples were taken, events included, in seconds since 1970. */
    private static LongStream seconds(List<Node> nodes) {
        return nodes.stream().flatMapToLong(node -> {
            long start = node.start().toEpochSecond();
            return node.channels().stream().flatMapToLong(channel -> LongStream.concat(
                    IntStream.range(0, channel.numbers()).mapToLong(i -> start + channel.key(i)),
                    IntStream.range(0, channel.objects()).mapToLong(i -> start + channel.objectKey(i))));
        });
    }

    private static int year(long second) {
        return Window.instant(second).atOffset(ZoneOffset.UTC).getYear();
    }

    private static String words(long seconds) {
        long hours = seconds / 3600;
        long days = hours / 24;
        return hours < 72 ? hours + " hours" : days < 730 ? days + " days" : Math.round(days / 365.2425) + " years";
    }
}
