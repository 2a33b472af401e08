package io.pvroute.copyupsert;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

import io.pvroute.copyupsert.ModelKind.Value;

/**
 * A table at random.
 *
 * @param name      quoted, with its schema
 * @param columns   those that can be written, in their order in the table
 * @param key       in the order of the index
 * @param named     the key is named, as it is not, or once was not, the primary key
 * @param width     how many numbers of the last column of the key there are for each of the columns before
 * @param statement what it takes to create it
 */
record ModelTable(String name, List<Column> columns, List<Column> key, boolean named, int width, List<String> statement) {

    private static final List<String> NAMES = List.of("plain", "\"Mixed Case\"", "\"a\"\"b; drop table x\"", "\"select\"",
            "\"odd \"\"schema\".\"t.u\"", "\"odd \"\"schema\".t");
    private static final List<String> COLUMN_NAMES = List.of("s", "t", "row", "row_", "Mixed", "a\"b; --", "user", "é?", "$1", "x,y", "d");

    /** @param initial what a new row has that is given no value */
    record Column(String name, ModelKind kind, boolean notNull, Value initial) {

        String quoted() {
            return Name.quoted(name);
        }

        String ddl() {
            return quoted() + ' ' + kind.ddl() + (notNull ? " NOT NULL" : "")
                    + (initial.text() == null ? "" : " DEFAULT " + literal(initial.text()));
        }
    }

    static ModelTable random(Random random, List<ModelKind> kinds) {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        int parts = 1 + random.nextInt(random.nextBoolean() ? 1 : 3);
        var names = new ArrayList<>(COLUMN_NAMES);
        Collections.shuffle(names, random);
        List<String> key = names.subList(0, parts);
        var columns = new ArrayList<>(names.subList(0, parts + random.nextInt(5)));
        Collections.shuffle(columns, random);
        return random(name, columns, key, false, random, kinds);
    }

    /** As if it were dropped and made anew: the names are the same, but not the types, nor what makes the key one. */
    ModelTable remade(Random random, List<ModelKind> kinds) {
        return random(name, columnNames(), keyNames(), named, random, kinds);
    }

    private static ModelTable random(String name, List<String> names, List<String> keyNames, boolean named, Random random,
            List<ModelKind> kinds) {
        boolean partitioned = random.nextInt(6) == 0;
        int dice = random.nextInt(10);
        Shape shape = dice < 6 ? Shape.PRIMARY_KEY : dice < 8 ? Shape.UNIQUE_INDEX : Shape.NO_INDEX;
        List<ModelKind> keyKinds = ModelKind.of(use -> partitioned ? use == ModelKind.Use.KEY_OF_PARTITIONS : use.isKey(), kinds);
        var columns = new ArrayList<Column>();
        for (String column : names) {
            boolean inKey = keyNames.contains(column);
            ModelKind kind = inKey ? keyKinds.get(random.nextInt(keyKinds.size())) : kinds.get(random.nextInt(kinds.size()));
            boolean notNull = inKey ? shape == Shape.PRIMARY_KEY || partitioned || random.nextBoolean() : random.nextInt(4) == 0;
            boolean initial = !inKey && (notNull || random.nextInt(4) == 0);
            columns.add(new Column(column, kind, notNull, initial ? kind.at(random.nextInt(3), random) : Value.NULL));
        }
        List<Column> key = keyNames.stream()
                .map(part -> columns.stream().filter(column -> column.name().equals(part)).findFirst().orElseThrow()).toList();
        int width = List.of(1, 7, 300, 5_000).get(random.nextInt(4));
        return new ModelTable(name, List.copyOf(columns), key, named || shape != Shape.PRIMARY_KEY, width,
                statements(name, columns, key, shape, partitioned, random));
    }

    List<String> keyNames() {
        return key.stream().map(Column::name).toList();
    }

    List<String> columnNames() {
        return columns.stream().map(Column::name).toList();
    }

    private enum Shape {
        PRIMARY_KEY, UNIQUE_INDEX, NO_INDEX
    }

    private static List<String> statements(String name, List<Column> columns, List<Column> key, Shape shape, boolean partitioned,
            Random random) {
        var parts = columns.stream().map(Column::ddl).collect(Collectors.toCollection(ArrayList::new));
        String keyColumns = key.stream().map(Column::quoted).collect(Collectors.joining(", "));
        if (shape == Shape.PRIMARY_KEY) {
            parts.add("PRIMARY KEY (" + keyColumns + ')');
        }
        if (random.nextInt(4) == 0) {
            parts.add(random.nextInt(parts.size()), "generated bool GENERATED ALWAYS AS ("
                    + columns.get(random.nextInt(columns.size())).quoted() + " IS NULL) STORED");
        }
        if (!partitioned && random.nextInt(4) == 0) {
            parts.add(random.nextInt(parts.size()), "identity bigint GENERATED ALWAYS AS IDENTITY");
        }
        var statements = new ArrayList<String>();
        String create = "CREATE TABLE " + name + " (" + String.join(", ", parts) + ')';
        if (partitioned) {
            statements.addAll(partitions(create, name, key.get(random.nextInt(key.size())), random));
        } else {
            statements.add(create);
        }
        if (shape == Shape.UNIQUE_INDEX) {
            statements.add("CREATE UNIQUE INDEX ON " + name + " ("
                    + key.stream().map(column -> column.quoted() + (random.nextInt(4) == 0 ? " DESC" : ""))
                            .collect(Collectors.joining(", ")) + ')');
        }
        return statements;
    }

    private static List<String> partitions(String create, String name, Column by, Random random) {
        boolean range = random.nextBoolean();
        String part = name.endsWith("\"") ? name.substring(0, name.length() - 1) + " %d\"" : name + "_%d";
        String of = "CREATE TABLE " + part + " PARTITION OF " + name.replace("%", "%%") + " FOR VALUES ";
        String bound = literal(by.kind().numbered().at(1, random).text()).replace("%", "%%");
        return List.of(create + " PARTITION BY " + (range ? "RANGE" : "HASH") + " (" + by.quoted() + ')',
                (of + (range ? "FROM (MINVALUE) TO (" + bound + ')' : "WITH (MODULUS 2, REMAINDER 0)")).formatted(0),
                (of + (range ? "FROM (" + bound + ") TO (MAXVALUE)" : "WITH (MODULUS 2, REMAINDER 1)")).formatted(1));
    }

    private static String literal(String text) {
        return (text.contains("\\") ? " E'" : "'") + text.replace("\\", "\\\\").replace("'", "''") + '\'';
    }
}
