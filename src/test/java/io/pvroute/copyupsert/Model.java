package io.pvroute.copyupsert;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a table ought to hold, as a plain map, and what an upsert ought to do to it: the promises of {@link CopyUpsertProcessor} written
 * down as simply as they can be. Which keys are the same, and what a value looks like once stored, is told by the server (see
 * {@link ModelServer}).
 */
final class Model {

    private final List<String> key;
    private final Map<String, String> defaults;
    private final Map<Long, Map<String, String>> rows = new HashMap<>();

    /**
     * @param key      the columns that an update leaves alone
     * @param defaults what each column gets in a new row that has no value for it
     */
    Model(List<String> key, Map<String, String> defaults) {
        this.key = key;
        this.defaults = defaults;
    }

    /**
     * @param key    a number that stands for the key: the same for all that are equal to the server
     * @param values by column, as stored; null for NULL, and absent where not given
     */
    record Row(long key, Map<String, String> values) {
    }

    /** @param touched the keys of the rows that were written; all others are as they were before, and where they were */
    record Effect(Counts counts, Set<Long> touched) {
    }

    /** The rows as stored, by the number of their key. */
    Map<Long, Map<String, String>> rows() {
        return rows;
    }

    /** Another one that holds the rows with these keys. */
    Model copy(Set<Long> keys) {
        var copy = new Model(key, defaults);
        rows.forEach((number, row) -> {
            if (keys.contains(number)) {
                copy.rows.put(number, new HashMap<>(row));
            }
        });
        return copy;
    }

    /** One transaction. */
    Effect apply(List<Row> batch, Mode mode, boolean keepNulls) {
        Map<Long, Map<String, String>> distinct = settle(batch, keepNulls);
        var touched = new HashSet<Long>();
        long inserted = 0;
        long updated = 0;
        long unchanged = 0;
        long missing = 0;
        for (var given : distinct.entrySet()) {
            Map<String, String> stored = rows.get(given.getKey());
            if (stored == null && mode == Mode.UPDATE) {
                missing++;
            } else if (stored == null) {
                var row = new HashMap<>(defaults);
                row.putAll(given.getValue());
                rows.put(given.getKey(), row);
                touched.add(given.getKey());
                inserted++;
            } else if (mode != Mode.INSERT && overwrite(stored, given.getValue(), keepNulls)) {
                touched.add(given.getKey());
                updated++;
            } else {
                unchanged++;
            }
        }
        return new Effect(new Counts(inserted, updated, unchanged, missing, batch.size() - distinct.size()), touched);
    }

    /** Of rows with the same key the last wins, in each column the last that has it; where NULL keeps, the last that has a value. */
    private static Map<Long, Map<String, String>> settle(List<Row> batch, boolean keepNulls) {
        var distinct = new LinkedHashMap<Long, Map<String, String>>();
        for (Row row : batch) {
            var values = new HashMap<>(row.values());
            Map<String, String> before = distinct.remove(row.key());
            if (before != null) {
                before.forEach((column, value) -> {
                    if (!values.containsKey(column) || keepNulls && values.get(column) == null) {
                        values.put(column, value);
                    }
                });
            }
            distinct.put(row.key(), values);
        }
        return distinct;
    }

    private boolean overwrite(Map<String, String> stored, Map<String, String> given, boolean keepNulls) {
        boolean changed = false;
        for (var value : given.entrySet()) {
            boolean kept = key.contains(value.getKey()) || keepNulls && value.getValue() == null;
            if (!kept && !Objects.equals(stored.get(value.getKey()), value.getValue())) {
                stored.put(value.getKey(), value.getValue());
                changed = true;
            }
        }
        return changed;
    }
}
