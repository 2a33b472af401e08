package io.pvroute.runner.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** What is true of the sites whoever reads them, from the database, at each scrape: the same from any number of runners. */
final class SiteGauges implements MultiCollector {

    private final SiteStates states;
    private final Consumer<Set<String>> known;

    /** @param known is told the sites at each scrape at which the database answers */
    SiteGauges(SiteStates states, Consumer<Set<String>> known) {
        this.states = states;
        this.known = known;
    }

    @Override
    public MetricSnapshots collect() {
        SiteStates.Look look = states.look();
        if (look.answered()) {
            known.accept(look.sites().stream().map(SiteState::site).collect(Collectors.toSet()));
        }
        return new MetricSnapshots(
                gauge("pvroute_database_up", "Whether the database answers, 1 or 0. What is known of the sites is missing while it does not.",
                        List.of(point(Labels.EMPTY, look.answered() ? 1 : 0))),
                gauge("pvroute_newest_sample_age_seconds", "Age of the newest sample that is stored, in seconds.",
                        points(look, SiteState::newestAgeSeconds)),
                gauge("pvroute_site_late", "Whether the site is silent though by its own rhythm it should not be, 1 or 0.",
                        points(look, site -> flag(site.late()))),
                gauge("pvroute_site_down", "Whether the logger did not answer when it was asked last, 1 or 0.",
                        points(look, site -> flag(site.down()))),
                gauge("pvroute_dead_letters", "Windows whose last read failed; they are tried again.",
                        points(look, site -> OptionalDouble.of(site.deadLetters()))));
    }

    private static GaugeSnapshot gauge(String name, String help, List<GaugeDataPointSnapshot> points) {
        return new GaugeSnapshot(new MetricMetadata(name, help), points);
    }

    private static List<GaugeDataPointSnapshot> points(SiteStates.Look look, Function<SiteState, OptionalDouble> value) {
        List<GaugeDataPointSnapshot> points = new ArrayList<>();
        for (SiteState site : look.sites()) {
            value.apply(site).ifPresent(known -> points.add(point(Labels.of("site", site.site()), known)));
        }
        return points;
    }

    private static GaugeDataPointSnapshot point(Labels labels, double value) {
        return new GaugeDataPointSnapshot(value, labels, null);
    }

    private static OptionalDouble flag(boolean set) {
        return OptionalDouble.of(set ? 1 : 0);
    }
}
