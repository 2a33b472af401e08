package io.pvroute.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Function;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.pvroute.copyupsert.CopyUpsertProcessor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** CopyUpsertProcessor in a route, with its defaults, on a pool of one connection. */
final class Ours implements Contestant {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final HikariDataSource pool;
    private final Function<List<Object[]>, Object> body;
    private final ProducerTemplate template;

    /** @param body makes the body of a message of rows */
    Ours(Server server, Shape shape, String table, Function<List<Object[]>, Object> body) {
        var config = new HikariConfig();
        config.setJdbcUrl(server.jdbcUrl());
        config.setMaximumPoolSize(1);
        pool = new HikariDataSource(config);
        this.body = body;
        var processor = new CopyUpsertProcessor();
        processor.setDataSource(pool);
        processor.setTable(table);
        processor.setColumns(shape.columns());
        processor.setBatchSize(Integer.MAX_VALUE); // a body is a batch: the commits are those of the others
        try {
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:write").process(processor);
                }
            });
            camel.start();
        } catch (Exception e) {
            throw new IllegalStateException("The route with CopyUpsertProcessor did not start.", e);
        }
        template = camel.createProducerTemplate();
    }

    @Override
    public Object ready(List<Object[]> rows) {
        return body.apply(rows);
    }

    @Override
    public void write(Object batch) {
        template.sendBody("direct:write", batch);
    }

    @Override
    public void tellStatistics() throws SQLException {
        try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_stat_force_next_flush()");
        }
    }

    @Override
    public void close() {
        camel.stop();
        pool.close();
    }
}
