package io.pvroute.copyupsert;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** What the log tells of batches that were tried again, from when this is made until it is closed: the result does not tell. */
final class Retries extends AbstractAppender implements AutoCloseable {

    private final Logger logger = (Logger) LogManager.getLogger(Upsert.class);
    private final Level level = logger.getLevel();
    private final List<String> told = new CopyOnWriteArrayList<>();

    Retries() {
        super("retries", null, null, false, Property.EMPTY_ARRAY);
        start();
        logger.addAppender(this);
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
    }

    List<String> told() {
        return told;
    }

    @Override
    public void append(LogEvent event) {
        String message = event.getMessage().getFormattedMessage();
        if (message.contains("tried again")) {
            told.add(message);
        }
    }

    @Override
    public void close() {
        logger.removeAppender(this);
        logger.setLevel(level);
        logger.setAdditive(true);
        stop();
    }
}
