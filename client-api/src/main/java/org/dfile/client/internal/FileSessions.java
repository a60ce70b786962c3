package org.dfile.client.internal;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.dfile.model.Change;
import org.dfile.model.FileName;
import org.dfile.model.Receipt;
import org.dfile.model.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of this client, one per file that it changes (I8). One in use is never dropped; of idle ones the least
 * recently used go first, and a later change of such a file draws a new session.
 */
final class FileSessions {

    private static final class Entry {
        final FileSession session;
        int users;

        Entry(FileSession session) {
            this.session = session;
        }
    }

    private final Exchange exchange;
    private final Backoff backoff;
    private final Duration deadline;
    private final int maxSessions;
    private final Supplier<SessionId> sessionIds;
    private final LinkedHashMap<FileName, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    FileSessions(
            Exchange exchange, Backoff backoff, Duration deadline, int maxSessions, Supplier<SessionId> sessionIds) {
        this.exchange = exchange;
        this.backoff = backoff;
        this.deadline = deadline;
        this.maxSessions = maxSessions;
        this.sessionIds = sessionIds;
    }

    /** Brings a change on its way. Changes of one file take effect in the order of these calls. */
    CompletableFuture<Receipt> submit(FileName name, Change change) {
        return submit(name, change, null);
    }

    /**
     * As {@link #submit(FileName, Change)}, for a change that can be made anew.
     *
     * @param renewal makes another change with the same effect, if the bytes sent ahead for this one are lost
     */
    CompletableFuture<Receipt> submit(
            FileName name, Change change, @Nullable Supplier<CompletableFuture<Change>> renewal) {
        Entry entry = enter(name);
        CompletableFuture<Receipt> answer = entry.session.submit(change, renewal);
        return answer.whenComplete((receipt, error) -> leave(entry));
    }

    private synchronized Entry enter(FileName name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            entry = new Entry(new FileSession(name, exchange, backoff, deadline, sessionIds));
            entries.put(name, entry);
        }
        entry.users++;
        dropIdle();
        return entry;
    }

    private synchronized void leave(Entry entry) {
        entry.users--;
    }

    private void dropIdle() {
        Iterator<Map.Entry<FileName, Entry>> oldestFirst = entries.entrySet().iterator();
        int excess = entries.size() - maxSessions;
        while (excess > 0 && oldestFirst.hasNext()) {
            if (oldestFirst.next().getValue().users == 0) {
                oldestFirst.remove();
                excess--;
            }
        }
    }

    synchronized int size() {
        return entries.size();
    }
}
