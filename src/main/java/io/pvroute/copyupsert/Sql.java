package io.pvroute.copyupsert;

import java.util.List;

/**
 * A statement with its parameters, in the order of their question marks.
 *
 * @param parameters text of the values, sent without a type: the server takes the one that the statement casts them to
 */
record Sql(String text, List<String> parameters) {
}
