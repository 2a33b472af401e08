package io.pvroute.runner;

import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import io.pvroute.simulator.FaultyLogger;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Quirk;
import io.pvroute.simulator.Simulator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "simulate",
        description = "A simulated logger, alone, for trying a runner, a route or a program of your own: an old one with an archive or a "
                + "new one without, on a plausible sun, with faults to "
                + "choose. What it tells about the past depends on its seed, place and peak power, and never changes.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  java -jar target/pvroute.jar simulate --place Sydney --years 3",
            "  java -jar target/pvroute.jar simulate --model gen24 --storage 5000",
            "  java -jar target/pvroute.jar simulate --fault http-503:0.2 --fault cut:0.1"})
final class SimulateCommand implements Callable<Integer> {

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "8099",
            description = "0 for any that is free (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--address", paramLabel = "ADDRESS", defaultValue = "127.0.0.1",
            description = "Who reaches it: 127.0.0.1 this computer alone, 0.0.0.0 everybody, as a container needs it (default: "
                    + "${DEFAULT-VALUE}).")
    private String address;

    @Option(names = "--seed", paramLabel = "NUMBER", defaultValue = "1",
            description = "Chooses the weather, the household's habits and the events, and which requests get a fault (default: "
                    + "${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--place", paramLabel = "PLACE", defaultValue = "Vienna", converter = Place.Converter.class,
            description = "Berlin, Denver, Madrid, Nairobi, Stockholm, Sydney, Vienna or Zurich, or degrees north and east such as "
                    + "48.2,16.4 with a clock in UTC "
                    + "(default: ${DEFAULT-VALUE}).")
    private Place place;

    @Option(names = "--peak-power", paramLabel = "W", defaultValue = "8200",
            description = "Of the modules, in W (default: ${DEFAULT-VALUE}).")
    private double peakPower;

    @Option(names = "--years", paramLabel = "NUMBER", defaultValue = "1",
            description = "Of history, back to 2014 at most (default: ${DEFAULT-VALUE}); a gen24 has none.")
    private int years;

    @Option(names = "--interval", paramLabel = "DURATION", defaultValue = "5m", converter = DurationConverter.class,
            description = "Between two samples: 5m, 10m, 15m, 20m or 30m (default: ${DEFAULT-VALUE}).")
    private Duration interval;

    @Option(names = "--fault", paramLabel = "NAME[:PROBABILITY]", converter = ChosenFault.Converter.class,
            completionCandidates = ChosenFault.Names.class,
            description = "What it does wrong with its answers to archive requests, and as a gen24 with those to requests for the present, "
                    + "always or with a probability such as cut:0.1; can be given several times: "
                    + "${COMPLETION-CANDIDATES}.")
    private List<ChosenFault> faults = new ArrayList<>();

    @Mixin
    private ChosenEquipment chosen;

    @Spec
    private CommandSpec spec;

    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public Integer call() {
        if (port < 0 || port > 65535) {
            throw new ParameterException(spec.commandLine(), "--port is " + port + ", but must be from 0 to 65535.");
        }
        if (ChosenFault.sum(faults) > 1) {
            throw new ParameterException(spec.commandLine(),
                    "The probabilities of the faults add up to more than 1; one without a probability has 1.");
        }
        InetSocketAddress listen = new InetSocketAddress(address, port);
        if (listen.isUnresolved()) {
            throw new ParameterException(spec.commandLine(),
                    "--address is " + address + ", but must be an address of this computer such as 127.0.0.1, or 0.0.0.0 for all of them.");
        }
        Simulator simulator = new Simulator(plant(), Clock.systemUTC());
        simulator.quirks(chosen.quirks());
        if (faults.isEmpty()) {
            try (simulator) {
                return serve(started(() -> simulator.start(listen).url()));
            }
        }
        try (FaultyLogger faulty = new FaultyLogger(simulator)) {
            String url = started(() -> faulty.start(listen).url());
            play(faulty);
            return serve(url);
        }
    }

    private void play(FaultyLogger faulty) {
        var random = new Random(seed);
        if (faults.size() == 1 && faults.get(0).isCertain()) {
            faulty.always(faults.get(0).fault());
        } else {
            faulty.choose(query -> ChosenFault.draw(faults, random));
        }
        if (!chosen.hasArchive()) {
            faulty.chooseRealtime(asked -> ChosenFault.draw(faults, random));
        }
    }

    private Plant plant() {
        Instant since = Clock.systemUTC().instant().atZone(place.zone()).toLocalDate().minusYears(years).atStartOfDay(place.zone())
                .toInstant();
        try {
            return new Plant(seed, place.latitude(), place.longitude(), peakPower, place.zone(), since, interval, chosen.equipment());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage() + ".");
        }
    }

    private String started(Callable<String> start) {
        try {
            return start.call();
        } catch (UncheckedIOException e) {
            throw new StartException("Nothing can listen on port " + port + " of " + address + ": " + e.getCause().getMessage()
                    + ". Choose another one by --port, or 0 for any that is free.", e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private int serve(String url) {
        Screen screen = Screen.of(spec);
        screen.line(String.format("A simulated logger answers on %s: %s, a plant of %,.0f W in %s, %s (seed %d).", url, chosen.title(),
                peakPower, place.name(),
                !chosen.hasArchive() ? "without an archive" : years == 1 ? "with a year of history" : "with " + years + " years of history",
                seed));
        for (Quirk quirk : chosen.quirks()) {
            screen.line("Quirk " + quirk + ": it " + quirk.description() + ".");
        }
        faults.forEach(fault -> screen.line("Fault " + fault + "."));
        screen.line("\nRead it, without the pause that a real logger gets:\n  SITE_SIMULATED=" + url
                + (chosen.hasArchive() ? " ARCHIVE_PAUSE=0s" : " SITE_SIMULATED_REALTIME=10s REALTIME_PAUSE=1s")
                + " java -jar target/pvroute.jar run\n\nCtrl-C ends.");
        Runtime.getRuntime().addShutdownHook(new Thread(ended::countDown, "stop"));
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }
}
