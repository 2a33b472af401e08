/** How fast rows are written, measured against others on the same rows and the same server: what {@code bench/run} starts. */
package io.pvroute.bench;
