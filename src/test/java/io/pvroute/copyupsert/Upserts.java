package io.pvroute.copyupsert;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

import io.pvroute.TestDatabase;

/** A database, a Camel context and short words for what the tests of this package do with them. */
final class Upserts implements AutoCloseable {

    final TestDatabase database = new TestDatabase();
    final DefaultCamelContext context = new DefaultCamelContext();

    /** A processor for a table of this database. */
    CopyUpsertProcessor into(String table) {
        var processor = new CopyUpsertProcessor();
        processor.setDataSource(database.dataSource());
        processor.setTable(table);
        return processor;
    }

    Exchange exchange(Object body) {
        var exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(body);
        return exchange;
    }

    /** Runs the processor and returns its counts. */
    Counts run(CopyUpsertProcessor processor, Object body) {
        Exchange exchange = exchange(body);
        processor.process(exchange);
        return counts(exchange);
    }

    static Counts counts(Exchange exchange) {
        return new Counts(count(exchange, CopyUpsertProcessor.INSERTED), count(exchange, CopyUpsertProcessor.UPDATED),
                count(exchange, CopyUpsertProcessor.UNCHANGED), count(exchange, CopyUpsertProcessor.MISSING),
                count(exchange, CopyUpsertProcessor.DUPLICATES));
    }

    private static long count(Exchange exchange, String header) {
        return (Long) exchange.getMessage().getHeader(header);
    }

    void execute(String sql) {
        database.execute(sql);
    }

    /** The rows of a query, each with its columns joined by a bar, as the server prints them. */
    List<String> query(String sql) {
        try (Connection connection = database.dataSource().getConnection(); Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            var rows = new ArrayList<String>();
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                var values = new ArrayList<String>();
                for (int i = 1; i <= columns; i++) {
                    values.add(result.getString(i));
                }
                rows.add(String.join("|", values.stream().map(String::valueOf).toList()));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    String one(String sql) {
        return query(sql).get(0);
    }

    /** A row by name: names and values in turn; unlike Map.of it takes null and keeps the order. */
    static Map<String, Object> row(Object... namesAndValues) {
        var row = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            row.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return row;
    }

    @Override
    public void close() {
        context.stop();
        database.close();
    }
}
