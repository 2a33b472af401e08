package io.pvroute.routes;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** What a person reads: the lines of {@code pvroute.archive} from info on, as {@code LEVEL text}. */
final class LogLines extends AbstractAppender implements AutoCloseable {

    private final Logger logger = (Logger) LogManager.getLogger("pvroute.archive");
    private final List<String> texts = new CopyOnWriteArrayList<>();

    LogLines() {
        super("what a person reads", null, null, true, Property.EMPTY_ARRAY);
        start();
        logger.addAppender(this);
    }

    @Override
    public void append(LogEvent event) {
        if (event.getLevel().isMoreSpecificThan(Level.INFO)) {
            texts.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
        }
    }

    List<String> texts() {
        return List.copyOf(texts);
    }

    List<String> with(String part) {
        return texts.stream().filter(text -> text.contains(part)).toList();
    }

    @Override
    public void close() {
        logger.removeAppender(this);
        stop();
    }
}
