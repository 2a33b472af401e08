/**
 * A bulk upsert into any PostgreSQL table, for any Camel route: it stores what is new, corrects what changed and leaves alone what is the
 * same. {@link io.pvroute.copyupsert.CopyUpsertProcessor} is the way in.
 *
 * <p>{@code Rows} cuts the body into batches; {@code Upsert} writes each in a transaction, repeated where that helps; {@code Catalog} tells
 * the {@code Target} and its types; {@code EncodedBatch} turns values into COPY's bytes; {@code BatchWriter} runs the {@code Statements}.
 */
package io.pvroute.copyupsert;
