package org.dfile.cluster.thrash;

import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.dfile.model.Change;
import org.dfile.model.FileVersion;
import org.dfile.replication.history.Call;
import org.dfile.replication.history.Seen;
import org.jspecify.annotations.Nullable;

/** The calls of all clients on one name. Safe for use by many threads. */
final class FileHistory {

    private static final long HINTS_PER_VERSION = 1_000;
    private static final long HINTS_PER_GENERATION = 1_000_000_000;

    /** All moments of all histories: what a thread does after another one, whoever tells it, comes later. */
    private static final AtomicLong CLOCK = new AtomicLong();

    private final String name;
    private final Scale scale;
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicLong latestHint = new AtomicLong();

    FileHistory(String name, Scale scale) {
        this.name = name;
        this.scale = scale;
    }

    String name() {
        return name;
    }

    Scale scale() {
        return scale;
    }

    int begun() {
        return begun.get();
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    /**
     * Begins a call; make it after this.
     *
     * @param ordered whether the changes of the session take effect in the order in which they were begun
     */
    Open begin(int session, @Nullable Change change, boolean ordered) {
        begun.incrementAndGet();
        return new Open(session, change, ordered, CLOCK.incrementAndGet());
    }

    /** A call under way. */
    final class Open {

        private final int session;
        private final @Nullable Change change;
        private final boolean ordered;
        private final long invoked;

        private Open(int session, @Nullable Change change, boolean ordered, long invoked) {
            this.session = session;
            this.change = change;
            this.ordered = ordered;
            this.invoked = invoked;
        }

        boolean isChange() {
            return change != null;
        }

        void answered(Seen seen, FileVersion version) {
            long hint = version.generation() * HINTS_PER_GENERATION + version.seq() * HINTS_PER_VERSION;
            latestHint.accumulateAndGet(hint, Math::max);
            add(Optional.of(seen), change == null ? hint + HINTS_PER_VERSION - 1 : hint);
        }

        /** The answer tells nothing of the version. */
        void answered(Seen seen) {
            add(Optional.of(seen), latestHint.get() + HINTS_PER_VERSION - 1);
        }

        void unknown() {
            if (change != null) {
                add(Optional.empty(), Long.MAX_VALUE);
            }
        }

        private void add(Optional<Seen> seen, long hint) {
            calls.add(new Call(
                    session,
                    change != null && ordered ? invoked : 0,
                    Optional.ofNullable(change),
                    invoked,
                    seen.isPresent() ? CLOCK.incrementAndGet() : Call.NEVER,
                    seen,
                    hint));
        }
    }
}
