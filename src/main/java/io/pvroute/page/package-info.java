/** The files of the page. What it shows comes from {@code routes/status.camel.yaml}. */
package io.pvroute.page;
