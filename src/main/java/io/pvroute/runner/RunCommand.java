package io.pvroute.runner;

import java.nio.file.Files;
import java.util.concurrent.Callable;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "run",
        description = "Reads the sites of the settings, all that they remember first and what is new from then on, until it is stopped.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  SITE_HOME=http://192.168.1.20 java -jar target/pvroute.jar run"})
final class RunCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger("pvroute");

    /** Where several runners share a database, no file of one of them has the sites. */
    private static final String AS_A_ROW = """


            Or write it into the database, for all runners that share it; its days are those of this zone:

              INSERT INTO pv_site (site, url, zone) VALUES ('home', 'http://192.168.1.20', 'Europe/Vienna');
            """;

    @Mixin
    private ConfigOptions options;

    @Override
    public Integer call() {
        Settings settings = options.settings();
        if (settings.sites().isEmpty() && settings.database().embedded() && Files.notExists(settings.database().directory())) {
            throw new StartException(noSite(settings));
        }
        try (Runner runner = new Runner(settings)) {
            runner.closeWithTheProgram();
            runner.openDatabase();
            if (runner.sites().isEmpty()) {
                throw new StartException(noSite(settings));
            }
            runner.startRoutes();
            LOG.info("Reading {}. Ctrl-C ends.", String.join(", ", runner.sites()));
            runner.pageUrl().ifPresent(url -> LOG.info("The page is at {}", url));
            LOG.info("Look at the rows with: {}", runner.psql());
            runner.observedAt().ifPresent(url -> LOG.info("Health and metrics: {}/health and {}/metrics", url, url));
            runner.awaitEnd();
            return 0;
        }
    }

    private String noSite(Settings settings) {
        return """
                There is no site to read yet. Write the address of your inverter's logger into %s:

                  site.home = http://192.168.1.20

                or set it for this start alone: SITE_HOME=http://192.168.1.20. The name (home) is yours to choose.%s
                To see pvroute work without an inverter: java -jar target/pvroute.jar demo""".formatted(options.whereToWrite(),
                settings.database().embedded() ? "" : AS_A_ROW);
    }
}
