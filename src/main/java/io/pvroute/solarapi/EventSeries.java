package io.pvroute.solarapi;

import java.util.ArrayList;
import java.util.List;

/** The events of one channel of one device: first added in any order, then {@link #ascending}. Seconds count from the window's first. */
final class EventSeries {

    private final String device;
    private final String channel;
    private final List<Integer> seconds;
    private final List<String> details;

    EventSeries(String device, String channel) {
        this(device, channel, new ArrayList<>(), new ArrayList<>());
    }

    private EventSeries(String device, String channel, List<Integer> seconds, List<String> details) {
        this.device = device;
        this.channel = channel;
        this.seconds = seconds;
        this.details = details;
    }

    /** @param detail JSON text */
    void add(int second, String detail) {
        seconds.add(second);
        details.add(detail);
    }

    /** The same events in ascending order; of several of one second the one that was added last. */
    EventSeries ascending(Ascending ascending) {
        EventSeries ordered = new EventSeries(device, channel);
        for (int place : ascending.of(seconds.stream().mapToInt(Integer::intValue).toArray(), seconds.size()).places()) {
            ordered.add(seconds.get(place), details.get(place));
        }
        return ordered;
    }

    String device() {
        return device;
    }

    String channel() {
        return channel;
    }

    int size() {
        return seconds.size();
    }

    int second(int index) {
        return seconds.get(index);
    }

    String detail(int index) {
        return details.get(index);
    }
}
