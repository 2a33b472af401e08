package io.pvroute.runner;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;

/** The log of a command whose output is the answer to a question: what is piped on is the answer alone. */
final class LogToStderr {

    private static final String NAME = "stderr";

    private LogToStderr() {}

    static void begin() {
        var context = (LoggerContext) LogManager.getContext(false);
        Configuration configuration = context.getConfiguration();
        LoggerConfig root = configuration.getRootLogger();
        if (!(configuration.getAppender("console") instanceof ConsoleAppender console) || root.getAppenders().containsKey(NAME)) {
            return;
        }
        ConsoleAppender stderr = ConsoleAppender.newBuilder().setName(NAME).setLayout(console.getLayout())
                .setTarget(ConsoleAppender.Target.SYSTEM_ERR).build();
        stderr.start();
        configuration.addAppender(stderr);
        root.removeAppender(console.getName());
        root.addAppender(stderr, null, null);
        context.updateLoggers();
    }
}
