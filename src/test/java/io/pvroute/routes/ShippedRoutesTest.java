package io.pvroute.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.camel.NamedNode;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.TryDefinition;
import org.junit.jupiter.api.Test;

/** The shipped routes as an operator reads them. */
class ShippedRoutesTest extends ShippedRoutes {

    @Test
    void theArchiveRouteIsTheChainThatTheProjectPromises() {
        assertThat(ids("archive")).containsSubsequence("every-tick", "claim-windows", "windows", "read-window", "prolong-lease", "store-samples",
                "window-loaded");
        assertThat(ids("read")).containsSubsequence("to-be-read", "http", "answer", "rows");
    }

    @Test
    void everyNodeOfEveryRouteHasAnIdOfItsOwn() {
        assertThat(context.getRouteDefinitions()).extracting(RouteDefinition::getId)
                .containsExactlyInAnyOrder("archive", "read", "tell-loaded", "dead-letter", "give-back", "page", "page-file", "page-sites", "page-today",
                        "page-curve", "page-days", "page-covered", "page-windows", "page-dead-letters", "page-writes", "page-retry", "page-json", "page-answer",
                        "realtime", "power-flow", "inverters", "inverter", "meters", "storages", "ohmpilots", "api-version", "logger-info", "devices",
                        "inverter-info", "ask", "store-reading", "reading-failed", "reading-not-booked", "realtime-days", "realtime-keep");
        assertThat(context.getRouteDefinitions()).allSatisfy(route -> assertThat(nodes(route)).allSatisfy(node ->
                assertThat(((OptionalIdentifiedDefinition<?>) node).hasCustomIdAssigned())
                        .as("%s in route %s has an id in the file", node.getLabel(), route.getId()).isTrue()));
    }

    @Test
    void theNumberOfParametersThatARouteTellsIsThatOfItsStatement() throws Exception {
        Pattern told = Pattern.compile("sql:file:(.+\\.sql)\\?.*parametersCount=(\\d+)");
        List<MatchResult> statements = context.getRouteDefinitions().stream().flatMap(route -> nodes(route).stream())
                .filter(ToDefinition.class::isInstance).map(node -> told.matcher(context.resolvePropertyPlaceholders(((ToDefinition) node).getUri())))
                .filter(Matcher::find).map(Matcher::toMatchResult).toList();

        assertThat(statements).extracting(statement -> Path.of(statement.group(1)).getFileName().toString())
                .containsExactlyInAnyOrder("claim-windows.sql", "claim-windows.sql", "prolong-lease.sql", "store-rejected.sql", "total-days.sql", "window-loaded.sql", "give-back.sql",
                        "claim-readings.sql", "reading-stored.sql", "reading-held.sql", "values.sql", "reading-failed.sql", "claim-totals.sql", "total-realtime.sql",
                        "thin-realtime.sql");
        for (MatchResult statement : statements) {
            String parameters = Files.readString(Path.of(statement.group(1))).replaceAll("(?m)^--.*", "");
            assertThat(Pattern.compile(":#").matcher(parameters).results().count()).as(statement.group(1)).isEqualTo(Long.parseLong(statement.group(2)));
        }
    }

    private List<String> ids(String route) {
        return nodes(context.getRouteDefinition(route)).stream().map(NamedNode::getId).toList();
    }

    private static List<NamedNode> nodes(RouteDefinition route) {
        List<NamedNode> nodes = new ArrayList<>();
        nodes.add(route.getInput());
        route.getOutputs().forEach(output -> add(output, nodes));
        return nodes;
    }

    private static void add(ProcessorDefinition<?> node, List<NamedNode> nodes) {
        nodes.add(node);
        node.getOutputs().forEach(output -> add(output, nodes));
        if (node instanceof TryDefinition attempt && attempt.getCatchClauses() != null) {
            attempt.getCatchClauses().forEach(clause -> add(clause, nodes));
        }
    }
}
