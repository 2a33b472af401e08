package io.pvroute.copyupsert;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.pvroute.copyupsert.ModelBatch.Container;
import io.pvroute.copyupsert.ModelBatch.Form;
import io.pvroute.copyupsert.ModelKind.Value;
import io.pvroute.copyupsert.ModelTable.Column;

/** Batches at random for one table, which repeat and change a little what was given before. */
final class ModelBatches {

    private static final List<Way> WAYS = List.of(Way.values());

    private final ModelTable table;
    private final Random random;
    /** What was given last, by the number of the key. */
    private final Map<Long, Map<String, Value>> given = new HashMap<>();
    private final int span;

    ModelBatches(ModelTable table, Random random) {
        this.table = table;
        this.random = random;
        span = List.of(10, 300, 5_000, 1_000_000).get(random.nextInt(4));
    }

    ModelBatch next() {
        boolean keepNulls = random.nextInt(3) == 0;
        Mode mode = List.of(Mode.UPSERT, Mode.UPSERT, Mode.INSERT, Mode.UPDATE).get(random.nextInt(4));
        var rows = new ArrayList<Map<String, Value>>();
        List<Column> columns = columns();
        boolean sparse = random.nextInt(5) == 0;
        double same = random.nextInt(3) / 2.0;
        double nulls = random.nextInt(3) / 4.0;
        int variety = List.of(1, 3, 1_000_000).get(random.nextInt(3));
        for (long number : numbers()) {
            List<Column> own = sparse ? columns() : columns;
            rows.add(row(number, own, random.nextDouble() < same, nulls, variety));
        }
        Form form = sparse ? Form.MAP : Form.values()[random.nextInt(Form.values().length)];
        boolean named = form != Form.MAP || rows.isEmpty() || random.nextBoolean();
        int batchSize = random.nextInt(4) == 0 ? 1 + rows.size() / (1 + random.nextInt(6)) : 10_000;
        int refused = random.nextInt(25) == 0 && !rows.isEmpty() ? spoil(rows, columns) : -1;
        List<Column> written = sparse ? table.columns() : columns;
        return new ModelBatch(mode, keepNulls, WAYS.get(random.nextInt(WAYS.size())), batchSize, form,
                Container.values()[random.nextInt(Container.values().length)],
                named ? written.stream().map(Column::name).toList() : List.of(), rows, refused);
    }

    /** The key and some of the others, in any order. */
    private List<Column> columns() {
        var columns = new ArrayList<>(table.columns());
        if (random.nextInt(3) == 0) {
            columns.removeIf(column -> !table.key().contains(column) && random.nextBoolean());
        }
        if (random.nextBoolean()) {
            Collections.shuffle(columns, random);
        }
        return columns;
    }

    /** Numbers of keys: close to each other or far apart, in any order, some of them twice. */
    private List<Long> numbers() {
        int size = size();
        long from = random.nextInt(span) - span / 2;
        boolean dense = random.nextBoolean();
        var numbers = new ArrayList<Long>();
        for (int i = 0; i < size; i++) {
            numbers.add(dense ? from + i : random.nextInt(span) - span / 2);
        }
        if (random.nextInt(3) == 0) {
            for (int i = random.nextInt(1 + size); i > 0; i--) {
                numbers.set(random.nextInt(size), numbers.get(random.nextInt(size)));
            }
        }
        switch (random.nextInt(3)) {
            case 0 -> Collections.shuffle(numbers, random);
            case 1 -> numbers.sort(Comparator.naturalOrder());
            default -> {
            }
        }
        return numbers;
    }

    private int size() {
        int dice = random.nextInt(200);
        return dice < 4 ? 0 : dice < 24 ? 1 : dice < 110 ? 2 + random.nextInt(20) : dice < 184 ? 20 + random.nextInt(300)
                : dice < 199 ? 300 + random.nextInt(2_000) : 5_000 + random.nextInt(5_001);
    }

    private Map<String, Value> row(long number, List<Column> columns, boolean same, double nulls, int variety) {
        Map<String, Value> before = given.getOrDefault(number, Map.of());
        Map<String, Value> key = key(number);
        Column changed = columns.get(random.nextInt(columns.size()));
        boolean onlyOne = random.nextInt(4) == 0;
        var row = new LinkedHashMap<String, Value>();
        for (Column column : columns) {
            if (key.containsKey(column.name())) {
                row.put(column.name(), key.get(column.name()));
            } else if (before.containsKey(column.name()) && (same || onlyOne && column != changed)) {
                row.put(column.name(), before.get(column.name()));
            } else if (!column.notNull() && random.nextDouble() < nulls) {
                row.put(column.name(), Value.NULL);
            } else {
                row.put(column.name(), column.kind().at(random.nextInt(variety), random));
            }
        }
        var known = new HashMap<>(before);
        known.putAll(row);
        given.put(number, known);
        return row;
    }

    private Map<String, Value> key(long number) {
        var key = new HashMap<String, Value>();
        long left = number;
        for (int i = table.key().size() - 1; i >= 0; i--) {
            Column column = table.key().get(i);
            long own = i == 0 ? left : Math.floorMod(left, (long) table.width());
            key.put(column.name(), own == number ? column.kind().at(own, random) : column.kind().numbered().at(own, random));
            left = Math.floorDiv(left, table.width());
        }
        return key;
    }

    /** Makes one row unfit and returns its position; −1 where the columns take anything. */
    private int spoil(List<Map<String, Value>> rows, List<Column> columns) {
        Column column = columns.get(random.nextInt(columns.size()));
        Object misfit = table.key().contains(column) && random.nextBoolean() ? null : column.kind().misfit();
        if (misfit == null && !table.key().contains(column)) {
            return -1;
        }
        int position = random.nextInt(rows.size());
        if (!rows.get(position).containsKey(column.name())) {
            return -1;
        }
        rows.get(position).put(column.name(), new Value(misfit, null));
        return position;
    }
}
