package io.pvroute.runner.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pvroute.runner.FailureReason;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is counted of the requests for the present, as Prometheus reads it. */
class ReadingMetricsTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final ReadingMetrics metrics = new ReadingMetrics();

    ReadingMetricsTest() {
        context.getRegistry().bind("metricsRegistry", registry);
        metrics.setCamelContext(context);
    }

    @Test
    void whatIsStoredIsCountedBySiteAndRequest() {
        Exchange exchange = reading();
        exchange.getMessage().setHeader("CamelCopyUpsertInserted", 1L);
        exchange.getMessage().setHeader("CamelCopyUpsertUnchanged", 2L);

        metrics.answered(exchange);
        metrics.answered(exchange);

        assertThat(registry.scrape()).contains("pvroute_readings_total{outcome=\"answered\",request=\"meters\",site=\"home\"} 2.0")
                .contains("pvroute_reading_rows_total{outcome=\"inserted\",request=\"meters\",site=\"home\"} 2.0")
                .contains("pvroute_reading_rows_total{outcome=\"updated\",request=\"meters\",site=\"home\"} 0.0")
                .contains("pvroute_reading_rows_total{outcome=\"unchanged\",request=\"meters\",site=\"home\"} 4.0");
    }

    @Test
    void anAnswerOfWhichNothingWasToBeStoredIsAnAnswer() {
        metrics.answered(reading());

        assertThat(registry.scrape()).contains("pvroute_readings_total{outcome=\"answered\",request=\"meters\",site=\"home\"} 1.0")
                .contains("pvroute_reading_rows_total{outcome=\"inserted\",request=\"meters\",site=\"home\"} 0.0");
    }

    @ParameterizedTest
    @CsvSource({"SITE, down", "WINDOW, refused", "CLOCK, refused", "DATABASE, away", "NONE, away"})
    void whatFailsIsCountedByWhoseFaultItIs(String fault, String outcome) {
        Exchange exchange = reading();
        exchange.setVariable("failure", new FailureReason.Reason(fault, "no", true, false));

        metrics.failed(exchange);

        assertThat(registry.scrape()).contains("pvroute_readings_total{outcome=\"" + outcome + "\",request=\"meters\",site=\"home\"} 1.0");
    }

    @Test
    void aFailureBeforeAnythingWasAskedForIsNone() {
        Exchange exchange = new DefaultExchange(context);
        exchange.setVariable("failure", new FailureReason.Reason("NONE", "no", true, false));

        metrics.failed(exchange);

        assertThat(registry.scrape()).doesNotContain("pvroute");
    }

    private Exchange reading() {
        Exchange exchange = new DefaultExchange(context);
        exchange.setVariable("reading", Map.of("site", "home", "request", "meters"));
        return exchange;
    }
}
