package io.pvroute.bench;

/**
 * What one contestant took for one piece of work in one round.
 *
 * @param work       what was to be done
 * @param phase      and in which state the table was
 * @param contestant who did it
 * @param rows       rows given
 * @param batches    in so many transactions
 * @param seconds    from the first batch to the last commit
 * @param walBytes   WAL that the server wrote meanwhile
 * @param deadRows   rows that were left for VACUUM, or -1 where nobody looked
 */
record Figure(String work, String phase, String contestant, long rows, long batches, double seconds, long walBytes, long deadRows) {

    double rowsPerSecond() {
        return rows / seconds;
    }
}
