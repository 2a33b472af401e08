package io.pvroute.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.util.Iterator;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

import io.pvroute.copyupsert.CopyUpsertProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.postgresql.ds.PGSimpleDataSource;

/** The program that {@link HeapCommand} starts: one message whose body makes its rows only when they are asked for. */
final class EndlessBody {

    private EndlessBody() {
    }

    /** @param arguments JDBC URL, table, number of rows */
    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT);
        var shape = new Shape(1);
        var dataSource = new PGSimpleDataSource();
        dataSource.setUrl(arguments[0]);
        var processor = new CopyUpsertProcessor();
        processor.setDataSource(dataSource);
        processor.setTable(arguments[1]);
        processor.setColumns(shape.columns());
        int rows = Integer.parseInt(arguments[2]);
        for (Phase phase : new Phase[] {Phase.FIRST, Phase.UNCHANGED}) {
            Iterator<Object[]> body = IntStream.range(0, rows)
                    .mapToObj(row -> new Object[] {Samples.key(row), shape.value(row, 0, phase.change())}).iterator();
            Exchange exchange = new DefaultExchange(new DefaultCamelContext());
            exchange.getMessage().setBody(body);
            long started = System.nanoTime();
            processor.process(exchange);
            double seconds = (System.nanoTime() - started) / 1e9;
            System.out.printf("%-10s %,d rows, %,.0f rows/s, inserted %s, unchanged %s%n", phase.title(), rows, rows / seconds,
                    exchange.getMessage().getHeader(CopyUpsertProcessor.INSERTED),
                    exchange.getMessage().getHeader(CopyUpsertProcessor.UNCHANGED));
        }
        System.out.printf("heap of at most %d MiB; at most %d MiB in use, garbage included, %d MiB after a collection%n",
                Runtime.getRuntime().maxMemory() >> 20, used(false) >> 20, used(true) >> 20);
    }

    /** Bytes of the heap that were in use: ever, or after the last collection. */
    private static long used(boolean afterCollection) {
        return ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(pool -> afterCollection ? pool.getCollectionUsage() : pool.getPeakUsage())
                .filter(Objects::nonNull).mapToLong(usage -> usage.getUsed()).sum();
    }
}
