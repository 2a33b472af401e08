package io.pvroute.runner.observe;

import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Measures how long the stages of a window take, fetch, parse and write, around the nodes of the routes with these ids, so that the routes
 * need no steps for it. A stage of several nodes is one time, told after the last of them or the one that failed.
 */
final class StageTimes implements InterceptStrategy {

    /** @param last whether the stage ends with this node */
    private record Part(String stage, boolean last) {}

    private static final Map<String, Part> NODES = Map.of(
            "http", new Part("fetch", true),
            "answer", new Part("parse", false), "rows", new Part("parse", true),
            "store-events", new Part("write", false), "store-samples", new Part("write", true));

    private final MeterRegistry registry;

    StageTimes(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode node, Processor target, Processor next) {
        Part part = NODES.get(node.getId());
        return part == null ? target : new Timed(target, part);
    }

    private final class Timed extends DelegateAsyncProcessor {

        private final Part part;
        private final String soFar;

        Timed(Processor target, Part part) {
            super(target);
            this.part = part;
            this.soFar = "pvroute-" + part.stage() + "-nanos";
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            long began = System.nanoTime();
            return super.process(exchange, doneSync -> {
                measure(exchange, System.nanoTime() - began);
                callback.done(doneSync);
            });
        }

        private void measure(Exchange exchange, long nanos) {
            long all = nanos + exchange.getProperty(soFar, 0L, Long.class);
            if (!part.last() && exchange.getException() == null) {
                exchange.setProperty(soFar, all);
                return;
            }
            exchange.removeProperty(soFar);
            Map<?, ?> window = exchange.getVariable("window", Map.class);
            if (window != null) {
                Timer.builder("pvroute.stage").description("How long this runner took for a stage of a window, in seconds. fetch: until the answer "
                                + "begins; parse: as it comes in, until it is rows; write: into the database.")
                        .tag(WindowMetrics.SITE, String.valueOf(window.get("site"))).tag("stage", part.stage()).register(registry)
                        .record(all, TimeUnit.NANOSECONDS);
            }
        }
    }
}
