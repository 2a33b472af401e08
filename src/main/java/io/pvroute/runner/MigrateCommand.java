package io.pvroute.runner;

import java.util.concurrent.Callable;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "migrate",
        description = "Creates or upgrades the tables and ends. 'run' does so too; this is for an administrator whose rights the runner does not have.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  DB_USER=owner DB_PASSWORD=… java -jar target/pvroute.jar migrate --config application.properties"})
final class MigrateCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger("pvroute");

    @Mixin
    private ConfigOptions options;

    @Override
    public Integer call() {
        try (Runner runner = new Runner(options.settings())) {
            runner.closeWithTheProgram();
            runner.openSchema();
            LOG.info("The tables are there, as this version needs them.");
            return 0;
        }
    }
}
