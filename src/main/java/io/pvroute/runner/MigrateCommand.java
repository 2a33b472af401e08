package io.pvroute.runner;

import java.util.List;
import java.util.concurrent.Callable;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "migrate",
        description = "Creates or upgrades the tables and ends. 'run' does so too; this is for an administrator whose rights the runner does not have.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  DB_USER=pvroute_owner DB_PASSWORD=… java -jar target/pvroute.jar migrate --grant pvroute"})
final class MigrateCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger("pvroute");

    @Mixin
    private ConfigOptions options;

    @Option(names = "--grant", paramLabel = "ROLE", description = "Give this role of the database the rights that 'run' needs, and no more.")
    private String role;

    @Override
    public Integer call() {
        try (Runner runner = new Runner(options.settings())) {
            runner.closeWithTheProgram();
            runner.openSchema();
            LOG.info("The tables are there, as this version needs them.");
            if (role != null) {
                List<String> given = Rights.grant(runner.dataSource(), role);
                given.forEach(statement -> LOG.info("Given: {}", statement));
                LOG.info("{} has the rights that run needs.", role);
            }
            return 0;
        }
    }
}
