package io.pvroute.runner;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.DeadLetterChannelDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;

/**
 * What the loaded routes name and Camel looks for only when a message comes by, or never: statements, settings and beans in them, the routes
 * that others call, the configurations of failures. An error there would stop nothing and lose the first window instead.
 */
final class RouteReferences {

    private static final Pattern SETTING = Pattern.compile("\\$\\{properties:([\\w.-]+)}");
    private static final Pattern BEAN = Pattern.compile("\\$\\{ref:([\\w.-]+)}");

    private final ModelCamelContext context;
    private final RouteFolder folder;
    private final List<RouteProblem> problems = new ArrayList<>();
    private final Set<String> called = new HashSet<>();

    RouteReferences(ModelCamelContext context, RouteFolder folder) {
        this.context = context;
        this.folder = folder;
    }

    /** Empty if nothing is wrong. */
    List<RouteProblem> problems() {
        context.getRouteDefinitions().forEach(route -> called.add(direct(route.getInput().getEndpointUri())));
        for (RouteDefinition route : context.getRouteDefinitions()) {
            look(route, route.getRouteId());
            configurations(route);
        }
        for (RouteConfigurationDefinition configuration : context.getRouteConfigurationDefinitions()) {
            configuration.getOnExceptions().forEach(onException -> look(onException, null));
            if (configuration.getErrorHandler() != null
                    && configuration.getErrorHandler().getErrorHandlerType() instanceof DeadLetterChannelDefinition channel) {
                endpoint(channel.getDeadLetterUri(), configuration.getLocation(), configuration.getLineNumber(), null);
            }
        }
        return problems;
    }

    private void look(ProcessorDefinition<?> parent, String route) {
        for (ProcessorDefinition<?> node : ProcessorDefinitionHelper.filterTypeInOutputs(parent.getOutputs(), ProcessorDefinition.class)) {
            if (node instanceof EndpointRequiredDefinition named && named.getEndpointUri() != null) {
                endpoint(named.getEndpointUri(), node.getLocation(), node.getLineNumber(), route);
            }
        }
    }

    /** A configuration that is not there is passed over by Camel, and with it what is done about failures. */
    private void configurations(RouteDefinition route) {
        if (route.getRouteConfigurationId() == null) {
            return;
        }
        for (String id : route.getRouteConfigurationId().split(",")) {
            if (context.getRouteConfigurationDefinition(id) == null) {
                problems.add(new RouteProblem(folder.name(route.getLocation()), Math.max(route.getLineNumber(), 0), route.getRouteId(),
                        "there is no routeConfiguration " + id + "."));
            }
        }
    }

    private void endpoint(String uri, String location, int line, String route) {
        String resolved;
        try {
            resolved = context.resolvePropertyPlaceholders(uri);
        } catch (IllegalArgumentException e) {
            return;                 // told where the route is built
        }
        String file = folder.name(String.valueOf(location));
        if (resolved.startsWith("direct:") && !resolved.contains("${") && !called.contains(direct(resolved))) {
            problems.add(new RouteProblem(file, Math.max(line, 0), route, "there is no route that begins with " + direct(resolved) + "."));
        }
        String statement = resolved.replaceFirst("^sql:(//)?", "").replaceFirst("\\?.*", "");
        if (resolved.startsWith("sql:") && !resolved.contains("${") && ResourceHelper.hasScheme(statement)) {
            Resource resource = ResourceHelper.resolveResource(context, statement);
            if (resource.exists()) {
                statement(resource, route);
            } else {
                problems.add(new RouteProblem(file, Math.max(line, 0), route, "there is no file " + folder.name(statement) + "."));
            }
        }
    }

    private void statement(Resource resource, String route) {
        List<String> lines;
        try (InputStream in = resource.getInputStream()) {
            lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int i = 0; i < lines.size(); i++) {
            Matcher setting = SETTING.matcher(lines.get(i));
            while (setting.find()) {
                if (context.getPropertiesComponent().resolveProperty(setting.group(1)).isEmpty()) {
                    problems.add(new RouteProblem(folder.name(resource.getLocation()), i + 1, route,
                            setting.group() + " has no value; expected a line " + setting.group(1) + " = … in the settings."));
                }
            }
            Matcher bean = BEAN.matcher(lines.get(i));
            while (bean.find()) {
                if (context.getRegistry().lookupByName(bean.group(1)) == null) {
                    problems.add(new RouteProblem(folder.name(resource.getLocation()), i + 1, route, "there is no bean " + bean.group(1) + "."));
                }
            }
        }
    }

    private static String direct(String uri) {
        return uri.replaceFirst("^direct:(//)?", "direct:").replaceFirst("\\?.*", "");
    }
}
