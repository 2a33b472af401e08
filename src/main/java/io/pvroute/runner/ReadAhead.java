package io.pvroute.runner;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/**
 * Reads the windows of a site one after the other by the route {@code direct:read}: each at once where it is asked for, or ahead, by another
 * thread, while the one before it is stored. A logger never gets two requests at a time: what is read ahead is begun after the window before
 * it has been read, and waited for before anything else is.
 *
 * <p>Variables of the exchange: {@code window}, what is asked for; {@code next}, what is asked for after it, or null; {@code goesOn},
 * whether that is being read. Can be used by any number of threads.
 */
public final class ReadAhead implements CamelContextAware {

    private static final String READ = "direct:read";
    private static final String AHEAD = "ahead";

    private CamelContext context;
    private ProducerTemplate template;
    private ExecutorService threads;

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /**
     * The rows of {@code window}.
     *
     * @throws Exception why they could not be had, as if they had been read just now; asked once more, they are
     */
    public Object read(Exchange exchange) throws Exception {
        exchange.setVariable("goesOn", false);
        Object ahead = exchange.removeVariable(AHEAD);
        Exchange read = ahead instanceof Future<?> future ? (Exchange) result(future) : readNow(exchange.getVariable("window", Map.class));
        if (read.getException() != null) {
            throw read.getException();
        }
        return read.getMessage().getBody();
    }

    /** Begins to read {@code next}, if it is there. */
    public void begin(Exchange exchange) {
        Map<?, ?> next = exchange.getVariable("next", Map.class);
        if (next != null) {
            exchange.setVariable(AHEAD, threads().submit(() -> readNow(next)));
            exchange.setVariable("goesOn", true);
        }
    }

    /** Waits until what is being read ahead has been read, and drops it: nothing is asked of the logger any more. */
    public void end(Exchange exchange) throws Exception {
        if (exchange.removeVariable(AHEAD) instanceof Future<?> future) {
            result(future);
        }
        exchange.setVariable("goesOn", false);
    }

    private Exchange readNow(Map<?, ?> window) {
        return template().send(READ, exchange -> exchange.setVariable("window", window));
    }

    private static Object result(Future<?> future) throws Exception {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private synchronized ProducerTemplate template() {
        if (template == null) {
            template = context.createProducerTemplate();
        }
        return template;
    }

    /** Ended by Camel when it stops. */
    private synchronized ExecutorService threads() {
        if (threads == null) {
            threads = context.getExecutorServiceManager().newCachedThreadPool(this, "read-ahead");
        }
        return threads;
    }
}
