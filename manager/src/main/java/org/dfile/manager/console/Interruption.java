package org.dfile.manager.console;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C (or SIGTERM) while a command runs: interrupts the thread of the command, and holds the end of the process until
 * that thread has cleaned up and said how far it came, at most {@value #GRACE_SECONDS} s.
 */
public final class Interruption {

    /** What a shell shows for a process that Ctrl-C ended. */
    public static final int EXIT_CODE = 130;

    private static final int GRACE_SECONDS = 5;

    private final Thread commandThread = Thread.currentThread();
    private final Thread hook = new Thread(this::onShutdown, "dfile-interruption");
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean requested;

    private Interruption() {}

    /** Starts to watch for the thread that calls this, until {@link #end}. */
    public static Interruption watch() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    private void onShutdown() {
        requested = true;
        commandThread.interrupt();
        try {
            // A command that does not end in time must not hold up the process.
            boolean ignored = finished.await(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the watch: the command is done, or has cleaned up. */
    public void end() {
        finished.countDown();
        if (!requested) {
            removeHook();
        }
    }

    private void removeHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is on its way out: the hook runs, and finds the command done.
            requested = true;
        }
    }
}
