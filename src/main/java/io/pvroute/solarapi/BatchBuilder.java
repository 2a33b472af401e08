package io.pvroute.solarapi;

import io.pvroute.solarapi.ArchiveBatch.UnknownChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Sorts the samples of one answer into columns, events and what cannot be kept. */
final class BatchBuilder {

    /** Event-triggered, though their values are plain numbers. */
    private static final Set<String> NUMERIC_EVENTS = Set.of("Digital_PowerManagementRelay_Out_1", "Digital_PowerManagementRelay_Out_2",
            "Digital_PowerManagementRelay_Out_3", "Digital_PowerManagementRelay_Out_4", "Hybrid_Operating_State");

    private final Window window;
    private final ChannelColumns columns;
    private final Rejections rejections;
    private final SortedMap<String, Series[]> samples = new TreeMap<>(new CodePointOrder());
    private final SortedMap<String, SortedMap<String, EventSeries>> events = new TreeMap<>(new CodePointOrder());
    private final SortedMap<String, UnknownChannel> unknown = new TreeMap<>();
    private int outside;

    BatchBuilder(Window window, ChannelColumns columns, Rejections unreadable) {
        this.window = window;
        this.columns = columns;
        this.rejections = unreadable;
    }

    void add(Node node) {
        for (Channel channel : node.channels()) {
            if (channel.numbers() > 0) {
                addNumbers(node, channel);
            }
            if (channel.objects() > 0) {
                addObjects(node, channel);
            }
        }
    }

    private void addNumbers(Node node, Channel channel) {
        long start = node.start().toEpochSecond();
        int column = columns.of(channel.name());
        Series series = column < 0 ? null : series(node.name(), column, channel.numbers());
        EventSeries event = column < 0 && NUMERIC_EVENTS.contains(channel.name()) ? events(node.name(), channel.name()) : null;
        int lost = 0;
        for (int i = 0; i < channel.numbers(); i++) {
            long second = start + channel.key(i);
            String refusal = window.refusal(second);
            if (refusal != null) {
                double value = channel.value(i);
                reject(node, channel, second, () -> Double.toString(value), refusal);
            } else if (!window.contains(second)) {
                outside++;
            } else if (series != null) {
                series.add((int) (second - window.from()), channel.value(i));
            } else if (event != null) {
                event.add((int) (second - window.from()), json(channel.value(i)));
            } else {
                lost++;
            }
        }
        if (lost > 0) {
            UnknownChannel before = unknown.getOrDefault(channel.name(), new UnknownChannel(channel.name(), channel.unit(), 0));
            unknown.put(channel.name(), new UnknownChannel(before.channel(), before.unit(), before.samples() + lost));
        }
    }

    private void addObjects(Node node, Channel channel) {
        long start = node.start().toEpochSecond();
        boolean takesNumbers = columns.of(channel.name()) >= 0;
        EventSeries event = takesNumbers ? null : events(node.name(), channel.name());
        for (int i = 0; i < channel.objects(); i++) {
            long second = start + channel.objectKey(i);
            String object = channel.object(i);
            String refusal = window.refusal(second);
            if (refusal != null) {
                reject(node, channel, second, () -> object, refusal);
            } else if (!window.contains(second)) {
                outside++;
            } else if (takesNumbers) {
                reject(node, channel, second, () -> object, "is an object, but the channel's column takes numbers");
            } else {
                event.add((int) (second - window.from()), object);
            }
        }
    }

    private Series series(String device, int column, int expected) {
        Series[] ofDevice = samples.computeIfAbsent(device, name -> new Series[columns.names().size()]);
        if (ofDevice[column] == null) {
            ofDevice[column] = new Series(expected);
        }
        return ofDevice[column];
    }

    private EventSeries events(String device, String channel) {
        return events.computeIfAbsent(device, name -> new TreeMap<>(new CodePointOrder()))
                .computeIfAbsent(channel, name -> new EventSeries(device, channel));
    }

    private void reject(Node node, Channel channel, long second, Supplier<String> value, String reason) {
        rejections.add(() -> new RejectedSample(node.name(), channel.name(), Window.instant(second).toString(), value.get(), reason));
    }

    private static String json(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : Double.toString(value);
    }

    ArchiveBatch build() {
        Ascending ascending = new Ascending();
        int[] occurring = IntStream.range(0, columns.names().size())
                .filter(column -> samples.values().stream().anyMatch(device -> device[column] != null && device[column].size() > 0))
                .toArray();
        List<SampleRows.Device> devices = new ArrayList<>();
        samples.forEach((name, series) -> {
            Series[] ordered = Arrays.stream(occurring).mapToObj(column -> series[column])
                    .map(column -> column == null ? null : column.ascending(ascending))
                    .toArray(Series[]::new);
            if (Arrays.stream(ordered).filter(Objects::nonNull).anyMatch(column -> column.size() > 0)) {
                devices.add(SampleRows.Device.of(name, ordered));
            }
        });
        List<String> names = Stream.concat(Stream.of("site", "device", "ts"), Arrays.stream(occurring).mapToObj(columns.names()::get))
                .toList();
        List<EventSeries> orderedEvents = events.values().stream().flatMap(ofDevice -> ofDevice.values().stream())
                .map(event -> event.ascending(ascending)).toList();
        return new ArchiveBatch(window, names, new SampleRows(window.site(), window.from(), devices), orderedEvents, outside, rejections,
                List.copyOf(unknown.values()));
    }
}
