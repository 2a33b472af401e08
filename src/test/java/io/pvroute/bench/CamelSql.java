package io.pvroute.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;

import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * What a Camel route does today: camel-sql with {@code batch=true} and an INSERT with ON CONFLICT, the driver joining rows
 * ({@code reWriteBatchedInserts}).
 */
final class CamelSql extends JdbcContestant {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final ProducerTemplate template;

    /** @param onConflict what follows VALUES */
    CamelSql(Connection connection, Shape shape, String table, String onConflict) throws SQLException {
        super(connection, shape, table);
        List<String> columns = shape.columns();
        String insert = "INSERT INTO " + table + " (" + String.join(", ", columns) + ") VALUES (" + "#, ".repeat(columns.size() - 1) + "#) "
                + onConflict;
        camel.getRegistry().bind("bench", new SingleConnectionDataSource(connection, true));
        try {
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    // the number of parameters is told, which saves it a question to the server for each batch
                    from("direct:write").to("sql:" + insert + "?batch=true&dataSource=#bench&parametersCount=" + columns.size());
                }
            });
            camel.start();
        } catch (Exception e) {
            throw new IllegalStateException("The route with camel-sql did not start.", e);
        }
        template = camel.createProducerTemplate();
    }

    static Connection connect(Server server) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl() + "&reWriteBatchedInserts=true");
    }

    /** The driver takes instants as OffsetDateTime, camel-sql a row as a List. */
    @Override
    public Object ready(List<Object[]> rows) {
        return rows.stream().map(row -> {
            Object[] copy = row.clone();
            copy[0] = ((Instant) row[0]).atOffset(ZoneOffset.UTC);
            return Arrays.asList(copy);
        }).toList();
    }

    @Override
    public void write(Object batch) throws SQLException {
        template.sendBody("direct:write", batch);
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        camel.stop();
        super.close();
    }
}
