package io.pvroute.faults;

import io.pvroute.simulator.FaultyLogger;
import io.pvroute.simulator.Simulator;

/**
 * A site with its logger.
 *
 * @param simulator what the logger knows: the truth
 * @param logger    what answers
 * @param hand      chooses its faults
 */
record Site(String name, Simulator simulator, FaultyLogger logger, Hand hand) {}
