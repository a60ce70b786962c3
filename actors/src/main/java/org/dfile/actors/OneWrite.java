package org.dfile.actors;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * One write of a file at a time: the volume refuses a second one. What is to be written for its machine and what repairs its
 * bytes wait for each other; of each there is one at most. Used by the file's actor alone.
 */
final class OneWrite {

    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean underWay;

    /** Begins a write, now or after the one under way; {@link #ended} is to be called at its end. */
    void begin(Runnable write) {
        if (underWay) {
            waiting.add(write);
        } else {
            underWay = true;
            write.run();
        }
    }

    void ended() {
        Runnable next = waiting.poll();
        underWay = next != null;
        if (next != null) {
            next.run();
        }
    }
}
