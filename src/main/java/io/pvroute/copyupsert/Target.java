package io.pvroute.copyupsert;

import java.util.List;

/**
 * A table as its catalog told it, and the columns of it that are written.
 *
 * @param name        schema and table, for messages
 * @param quoted      the same as SQL text
 * @param candidates  what its name as given may mean, see {@link Name#tableCandidates}
 * @param fingerprint of its catalog entries: another one later means that the table was altered since
 * @param columns     in the order of the values of a row
 * @param key         in the order of the key's index
 */
record Target(String name, String quoted, long oid, List<String> candidates, String fingerprint, List<Column> columns, List<KeyPart> key) {

    /** The columns that are not of the key, which an update sets. */
    List<Column> values() {
        return columns.stream().filter(column -> key.stream().noneMatch(part -> part.column().equals(column))).toList();
    }
}
