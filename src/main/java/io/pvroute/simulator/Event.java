package io.pvroute.simulator;

import java.time.Instant;

/**
 * One value of an event-triggered channel.
 *
 * @param device  the node's name, {@code inverter/1}
 * @param instant any whole second
 * @param channel {@code InverterEvents}
 * @param detail  the value, a JSON object
 */
public record Event(String device, Instant instant, String channel, String detail) {}
