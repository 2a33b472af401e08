package io.pvroute.copyupsert;

import java.util.List;

import javax.sql.DataSource;

/**
 * What one upsert is to do, after headers have replaced settings.
 *
 * @param columns empty: those of the first row, which must be a Map
 * @param key     empty: the primary key
 */
record Settings(DataSource dataSource, String table, List<String> columns, List<String> key, Nulls nulls, int batchSize) {
}
