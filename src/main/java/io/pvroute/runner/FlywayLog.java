package io.pvroute.runner;

import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flyway's warnings, without its banner, its progress and its advertising. Public, with a constructor, since Flyway makes it by its name.
 */
public final class FlywayLog implements LogCreator {

    @Override
    public Log createLogger(Class<?> type) {
        return new Warnings(LoggerFactory.getLogger(type));
    }

    private record Warnings(Logger logger) implements Log {

        @Override
        public void debug(String message) {
            logger.trace(message);
        }

        @Override
        public void info(String message) {
            logger.debug(message);
        }

        @Override
        public void notice(String message) {
            logger.debug(message);
        }

        @Override
        public void warn(String message) {
            logger.warn(message);
        }

        @Override
        public void error(String message) {
            logger.warn(message); // what stops the start is told once, by Schema
        }

        @Override
        public void error(String message, Exception e) {
            logger.warn(message, e);
        }
    }
}
