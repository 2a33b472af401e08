package io.pvroute.runner;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import me.tongfei.progressbar.ProgressState;

/** How far a reading is: a bar with the remaining time on a terminal, a line for each window elsewhere. */
final class ReadingProgress implements AutoCloseable {

    /** A line that is full makes some terminals begin another. */
    private static final int RIGHT_MARGIN = 2;

    private final Screen screen;
    private final ProgressBar bar;
    private final Duration expected;

    /**
     * @param windows  how many there are to read
     * @param expected how long one takes, as long as none has been read yet
     */
    ReadingProgress(Screen screen, int windows, Duration expected) {
        this.screen = screen;
        this.expected = expected;
        this.bar = Screen.isTerminal() ? bar(windows) : null;
    }

    private ProgressBar bar(int windows) {
        var stderr = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        return new ProgressBarBuilder()
                .setTaskName("Reading")
                .setInitialMax(windows)
                .setUnit(" windows", 1)
                .setStyle(screen.hasSigns() ? ProgressBarStyle.COLORFUL_UNICODE_BLOCK : ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(500)
                .continuousUpdate()
                .setEtaFunction(this::remaining)
                // with a width of ours: the library would have its terminal tell it, which takes Ctrl-C away from the program
                .setConsumer(new ConsoleProgressBarConsumer(stderr, screen.width() - RIGHT_MARGIN))
                .build();
    }

    private Optional<Duration> remaining(ProgressState state) {
        long left = state.getMax() - state.getCurrent();
        return Optional.of(state.getCurrent() == 0 ? expected.multipliedBy(left)
                : state.getElapsedAfterStart().multipliedBy(left).dividedBy(state.getCurrent()));
    }

    /** So many of so many windows are read. */
    void at(int read, int windows) {
        if (bar != null) {
            bar.maxHint(windows);
            bar.stepTo(read);
        }
    }

    /** What has just been read, for those who have no bar. */
    void read(String line) {
        if (bar == null) {
            screen.line(line);
        }
    }

    /** What a person has to know, bar or not. */
    void tell(String sentence) {
        if (bar == null) {
            screen.line(sentence);
        } else {
            screen.line("\r\u001b[K" + sentence);
            bar.refresh();
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
