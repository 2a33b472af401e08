/** Health and metrics: what a runner tells about itself and its sites, on the management port. */
package io.pvroute.runner.observe;
