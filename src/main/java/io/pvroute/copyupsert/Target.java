package io.pvroute.copyupsert;

import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table as its catalog told it, and the columns of it that are written: first those of the key, so that the key of an encoded row is how
 * it begins.
 *
 * @param name        schema and table, for messages
 * @param quoted      the same as SQL text
 * @param table       its name alone, as the server writes it in the context of a failure
 * @param candidates  what its name as given may mean, see {@link Name#tableCandidates}
 * @param fingerprint of its catalog entries: another one later means that the table was altered since
 * @param unique      the key has a unique index
 * @param rules       the table has rules, which COPY ignores
 * @param temporary   the user may create temporary tables
 * @param columns     those of the key in the order of its index, then the others
 * @param positions   of each of them among the columns of the rows
 */
record Target(String name, String quoted, String table, long oid, List<String> candidates, String fingerprint, boolean unique,
              boolean rules, boolean temporary, List<Column> columns, List<Integer> positions, List<KeyPart> key) {

    /** The columns that are not of the key, which an update sets. */
    List<Column> values() {
        return columns.subList(key.size(), columns.size());
    }

    /** Equal keys have equal bytes, and different ones have different bytes. */
    boolean faithful() {
        return key.stream().allMatch(KeyPart::faithful);
    }

    /** Whether a stored row comes over the wire in the bytes that it was given in, and new ones may go into the table by COPY. */
    boolean comparable() {
        return unique && !rules && faithful() && columns.stream().noneMatch(column -> column.encoding().asText());
    }

    Target onlyKey() {
        var given = new BitSet();
        given.set(0, key.size());
        return only(given);
    }

    /** The same table, with some of the columns only, the key among them. */
    Target only(BitSet given) {
        int[] kept = IntStream.range(0, columns.size()).filter(given::get).toArray();
        return new Target(name, quoted, table, oid, candidates, fingerprint, unique, rules, temporary,
                IntStream.of(kept).mapToObj(columns::get).toList(), IntStream.of(kept).mapToObj(positions::get).toList(), key);
    }
}
