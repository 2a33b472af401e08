/** The fault harness, {@code faults/run}: real faults on real processes, and what is promised all the same. See faults/README.md. */
package io.pvroute.faults;
