package io.pvroute.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code faults/run [minutes] [seed]} starts. Ends with 0 where all six promises were kept, with 1 where not. */
final class Faults {

    private static final int MINUTES = 20;

    private Faults() {
    }

    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        int minutes;
        long seed;
        Plan plan;
        try {
            minutes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : MINUTES;
            seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : new Random().nextInt(1_000_000);
            plan = Plan.of(minutes, seed);
        } catch (IllegalArgumentException e) {
            System.err.println("faults/run [minutes] [seed]: " + e.getMessage());
            System.exit(2);
            return;
        }
        Path folder = Path.of("target", "faults", "seed-" + seed).toAbsolutePath();
        delete(folder);
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("plan.txt"), text(plan));
        System.err.printf("faults/run %d %d plays this again; the plan and the logs are in %s%n", minutes, seed, folder);
        try {
            Report report = play(plan, folder);
            System.out.print(report.text());
            System.exit(report.passed() ? 0 : 1);
        } catch (InterruptedException e) {
            System.err.println("Ended before its time; nothing is shown by it.");
        }
    }

    private static Report play(Plan plan, Path folder) throws IOException, SQLException, InterruptedException {
        Run run = new Run(plan, folder, new Progress(System.err));
        Thread atExit = new Thread(() -> close(run), "at exit");
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            return run.play();
        } finally {
            run.close();
            try {
                Runtime.getRuntime().removeShutdownHook(atExit);
            } catch (IllegalStateException e) {
                // Ctrl-C: it is being done
            }
        }
    }

    private static void close(Run run) {
        try {
            run.close();
        } catch (IOException e) {
            System.err.println("Not all was ended: " + e.getMessage());
        }
    }

    private static String text(Plan plan) {
        String disturbances = plan.disturbances().stream()
                .map(next -> String.format("%6.1f s  %s, number %d, for %.1f s%n",
                        next.at().toMillis() / 1e3, next.what(), next.target() + 1, next.lasting().toMillis() / 1e3))
                .collect(Collectors.joining());
        StringBuilder loggers = new StringBuilder();
        for (int site = 0; site < Plan.SITES; site++) {
            loggers.append(String.format("logger %d: %s …%n", site + 1,
                    plan.faults(site).limit(60).map(String::valueOf).collect(Collectors.joining(" "))));
        }
        return String.format("seed %d, %d days, faults for %d s%n%n%s%n%s",
                plan.seed(), plan.days(), plan.faulty().toSeconds(), disturbances, loggers);
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> tree = Files.walk(folder)) {
                for (Path path : List.copyOf(tree.sorted(Comparator.reverseOrder()).toList())) {
                    Files.delete(path);
                }
            }
        }
    }
}
