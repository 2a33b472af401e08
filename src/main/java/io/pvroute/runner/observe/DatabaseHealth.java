package io.pvroute.runner.observe;

import java.util.Map;

import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Ready only where the database answers. */
final class DatabaseHealth extends AbstractHealthCheck {

    private final SiteStates states;

    DatabaseHealth(SiteStates states) {
        super("pvroute", "database");
        this.states = states;
    }

    /** A restart would not bring it back. */
    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder result, Map<String, Object> options) {
        SiteStates.Look look = states.look();
        if (look.answered()) {
            result.up();
        } else {
            result.message("The database is away: " + look.error() + ". Nothing is lost: what is owed is read when it is back.").down();
        }
    }
}
