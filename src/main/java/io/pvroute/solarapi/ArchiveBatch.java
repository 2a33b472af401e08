package io.pvroute.solarapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rows of one answer, and what became of the samples that are in none of them.
 *
 * <p>Rows are in ascending order of their key without doubles; text is ordered by code points, as PostgreSQL's collation "C" does.
 * They can be iterated again and again, and each time gives new arrays.
 */
public final class ArchiveBatch {

    /**
     * Numeric samples of a channel that no column takes.
     *
     * @param channel the channel's name
     * @param unit    its unit as the logger names it, or null
     * @param samples how many of them lie in the window
     */
    public record UnknownChannel(String channel, String unit, int samples) {
    }

    private final List<String> columns;
    private final SampleRows samples;
    private final List<EventSeries> events;
    private final String site;
    private final long from;
    private final int outside;
    private final int rejected;
    private final List<RejectedSample> firstRejected;
    private final List<UnknownChannel> unknownChannels;

    ArchiveBatch(Window window, List<String> columns, SampleRows samples, List<EventSeries> events, int outside, Rejections rejections,
            List<UnknownChannel> unknownChannels) {
        this.site = window.site();
        this.from = window.from();
        this.columns = List.copyOf(columns);
        this.samples = samples;
        this.events = List.copyOf(events);
        this.outside = outside;
        this.rejected = rejections.count();
        this.firstRejected = rejections.first();
        this.unknownChannels = List.copyOf(unknownChannels);
    }

    /** {@code site}, {@code device}, {@code ts}, and those of the given columns that have a sample in this answer. */
    public List<String> columns() {
        return columns;
    }

    /**
     * One row for every device and instant, by the places of {@link #columns()}: {@code String}, {@code String}, {@code Instant}, and
     * for each column a {@code Double}, or null where there is no sample.
     */
    public Iterable<Object[]> samples() {
        return samples;
    }

    /** How many rows {@link #samples()} has. */
    public int sampleRows() {
        return samples.count();
    }

    /** {@code site}, {@code device}, {@code channel}, {@code ts}, {@code detail}. */
    public List<String> eventColumns() {
        return List.of("site", "device", "channel", "ts", "detail");
    }

    /**
     * One row for every event, by the places of {@link #eventColumns()}: {@code String}, {@code String}, {@code String},
     * {@code Instant}, and JSON text.
     */
    public Iterable<Object[]> events() {
        return () -> events.stream()
                .flatMap(series -> IntStream.range(0, series.size()).mapToObj(i -> new Object[] {site, series.device(), series.channel(),
                        Instant.ofEpochSecond(from + series.second(i)), series.detail(i)}))
                .iterator();
    }

    /** How many rows {@link #events()} has. */
    public int eventRows() {
        return events.stream().mapToInt(EventSeries::size).sum();
    }

    /** The instant of the newest row of {@link #samples()}, null where there is none. Events do not count. */
    public Instant newest() {
        return samples.newest();
    }

    /** How many channels have a row of {@link #samples()}, those of each device counted: a measure of how much of a plant answered. */
    public int channels() {
        return samples.channels();
    }

    /** How many samples and events lie outside the window and were dropped. */
    public int outside() {
        return outside;
    }

    /** How many samples and events were refused: in the future, before the site's first day, or no number. */
    public int rejected() {
        return rejected;
    }

    /** The first hundred of those that were refused. */
    public List<RejectedSample> firstRejected() {
        return firstRejected;
    }

    /**
     * The first hundred of those that were refused, as JSON text that any database takes: an array of objects with the texts
     * {@code device}, {@code channel}, {@code instant} (in UTC, or the key as the logger gave it), {@code value} and
     * {@code reason}; {@code []} where none was refused.
     */
    public String rejectedJson() {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (RejectedSample sample : firstRejected) {
            array.addObject().put("device", sample.device()).put("channel", sample.channel()).put("instant", sample.at())
                    .put("value", sample.value()).put("reason", sample.reason());
        }
        return array.toString();
    }

    /** The channels whose numbers no column takes, by name. */
    public List<UnknownChannel> unknownChannels() {
        return unknownChannels;
    }

    @Override
    public String toString() {
        return sampleRows() + " rows of samples and " + eventRows() + " of events of " + site;
    }
}
