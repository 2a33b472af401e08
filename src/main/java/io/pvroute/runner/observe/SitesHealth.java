package io.pvroute.runner.observe;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Whether every site sends what it should by its own rhythm. Health alone: an inverter that is unplugged takes no runner out of service. */
final class SitesHealth extends AbstractHealthCheck {

    private final SiteStates states;

    SitesHealth(SiteStates states) {
        super("pvroute", "sites");
        this.states = states;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    public boolean isReadiness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder result, Map<String, Object> options) {
        SiteStates.Look look = states.look();
        if (!look.answered()) {
            result.message("Not known while the database is away.").unknown();
            return;
        }
        look.sites().forEach(site -> result.detail("site." + site.site(), site.newest() == null ? "no sample yet" : site.newest()));
        List<SiteState> late = look.sites().stream().filter(SiteState::late).toList();
        if (late.isEmpty()) {
            result.up();
        } else {
            result.message(late.stream().map(SiteState::lateness).collect(Collectors.joining(" "))).down();
        }
    }
}
