package io.pvroute.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.apache.camel.NamedNode;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.Test;

/** The shipped routes as an operator reads them. */
class ShippedRoutesTest extends ShippedRoutes {

    @Test
    void theArchiveRouteIsTheChainThatTheProjectPromises() {
        List<String> chain = nodes(context.getRouteDefinition("archive")).stream().map(NamedNode::getId).toList();

        assertThat(chain).containsSubsequence("every-tick", "claim-windows", "windows", "http", "answer", "rows", "prolong-lease",
                "store-samples", "window-loaded");
    }

    @Test
    void everyNodeOfEveryRouteHasAnIdOfItsOwn() {
        assertThat(context.getRouteDefinitions()).extracting(RouteDefinition::getId)
                .containsExactlyInAnyOrder("archive", "tell-loaded", "dead-letter");
        assertThat(context.getRouteDefinitions()).allSatisfy(route -> assertThat(nodes(route)).allSatisfy(node ->
                assertThat(((OptionalIdentifiedDefinition<?>) node).hasCustomIdAssigned())
                        .as("%s in route %s has an id in the file", node.getLabel(), route.getId()).isTrue()));
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
    }
}
