package io.pvroute.solarapi;

import java.time.OffsetDateTime;
import java.util.List;

/**
 * One node of an answer that has values: a device with its channels.
 *
 * @param name     free text as the logger gives it: {@code inverter/1}, {@code meter:IME - Smart Meter 63A - 1}
 * @param start    what the keys of the node's channels count from, cut to the second
 * @param channels those that have values, in the order of the answer
 */
public record Node(String name, OffsetDateTime start, List<Channel> channels) {

    public Node {
        channels = List.copyOf(channels);
    }
}
