package io.pvroute.simulator;

import java.time.Instant;

/**
 * One archive request to a {@link FaultyLogger}, from the arrival of its head until its last byte has left, or until who asked has gone.
 *
 * @param request   what was asked for, and the monotonic times of both
 * @param arrivedAt by the clock of this computer
 * @param endedAt   by the clock of this computer
 * @param fault     what it did wrong; null where the answer was true and whole
 * @param falseRows rows (a node and an instant of it) that the answer told with another value than the true one, or without one of theirs
 */
public record FaultyRequest(ArchiveRequest request, Instant arrivedAt, Instant endedAt, Fault fault, int falseRows) {}
