package io.pvroute.copyupsert;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.pvroute.copyupsert.ModelKind.Value;

/**
 * The rows of one message, with the settings that they are written with.
 *
 * @param way       forced, unless AUTO
 * @param form      of a row
 * @param container of the rows
 * @param columns   named in the settings; empty: the rows' own
 * @param refused   the position of a row that cannot be stored, from 0; −1 for none
 */
record ModelBatch(Mode mode, boolean keepNulls, Way way, int batchSize, Form form, Container container, List<String> columns,
                  List<Map<String, Value>> rows, int refused) {

    enum Form {
        MAP, LIST, ARRAY
    }

    enum Container {
        LIST, ITERATOR, STREAM, ARRAY
    }

    /** The same settings for some of its rows. */
    ModelBatch with(List<Map<String, Value>> someRows) {
        return new ModelBatch(mode, keepNulls, way, batchSize, form, container, columns, someRows, -1);
    }

    Map<String, Object> headers(ModelTable table) {
        var headers = new HashMap<String, Object>();
        headers.put(CopyUpsertProcessor.TABLE, table.name());
        headers.put(CopyUpsertProcessor.MODE, mode.name().toLowerCase(Locale.ROOT));
        headers.put(CopyUpsertProcessor.NULLS, keepNulls ? "keep" : "overwrite");
        headers.put(CopyUpsertProcessor.BATCH_SIZE, batchSize);
        if (table.named()) {
            headers.put(CopyUpsertProcessor.KEY, table.keyNames());
        }
        if (!columns.isEmpty()) {
            headers.put(CopyUpsertProcessor.COLUMNS, columns);
        }
        headers.put(CopyUpsertProcessor.WAY, way.name().toLowerCase(Locale.ROOT));
        return headers;
    }

    Object body() {
        var given = new ArrayList<Object>();
        for (Map<String, Value> row : rows) {
            var values = new LinkedHashMap<String, Object>();
            row.forEach((column, value) -> values.put(column, value.given()));
            given.add(switch (form) {
                case MAP -> values;
                case LIST -> new ArrayList<>(values.values());
                case ARRAY -> values.values().toArray();
            });
        }
        return switch (container) {
            case LIST -> given;
            case ITERATOR -> given.iterator();
            case STREAM -> given.stream();
            case ARRAY -> given.toArray();
        };
    }

    String settings() {
        return "mode " + mode + ", nulls " + (keepNulls ? "keep" : "overwrite") + ", way " + way + ", batchSize " + batchSize + ", rows as "
                + form + " in " + container + (columns.isEmpty() ? "" : ", columns " + columns);
    }
}
