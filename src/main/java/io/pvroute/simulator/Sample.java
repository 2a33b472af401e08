package io.pvroute.simulator;

import java.time.Instant;

/**
 * One value of a cyclic channel.
 *
 * @param device  the node's name, {@code inverter/1}
 * @param instant whole seconds; the interval that the value is about ends here
 * @param channel the channel's name, {@code PowerReal_PAC_Sum}
 * @param value   in the channel's unit, exactly the number of the answer; never NaN or infinite
 */
public record Sample(String device, Instant instant, String channel, double value) {}
