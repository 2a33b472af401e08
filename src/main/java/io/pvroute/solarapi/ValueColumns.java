package io.pvroute.solarapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Which value of an answer goes into which column, in the order of the columns. */
final class ValueColumns {

    private record ValueColumn(String name, List<String> path, boolean text) {
    }

    private final List<ValueColumn> columns = new ArrayList<>();

    /**
     * @param rows one for each column, with the entries {@code column_name}, {@code value} (its name in the answer, with dots between
     *             the levels) and {@code is_text}. A column without a value takes nothing.
     * @throws IllegalArgumentException if there are no rows, or one has no {@code column_name}
     */
    ValueColumns(List<Map<String, Object>> rows) {
        if (rows == null) {
            throw new IllegalArgumentException("rows are made for columns, but the variable 'values' is missing");
        }
        for (Map<String, Object> row : rows) {
            if (!(row.get("column_name") instanceof String column)) {
                throw new IllegalArgumentException("an entry of the variable 'values' has no 'column_name'");
            }
            if (row.get("value") instanceof String value && columns.stream().noneMatch(c -> c.name.equals(column))) {
                columns.add(new ValueColumn(column, List.of(value.strip().split("\\.")), Boolean.TRUE.equals(row.get("is_text"))));
            }
        }
    }

    int count() {
        return columns.size();
    }

    String name(int column) {
        return columns.get(column).name;
    }

    /**
     * @param found finds the value of a name, level by level; a missing node where there is none
     * @return a {@code Double} or a {@code String} for each column, or null where there is no value
     */
    Object[] valuesOf(Function<List<String>, JsonNode> found) {
        return columns.stream().map(column -> {
            JsonNode value = found.apply(column.path);
            return column.text ? PlainValue.text(value) : PlainValue.number(value);
        }).toArray();
    }
}
