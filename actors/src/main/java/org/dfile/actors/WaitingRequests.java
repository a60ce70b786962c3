package org.dfile.actors;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.HostId;

/**
 * Requests for one file that wait until somebody coordinates it: this host, or another one that they are passed on to.
 * Used by the file's actor alone.
 */
final class WaitingRequests {

    record Entry(Accepted accepted, long sinceNanos) {}

    private final FileName name;
    private final HostId self;
    private final int limit;
    private List<Entry> entries = new ArrayList<>();

    WaitingRequests(FileName name, HostId self, int limit) {
        this.name = name;
        this.self = self;
        this.limit = limit;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    void add(Accepted accepted) {
        if (entries.size() >= limit) {
            accepted.refuse(new Failure.Busy("requests for " + name + " that wait for its coordinator", limit));
        } else {
            entries.add(new Entry(accepted, System.nanoTime()));
        }
    }

    /** Takes back changes that this host cannot bring to an end any more; there are no more than it accepted. */
    void addBack(List<Accepted> changes) {
        changes.forEach(change -> entries.add(new Entry(change, System.nanoTime())));
    }

    void addAgain(Entry entry) {
        entries.add(entry);
    }

    List<Entry> takeAll() {
        List<Entry> all = entries;
        entries = new ArrayList<>();
        return all;
    }

    /** Gives up what has waited too long. */
    void expire(Duration patience) {
        long limitNanos = System.nanoTime() - patience.toNanos();
        for (Iterator<Entry> each = entries.iterator(); each.hasNext(); ) {
            Entry entry = each.next();
            if (entry.sinceNanos() - limitNanos <= 0) {
                each.remove();
                entry.accepted().refuse(new Failure.NotCoordinator(name, self));
            }
        }
    }

    void refuseAll(Failure failure) {
        takeAll().forEach(entry -> entry.accepted().refuse(failure));
    }
}
