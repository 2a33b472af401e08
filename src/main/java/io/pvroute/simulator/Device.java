package io.pvroute.simulator;

import java.util.Set;

/** A device that the logger records: one node of an answer. */
sealed interface Device permits Inverter, Meter {

    /** The node's name, {@code inverter/1}. */
    String node();

    /** {@code DeviceClass} and {@code DeviceId} by which {@code Scope=Device} asks for it. */
    String deviceClass();

    String deviceId();

    /** The cyclic channels: each sample has a value of each. */
    Set<Channel> channels();

    /** All samples with {@code from <= instant < to}, epoch seconds, from the day the meter was installed until the end of time. */
    Samples samples(long from, long to);
}
