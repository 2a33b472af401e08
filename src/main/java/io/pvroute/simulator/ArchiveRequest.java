package io.pvroute.simulator;

/**
 * One archive request as the logger saw it. Times are {@link System#nanoTime()} of this process and can only be compared with one another.
 *
 * @param query what stood behind the {@code ?}, still encoded; null without one
 * @param began when the logger began to work on it, ns
 * @param ended when its last byte was about to leave, ns: who has the whole answer finds the request in the list
 */
public record ArchiveRequest(String query, long began, long ended) {

    /** Whether both were worked on at the same time, which a real logger does not like. */
    public boolean overlaps(ArchiveRequest other) {
        return began - other.ended < 0 && other.began - ended < 0;
    }
}
