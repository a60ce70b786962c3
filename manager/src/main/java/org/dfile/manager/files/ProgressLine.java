package org.dfile.manager.files;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.dfile.client.Progress;
import org.dfile.manager.console.Shell;
import org.jspecify.annotations.Nullable;

/**
 * A bar on the error stream that shows how many bytes are through, for work that takes longer than a moment; none if
 * the stream is no terminal. Safe for use by many threads.
 */
final class ProgressLine implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMillis(700);
    private static final int UPDATE_MILLIS = 200;
    private static final int COLUMNS = 79;
    private static final long UNIT_BYTES = 1 << 20;
    private static final String CLEAR_LINE = "\r\033[K";

    private final PrintStream err;
    private final boolean terminal;
    private final String task;
    private final long totalBytes;
    private final long startedNanos = System.nanoTime();
    private long doneBytes;
    private boolean closed;
    private @Nullable ProgressBar bar;

    /** Counts towards {@code totalBytes}, or without end if it is -1. */
    ProgressLine(Shell shell, String task, long totalBytes) {
        this.err = shell.err();
        this.terminal = shell.errIsTerminal();
        this.task = task;
        this.totalBytes = totalBytes;
    }

    /** Counts bytes that are through. */
    synchronized void add(long byteCount) {
        doneBytes += byteCount;
        if (bar == null && terminal && !closed && System.nanoTime() - startedNanos > PATIENCE.toNanos()) {
            bar = newBar();
        }
        if (bar != null) {
            bar.stepTo(doneBytes);
        }
    }

    /** Shows one copy of many: the copy reports how far it is itself, this line how far all are. */
    Progress part() {
        AtomicLong counted = new AtomicLong();
        return (done, total) -> add(done - counted.getAndSet(done));
    }

    private ProgressBar newBar() {
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(totalBytes)
                .setUnit(" MiB", UNIT_BYTES)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .showSpeed()
                .setConsumer(new ConsoleProgressBarConsumer(err, COLUMNS))
                .build();
    }

    /** Prints a line on the error stream, in place of the bar, which moves on below it. */
    synchronized void note(String line) {
        err.println(bar == null ? line : CLEAR_LINE + line);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (bar != null) {
            bar.close();
        }
    }
}
