/** A bulk upsert into any PostgreSQL table, for any Camel route: it stores what is new, corrects what changed and leaves alone what is the same. */
package io.pvroute.copyupsert;
