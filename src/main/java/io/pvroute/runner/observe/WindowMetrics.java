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
 * Counts what this runner reads and writes, by site: the steps {@code count-loaded} and {@code count-failed} of the routes. A site's name is
 * that of the book, never anything that a logger said. Where nobody measures, nothing is counted.
 */
public final class WindowMetrics implements CamelContextAware {

    static final String SITE = "site";

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

    /** A window that was booked: variables {@code window}, as claimed, and {@code booked}, as window-loaded.sql returns it. */
    public void loaded(Exchange exchange) {
        Map<?, ?> window = exchange.getVariable("window", Map.class);
        Map<?, ?> booked = exchange.getVariable("booked", Map.class);
        String site = String.valueOf(window.get("site"));
        for (String outcome : new String[] {"inserted", "updated", "unchanged", "rejected"}) {
            Counter.builder("pvroute.rows").description("Rows that this runner has written, found stored already, or refused.").baseUnit("rows")
                    .tag(SITE, site).tag("outcome", outcome).register(registry).increment(number(booked.get(outcome)));
        }
        window(window, String.valueOf(booked.get("state")));
    }

    /** A window that was not: variables {@code window}, null where none was claimed, and {@code failure}. */
    public void failed(Exchange exchange) {
        Map<?, ?> window = exchange.getVariable("window", Map.class);
        FailureReason.Reason failure = exchange.getVariable("failure", FailureReason.Reason.class);
        if (window != null && failure != null) {
            window(window, switch (failure.fault()) {
                case "SITE", "NO_ARCHIVE" -> "down";
                case "NONE", "DATABASE" -> "away";
                default -> "dead";
            });
        }
    }

    private void window(Map<?, ?> window, String outcome) {
        String site = String.valueOf(window.get("site"));
        Counter.builder("pvroute.windows").description("Windows that this runner has read, by what became of them: open, loaded or empty as booked; dead: "
                        + "parked for a fault of its own; down: the logger did not answer; away: the database did not.")
                .tag(SITE, site).tag("outcome", outcome).register(registry).increment();
        Counter.builder("pvroute.retries").description("Windows that this runner has read whose read before had failed.")
                .tag(SITE, site).register(registry).increment(number(window.get("attempts")) > 0 ? 1 : 0);
    }

    private static double number(Object value) {
        return value instanceof Number number ? number.doubleValue() : 0;
    }
}
