package org.dfile.store;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.dfile.model.FileName;

/**
 * Which files are being changed. A name has one change at a time, a second one is refused; besides, the extents of a
 * file are changed either by a batch or by compaction, from the moment they are read until the change is on disk.
 */
final class UnderWay {

    private final Set<FileName> names;
    private final Consumer<FileName> onEnd;

    // Guarded by this.
    private final Set<Long> extents = new HashSet<>();

    /**
     * @param names which have a change under way; may be used by many threads
     * @param onEnd called before a name leaves them
     */
    UnderWay(Set<FileName> names, Consumer<FileName> onEnd) {
        this.names = names;
        this.onEnd = onEnd;
    }

    /** Returns false if a change of the file is under way. */
    boolean begin(FileName name) {
        return names.add(name);
    }

    void end(FileName name) {
        onEnd.accept(name);
        names.remove(name);
    }

    /** Takes the extents of a file; waits while compaction switches some of them, which takes one commit. */
    synchronized void lockExtents(long id) {
        boolean interrupted = false;
        while (extents.contains(id)) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        extents.add(id);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized boolean tryLockExtents(long id) {
        return extents.add(id);
    }

    synchronized void unlockExtents(long id) {
        extents.remove(id);
        notifyAll();
    }
}
