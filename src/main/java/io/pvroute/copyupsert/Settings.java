package io.pvroute.copyupsert;

import java.util.List;

import javax.sql.DataSource;

/**
 * What one upsert is to do, after headers have replaced settings.
 *
 * @param columns empty: those of the rows, which must have names
 * @param key     empty: the primary key
 */
record Settings(DataSource dataSource, String table, List<String> columns, List<String> key, Mode mode, Nulls nulls, int batchSize,
                Way way) {
}
