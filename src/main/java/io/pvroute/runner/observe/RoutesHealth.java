package io.pvroute.runner.observe;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;

/**
 * Ready only where every route runs that should: all that are shipped and all that are there besides, but for those whose file says
 * {@code autoStartup: false} or whose precondition does not hold. A shipped route that is not even there is missed: its file may have a
 * wrong name.
 */
final class RoutesHealth extends AbstractHealthCheck {

    private static final String SHIPPED = "classpath:io/pvroute/shipped/routes/*.camel.yaml";
    /** The id of a route in a file, and its precondition, if it has one. */
    private static final Pattern ROUTE = Pattern.compile("(?m)^- route:\\R {4}id: ([\\w-]+)(?:\\R {4}(?!precondition|from)\\S.*)*"
            + "(?:\\R {4}precondition: \"(.*)\")?");

    private final Supplier<CamelContext> context;
    private Set<String> shipped;

    /** @param context once it is there */
    RoutesHealth(Supplier<CamelContext> context) {
        super("pvroute", "routes");
        this.context = context;
    }

    /** A restart would not bring it back: the files are what they are. */
    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder result, Map<String, Object> options) {
        List<String> faults = new ArrayList<>();
        var missing = new TreeSet<>(shipped());
        for (RouteDefinition route : ((ModelCamelContext) context.get()).getRouteDefinitions()) {
            String id = route.getRouteId();
            missing.remove(id);
            ServiceStatus status = context.get().getRouteController().getRouteStatus(id);
            if (!startsByItself(route) || status == ServiceStatus.Started) {
                continue;
            }
            faults.add("Route " + id + " does not run" + (status == null ? "." : ": it is " + status.name().toLowerCase() + "."));
        }
        missing.forEach(id -> faults.add("Route " + id + " is not there; if that is meant, keep it with autoStartup: false."));
        if (faults.isEmpty()) {
            result.up();
        } else {
            result.message(String.join(" ", faults)).down();
        }
    }

    /** The ids of the routes in the program that are meant to run, wherever those that run come from. */
    synchronized Set<String> shipped() {
        if (shipped == null) {
            var ids = new TreeSet<String>();
            try {
                for (Resource file : PluginHelper.getPackageScanResourceResolver(context.get()).findResources(SHIPPED)) {
                    try (InputStream in = file.getInputStream()) {
                        ROUTE.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8)).results()
                                .filter(route -> isMeant(route.group(2))).forEach(route -> ids.add(route.group(1)));
                    }
                }
            } catch (Exception e) {
                throw new IllegalStateException("The program's own routes could not be read.", e);
            }
            shipped = ids;
        }
        return shipped;
    }

    private boolean startsByItself(RouteDefinition route) {
        String text = route.getAutoStartup();
        return text == null || !"false".equalsIgnoreCase(context.get().resolvePropertyPlaceholders(text));
    }

    /** A route whose precondition does not hold is left out by Camel, as those of the page are where there is none. */
    private boolean isMeant(String precondition) {
        CamelContext camel = context.get();
        return precondition == null || camel.resolveLanguage("simple").createPredicate(camel.resolvePropertyPlaceholders(precondition))
                .matches(new DefaultExchange(camel));
    }
}
