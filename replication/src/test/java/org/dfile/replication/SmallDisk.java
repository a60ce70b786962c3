package org.dfile.replication;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.dfile.model.Ballot;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.Pending;
import org.jspecify.annotations.Nullable;

/** A disk of a small world: what is on it, and what is on its way to it, in order. */
final class SmallDisk {

    /** A write on its way. */
    sealed interface Entry {}

    record PromiseEntry(Ballot ballot) implements Entry {}

    record FileEntry(WriteResult result, Optional<Ballot> promise) implements Entry {}

    private @Nullable Ballot ordered;
    private @Nullable Ballot promised;
    private Committed committed = Committed.NONE;
    private Optional<Pending> pending = Optional.empty();
    private final List<Entry> queue = new ArrayList<>();

    SmallDisk copy() {
        SmallDisk copy = new SmallDisk();
        copy.ordered = ordered;
        copy.promised = promised;
        copy.committed = committed;
        copy.pending = pending;
        copy.queue.addAll(queue);
        return copy;
    }

    SlotView view() {
        return new SlotView(Optional.ofNullable(ordered), Optional.ofNullable(promised), 0, true);
    }

    Committed committed() {
        return committed;
    }

    Optional<Pending> pending() {
        return pending;
    }

    boolean isIdle() {
        return queue.isEmpty();
    }

    void promise(Ballot ballot) {
        order(ballot);
        queue.add(new PromiseEntry(ballot));
    }

    private void order(Ballot ballot) {
        if (ordered == null || ballot.compareTo(ordered) > 0) {
            ordered = ballot;
        }
    }

    /** One write of the file at a time, so what is on the disk is what it is built on. */
    void write(FileWrite write) {
        if (write instanceof FileWrite.Accept accept) {
            if (ordered != null && ordered.compareTo(accept.ballot()) > 0) {
                queue.add(new FileEntry(new WriteResult.Outvoted(ordered), Optional.empty()));
                return;
            }
            order(accept.ballot());
            Committed base = accept.promoteFirst() ? promoted(accept.ballot()) : committed;
            Pending next = new Pending(accept.ballot(), accept.before(), accept.id());
            queue.add(new FileEntry(new WriteResult.Written(base, Optional.of(next)), Optional.of(accept.ballot())));
        } else if (write instanceof FileWrite.Promote promote) {
            queue.add(new FileEntry(
                    new WriteResult.Written(promoted(promote.ballot()), Optional.empty()), Optional.empty()));
        } else if (write instanceof FileWrite.Install install) {
            queue.add(new FileEntry(
                    new WriteResult.Written(install.state(), install.dropPending() ? Optional.empty() : pending),
                    Optional.empty()));
        }
    }

    private Committed promoted(Ballot ballot) {
        return new Committed(pending.orElseThrow().id(), false, Optional.of(ballot));
    }

    /** The first write on its way is on the disk now. */
    Entry sync() {
        Entry entry = queue.remove(0);
        if (entry instanceof PromiseEntry promise) {
            raise(promise.ballot());
        } else if (entry instanceof FileEntry file && file.result() instanceof WriteResult.Written written) {
            file.promise().ifPresent(this::raise);
            committed = written.committed();
            pending = written.pending();
        }
        return entry;
    }

    private void raise(Ballot ballot) {
        if (promised == null || ballot.compareTo(promised) > 0) {
            promised = ballot;
        }
    }

    /** Loses what is on its way. */
    void crash() {
        queue.clear();
        ordered = promised;
    }

    /** Gives all that makes up the disk, in a fixed order. */
    void describe(Consumer<@Nullable Object> sink) {
        sink.accept(ordered);
        sink.accept(promised);
        sink.accept(committed);
        sink.accept(pending);
        sink.accept(List.copyOf(queue));
    }
}
