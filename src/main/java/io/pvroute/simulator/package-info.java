/** A logger over HTTP with the real one's manners, for the demo and the tests; shares no code with what reads it. */
package io.pvroute.simulator;
