package io.pvroute.runner.observe;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pvroute.runner.Listener;
import org.apache.camel.main.Main;

/** Health and metrics of a runner: Camel's management server, with what is pvroute's own. */
public final class Observation implements AutoCloseable {

    private static final String PATH = "/observe";

    private final Listener listener;
    private final HikariDataSource pool;
    private final SiteStates states;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();

    /**
     * @param listener   where it is told; settled, and not off
     * @param pool       of the database
     * @param properties of the settings, as Camel has them
     */
    public Observation(Listener listener, HikariDataSource pool, Map<String, String> properties) {
        this.listener = listener;
        this.pool = pool;
        this.states = new SiteStates(pool, properties.get("archive.period"), properties.get("archive.until"),
                properties.get("realtime.period"));
    }

    /** Before Camel starts. */
    public void addTo(Main camel) {
        Map.of("camel.management.enabled", "true",
                "camel.management.host", listener.address(),
                "camel.management.port", String.valueOf(listener.port().orElseThrow()),
                "camel.management.healthCheckEnabled", "true",
                "camel.management.healthPath", PATH + "/health",
                "camel.management.metricsEnabled", "true",
                "camel.metrics.enabled", "true",
                "camel.metrics.path", PATH + "/metrics").forEach(camel::addProperty);
        camel.bind("metricsRegistry", registry);
        camel.bind("stageTimes", new StageTimes(registry));
        camel.bind("databaseHealth", new DatabaseHealth(states));
        camel.bind("routesHealth", new RoutesHealth(camel::getCamelContext));
        camel.bind("sitesHealth", new SitesHealth(states));
        pool.setMetricRegistry(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        registry.getPrometheusRegistry().register(new SiteGauges(states, this::forget));
    }

    /** Where a person looks. */
    public String url() {
        return listener.url() + PATH;
    }

    /** The counters of sites that are gone, or are not read any more, go with them. */
    private void forget(Set<String> sites) {
        registry.getMeters().stream().map(Meter::getId)
                .filter(id -> id.getTag(WindowMetrics.SITE) != null && !sites.contains(id.getTag(WindowMetrics.SITE)))
                .collect(Collectors.toSet()).forEach(registry::remove);
    }

    @Override
    public void close() {
        states.close();
        collections.close();
        registry.close();
    }
}
