package io.pvroute.simulator;

import java.time.Instant;

/**
 * A device of which an answer told the present.
 *
 * @param deviceClass {@code Site} for the power flow of the whole plant, else {@code Inverter}, {@code Meter}, {@code Storage} or
 *                    {@code OhmPilot}
 * @param deviceId    as the answer has it; empty for the site
 * @param serial      without blanks; empty for the site
 * @param stamp       which the answer has for these values: that of its head, or the device's own where it has one; see
 *                    {@link Simulator#present}
 */
public record Told(String deviceClass, String deviceId, String serial, Instant stamp) {}
