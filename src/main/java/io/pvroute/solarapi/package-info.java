/** What the answers of the Fronius Solar API V1 mean; knows nothing of databases. */
package io.pvroute.solarapi;
