package io.pvroute.copyupsert;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.pvroute.copyupsert.ModelKind.Value;
import io.pvroute.copyupsert.ModelTable.Column;

/**
 * A table of the model test on the server, and what the server says of values: which keys are equal, by a table of keys beside it, and
 * how a value looks once it is stored, by a table that takes it in a plain INSERT.
 */
final class ModelServer implements AutoCloseable {

    private final ModelTable table;
    private final Connection connection;
    private final String key;
    private final String sameKey;

    ModelServer(ModelTable table, Connection connection) throws SQLException {
        this.table = table;
        this.connection = connection;
        key = list(table.key(), Column::quoted);
        sameKey = table.key().stream().map(column -> "k." + column.quoted() + " = t." + column.quoted())
                .collect(Collectors.joining(" AND "));
        for (String statement : table.statement()) {
            execute(statement);
        }
        execute("CREATE TABLE model_keys (number bigint GENERATED ALWAYS AS IDENTITY, "
                + list(table.key(), column -> column.quoted() + ' ' + column.kind().ddl()) + ", UNIQUE (" + key + "))");
        execute("CREATE TABLE model_given (position int, "
                + list(table.columns(), column -> column.quoted() + ' ' + column.kind().ddl()) + ')');
        addStrangers();
    }

    /** @param place where the row lies: it changes when the row is written */
    record Stored(long key, String place, Map<String, String> values) {
    }

    /** The rows as the server understands them. */
    List<Model.Row> understood(List<Map<String, Value>> rows) throws SQLException {
        execute("TRUNCATE model_given");
        String insert = "INSERT INTO model_given VALUES (?" + ", ?".repeat(table.columns().size()) + ')';
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            for (int i = 0; i < rows.size(); i++) {
                statement.setInt(1, i);
                for (int j = 0; j < table.columns().size(); j++) {
                    String text = rows.get(i).getOrDefault(table.columns().get(j).name(), Value.NULL).text();
                    statement.setObject(2 + j, text, Types.OTHER);
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
        execute("INSERT INTO model_keys (" + key + ") SELECT " + key + " FROM model_given ORDER BY position ON CONFLICT DO NOTHING");
        var understood = new ArrayList<Model.Row>();
        for (Stored row : read("SELECT k.number, t.position, " + list(table.columns(), column -> "t." + column.quoted())
                + " FROM model_given t JOIN model_keys k ON " + sameKey + " ORDER BY t.position")) {
            row.values().keySet().retainAll(rows.get(understood.size()).keySet());
            understood.add(new Model.Row(row.key(), row.values()));
        }
        if (understood.size() != rows.size()) {
            throw new IllegalStateException(rows.size() + " rows, and the server has understood " + understood.size());
        }
        return understood;
    }

    /** What each column gets that is not given. */
    Map<String, String> defaults() throws SQLException {
        execute("INSERT INTO model_given DEFAULT VALUES");
        for (Column column : table.columns()) {
            try (PreparedStatement statement = connection.prepareStatement("UPDATE model_given SET " + column.quoted() + " = ?")) {
                statement.setObject(1, column.initial().text(), Types.OTHER);
                statement.executeUpdate();
            }
        }
        return read("SELECT 0, '', " + list(table.columns(), Column::quoted) + " FROM model_given").get(0).values();
    }

    /** The rows that are in the table; key 0 for one that nobody gave. */
    List<Stored> stored() throws SQLException {
        return read("SELECT coalesce(k.number, 0), t.tableoid || '/' || t.ctid, " + list(table.columns(), column -> "t." + column.quoted())
                + " FROM " + table.name() + " t LEFT JOIN model_keys k ON " + sameKey + " WHERE num_nulls("
                + list(table.key(), column -> "t." + column.quoted()) + ") = 0");
    }

    /** What is left of the rows that have NULL in their key: others have written them, and no batch may touch them. */
    List<Stored> strangers() throws SQLException {
        return read("SELECT 0, t.tableoid || '/' || t.ctid, " + list(table.columns(), column -> "t." + column.quoted()) + " FROM "
                + table.name() + " t WHERE num_nulls(" + key + ") > 0 ORDER BY t.tableoid, t.ctid");
    }

    /** Makes the table hold just these rows. */
    void restore(Iterable<Map<String, String>> rows) throws SQLException {
        execute("TRUNCATE " + table.name());
        addStrangers();
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + table.name() + " ("
                + list(table.columns(), Column::quoted) + ") VALUES (?" + ", ?".repeat(table.columns().size() - 1) + ')')) {
            for (Map<String, String> row : rows) {
                for (int i = 0; i < table.columns().size(); i++) {
                    statement.setObject(1 + i, row.get(table.columns().get(i).name()), Types.OTHER);
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private void addStrangers() throws SQLException {
        for (Column absent : table.key()) {
            for (int number = -1; number <= 1 && !absent.notNull(); number++) {
                try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + table.name() + " (" + key + ") VALUES (?"
                        + ", ?".repeat(table.key().size() - 1) + ')')) {
                    for (int i = 0; i < table.key().size(); i++) {
                        Column column = table.key().get(i);
                        String text = column == absent ? null : column.kind().numbered().at(number, new Random(number)).text();
                        statement.setObject(1 + i, text, Types.OTHER);
                    }
                    statement.executeUpdate();
                }
            }
        }
    }

    @Override
    public void close() throws SQLException {
        execute("DROP TABLE model_keys, model_given, " + table.name());
    }

    /** Text as the server prints it: a Statement's results come in no binary form. */
    private List<Stored> read(String query) throws SQLException {
        var rows = new ArrayList<Stored>();
        try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(query)) {
            while (result.next()) {
                var values = new HashMap<String, String>();
                for (int i = 0; i < table.columns().size(); i++) {
                    values.put(table.columns().get(i).name(), result.getString(3 + i));
                }
                rows.add(new Stored(result.getLong(1), result.getString(2), values));
            }
        }
        return rows;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String list(List<Column> columns, Function<Column, String> text) {
        return columns.stream().map(text).collect(Collectors.joining(", "));
    }
}
