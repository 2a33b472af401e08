package io.pvroute.runner;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.main.Main;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.support.PluginHelper;
import org.postgresql.ds.PGSimpleDataSource;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * Loads every route file as the runner would and builds every route, each by itself, so that all that is wrong is told at once. Nothing is
 * started, and no database is asked.
 */
final class RouteCheck {

    private final Settings settings;
    private final RouteFolder folder;
    private final List<RouteProblem> problems = new ArrayList<>();
    private final Map<String, RouteFile> files = new HashMap<>();
    private int routes;

    private RouteCheck(Settings settings) {
        this.settings = settings;
        this.folder = RouteFolder.of(settings.routesDirectory());
    }

    /**
     * @param files    that were looked at
     * @param routes   that were understood
     * @param problems in the order of the files; empty if nothing is wrong
     */
    record Outcome(int files, int routes, List<RouteProblem> problems) {}

    /** @throws StartException if there is no such folder, or the {@code camel.*} settings alone are wrong */
    static Outcome of(Settings settings) {
        var check = new RouteCheck(settings);
        Main camel = check.folder.camel(settings, new PGSimpleDataSource());
        camel.addProperty("camel.main.routesIncludePattern", "false");
        camel.addProperty("camel.main.autoStartup", "false");
        try {
            camel.init();
            check.look(camel);
        } catch (Exception e) {
            throw new StartException("Camel does not start with these settings: " + RouteFault.deepest(e), e);
        } finally {
            camel.stop();
        }
        check.problems.sort((one, other) -> one.file().equals(other.file()) ? Integer.compare(one.line(), other.line()) : one.file().compareTo(other.file()));
        return new Outcome(check.files.size(), check.routes, List.copyOf(check.problems));
    }

    private void look(Main camel) throws Exception {
        var context = (ModelCamelContext) camel.getCamelContext();
        List<Resource> resources = folder.files(context);
        if (resources.isEmpty()) {
            problems.add(new RouteProblem(folder.directory().toString(), 0, null, "there is no route file; their names end in .camel.yaml."));
        }
        for (Resource resource : resources) {
            files.put(resource.getLocation(), RouteFile.read(folder.name(resource.getLocation()), resource));
        }
        namesakes();
        load(context, resources);
        List<RouteDefinition> definitions = new ArrayList<>(context.getRouteDefinitions());
        List<RouteProblem> missing = new RouteReferences(context, folder).problems();
        problems.addAll(missing);
        routes = definitions.size();
        context.removeRouteDefinitions(definitions);
        camel.start();
        for (RouteDefinition definition : definitions) {
            if (missing.stream().anyMatch(problem -> definition.getRouteId().equals(problem.route()))) {
                continue;           // Camel would stumble over the same
            }
            try {
                context.addRouteDefinitions(List.of(definition));
            } catch (Exception e) {
                problems.add(built(definition, e));
            }
        }
    }

    /** Of two routes with one id Camel keeps the last. */
    private void namesakes() {
        Map<String, String> first = new HashMap<>();
        files.values().stream().sorted(Comparator.comparing(RouteFile::name)).forEach(file -> file.routes().forEach((id, lines) -> {
            for (int line : lines) {
                String place = file.name() + ":" + line;
                String other = first.putIfAbsent(id, place);
                if (other != null) {
                    problems.add(new RouteProblem(file.name(), line, id, "there is another route with this id, at " + other + "; expected one of its own."));
                }
            }
        }));
    }

    /** The configurations of all files before the routes of any, as Camel does. */
    private void load(ModelCamelContext context, List<Resource> resources) {
        RoutesLoader loader = PluginHelper.getRoutesLoader(context);
        Map<RoutesBuilder, RouteFile> builders = new HashMap<>();
        for (Resource resource : resources) {
            RouteFile file = files.get(resource.getLocation());
            if (!file.isList()) {
                problems.add(new RouteProblem(file.name(), 0, null, "holds no list; expected entries that begin with '- route:', '- beans:' or the like."));
                continue;
            }
            try {
                for (RoutesBuilder builder : loader.findRoutesBuilders(resource)) {
                    builders.put(builder, file);
                    if (builder instanceof RouteConfigurationsBuilder configurations) {
                        context.addRoutesConfigurations(configurations);
                    }
                }
            } catch (Exception e) {
                problems.add(parsed(file, e));
            }
        }
        builders.forEach((builder, file) -> {
            try {
                context.addRoutes(builder);
            } catch (Exception e) {
                RouteProblem problem = parsed(file, e);
                if (!problems.contains(problem)) {
                    problems.add(problem);
                }
            }
        });
    }

    private RouteProblem parsed(RouteFile file, Exception thrown) {
        int line = 0;
        for (Throwable t = thrown; t != null && t != t.getCause(); t = t.getCause()) {
            if (t instanceof MarkedYamlEngineException marked) {
                line = marked.getProblemMark().or(marked::getContextMark).map(mark -> mark.getLine() + 1).orElse(0);
            }
        }
        String what = RouteFault.sentence(thrown);
        if (line == 0) {
            line = file.lineOfBean(what);
        }
        return new RouteProblem(file.name(), line, file.routeAt(line), what);
    }

    private RouteProblem built(RouteDefinition route, Exception thrown) {
        int line = thrown instanceof FailedToCreateRouteException failed ? node(route, failed).map(this::line).orElse(route.getInput().getLineNumber())
                : route.getLineNumber();
        return new RouteProblem(folder.name(route.getLocation()), Math.max(line, 0), route.getRouteId(), RouteFault.sentence(thrown));
    }

    /** Camel counts the lines of a node in braces from 0, of any other from 1. */
    private int line(ProcessorDefinition<?> node) {
        RouteFile file = files.get(node.getLocation());
        return file == null || file.has(node.getLineNumber(), node.getShortName() + ":") ? node.getLineNumber() : node.getLineNumber() + 1;
    }

    /** The node that could not be built: Camel tells its text alone. */
    private static Optional<ProcessorDefinition<?>> node(RouteDefinition route, FailedToCreateRouteException failed) {
        for (ProcessorDefinition<?> node : ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class)) {
            if (failed.getMessage().contains(">>> " + node + " <<<")) {
                return Optional.of(node);
            }
        }
        return Optional.empty();
    }
}
