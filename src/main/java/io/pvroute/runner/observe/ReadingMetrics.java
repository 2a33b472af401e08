package io.pvroute.runner.observe;

import java.util.Map;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.pvroute.runner.FailureReason;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;

/**
 * Counts what this runner asks loggers of the present, by site and request. The names are those of the book, never anything that a logger
 * said. Where nobody measures, nothing is counted.
 */
public final class ReadingMetrics implements CamelContextAware {

    private static final Map<String, String> WRITTEN = Map.of("inserted", "CamelCopyUpsertInserted", "updated", "CamelCopyUpsertUpdated",
            "unchanged", "CamelCopyUpsertUnchanged");

    private CamelContext context;
    private MeterRegistry registry = new CompositeMeterRegistry();

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
        MeterRegistry there = context.getRegistry().findSingleByType(MeterRegistry.class);
        if (there != null) {
            registry = there;
        }
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /**
     * A reading that is stored.
     *
     * @param exchange its variable {@code reading} names site and request; the headers of the CopyUpsertProcessor tell the rows, none where
     *                 nothing was to be stored
     */
    public void answered(Exchange exchange) {
        Map<?, ?> reading = exchange.getVariable("reading", Map.class);
        WRITTEN.forEach((outcome, header) -> counter("pvroute.reading.rows", "Rows of the present that this runner has written, or found stored "
                + "already.", reading, outcome).baseUnit("rows").register(registry)
                .increment(exchange.getMessage().getHeader(header, 0L, Long.class)));
        count(reading, "answered");
    }

    /** One that is not: variables {@code reading}, null where none was claimed, and {@code failure}. */
    public void failed(Exchange exchange) {
        Map<?, ?> reading = exchange.getVariable("reading", Map.class);
        FailureReason.Reason failure = exchange.getVariable("failure", FailureReason.Reason.class);
        if (reading != null && failure != null) {
            count(reading, switch (failure.fault()) {
                case "SITE" -> "down";
                case "NONE", "DATABASE" -> "away";
                default -> "refused";
            });
        }
    }

    private void count(Map<?, ?> reading, String outcome) {
        counter("pvroute.readings", "Requests of this runner for the present, by what became of them: answered; refused: the logger answered with "
                + "something else; down: it did not answer; away: the database did not.", reading, outcome).register(registry).increment();
    }

    private static Counter.Builder counter(String name, String description, Map<?, ?> reading, String outcome) {
        return Counter.builder(name).description(description).tag(WindowMetrics.SITE, String.valueOf(reading.get("site")))
                .tag("request", String.valueOf(reading.get("request"))).tag("outcome", outcome);
    }
}
