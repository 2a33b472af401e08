package io.pvroute.simulator;

import java.time.Instant;
import java.util.List;

/**
 * One request for something else than the archive, as the logger saw it.
 *
 * @param path    {@code /solar_api/v1/GetPowerFlowRealtimeData.fcgi}
 * @param query   what stood behind the {@code ?}, still encoded; null without one
 * @param beganAt when the logger began to work on it, by the logger's own clock, which may go faster than others
 * @param began   the same, {@link System#nanoTime()} of this process, ns
 * @param ended   when its last byte was about to leave, ns: who has the whole answer finds the request in the list
 * @param told    the devices whose present it told; empty where the answer was refused, not true, or broken off as far as the logger knows
 */
public record PresentRequest(String path, String query, Instant beganAt, long began, long ended, List<Told> told) {

    public PresentRequest {
        told = List.copyOf(told);
    }

    /** Whether both were worked on at the same time. */
    public boolean overlaps(PresentRequest other) {
        return began - other.ended < 0 && other.began - ended < 0;
    }

    PresentRequest withoutTold() {
        return new PresentRequest(path, query, beganAt, began, ended, List.of());
    }
}
