package org.dfile.replication.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Limits;
import org.dfile.model.Operation;
import org.dfile.model.Outcome;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;

/**
 * A file while a batch is built: judges each change on what the changes before it made of the file, and collects what
 * the store has to do. Lives within one call of {@link BatchPlanner}.
 *
 * <p>A name without a record begins above the floor (I15), whether the change creates a file or is only judged.
 *
 * <p>Operations of one batch are at most one {@code Create}, and that the first; then writes and cuts; at most one
 * {@code Delete}, and that the last. Replacing what exists keeps the generation: it is the same file with new content.
 */
final class FileDraft {

    private final FileName name;
    private final List<Operation> operations = new ArrayList<>();
    private FileVersion version;
    private final long floor;
    private boolean fresh;
    private final int copies;
    private boolean exists;
    private long length;

    FileDraft(FileName name, Optional<FileState> state, long floor, int copies) {
        this.name = name;
        this.floor = floor;
        this.copies = copies;
        this.fresh = state.isEmpty();
        FileVersion before = state.map(FileState::version).orElse(new FileVersion(floor + 1, 0));
        this.version = new FileVersion(before.generation(), before.seq() + 1);
        this.exists = state.map(FileState::exists).orElse(false);
        this.length = exists ? state.orElseThrow().length() : 0;
    }

    FileVersion version() {
        return version;
    }

    List<Operation> operations() {
        return operations;
    }

    /** Tells whether a change can only be judged in a batch of its own making: it creates what this batch deleted. */
    boolean mustWait(Change change) {
        return !exists && !operations.isEmpty() && creates(change);
    }

    private static boolean creates(Change change) {
        if (change instanceof Change.Append append) {
            return append.create() && append.generation() == Change.ANY_GENERATION;
        }
        return change instanceof Change.Create
                || (change instanceof Change.Replace replace && replace.mode() != WriteMode.REPLACE_EXISTING)
                || (change instanceof Change.Publish publish && publish.mode() != WriteMode.REPLACE_EXISTING);
    }

    Outcome execute(Proposal proposal) {
        Outcome outcome = judge(proposal);
        fresh = false;
        return outcome;
    }

    private Outcome judge(Proposal proposal) {
        Change change = proposal.change();
        if (change instanceof Change.Create create) {
            return create(create);
        }
        if (change instanceof Change.Write write) {
            return refusal(write.generation()).orElseGet(() -> put(proposal, write.offset()));
        }
        if (change instanceof Change.Append append) {
            return append(proposal, append);
        }
        if (change instanceof Change.Replace replace) {
            return replace(proposal, replace.mode());
        }
        if (change instanceof Change.Publish publish) {
            return replace(proposal, publish.mode());
        }
        if (change instanceof Change.Truncate truncate) {
            return refusal(truncate.generation()).orElseGet(() -> truncate(truncate.length()));
        }
        if (change instanceof Change.Delete delete) {
            return refusal(delete.generation()).orElseGet(this::delete);
        }
        throw new AssertionError("a kind of change that is not judged: " + change);
    }

    private Outcome create(Change.Create create) {
        if (!exists) {
            begin();
        } else if (create.exclusive()) {
            return refused(new Failure.FileExists(name));
        } else if (create.truncate()) {
            cut(0);
        }
        return done(0, 0, 0);
    }

    private Outcome append(Proposal proposal, Change.Append append) {
        if (!exists && creates(append)) {
            begin();
        }
        Optional<Outcome> refusal = refusal(append.generation());
        if (refusal.isPresent()) {
            return refusal.get();
        }
        long newLength = length + proposal.byteCount();
        return newLength > Limits.MAX_FILE_BYTES
                ? refused(new Failure.FileTooLong(name, newLength))
                : put(proposal, length);
    }

    private Outcome replace(Proposal proposal, WriteMode mode) {
        if (exists && mode == WriteMode.CREATE_NEW) {
            return refused(new Failure.FileExists(name));
        }
        if (!exists && mode == WriteMode.REPLACE_EXISTING) {
            return refused(new Failure.NoSuchFile(name));
        }
        if (exists) {
            cut(0);
        } else {
            begin();
        }
        return put(proposal, 0);
    }

    private Outcome truncate(long newLength) {
        cut(newLength);
        return done(0, 0, 0);
    }

    private Outcome delete() {
        operations.add(new Operation.Delete());
        exists = false;
        length = 0;
        return done(0, 0, 0);
    }

    private void begin() {
        operations.add(new Operation.Create());
        if (!fresh) {
            version = new FileVersion(Math.max(version.generation(), floor) + 1, version.seq());
        }
        exists = true;
        length = 0;
    }

    private void cut(long newLength) {
        operations.add(new Operation.Truncate(newLength));
        length = newLength;
    }

    private Outcome put(Proposal proposal, long offset) {
        if (proposal.byteCount() > 0) {
            operations.add(
                    proposal.staged().isEmpty()
                            ? new Operation.WriteInline(
                                    offset, proposal.change().bytes())
                            : new Operation.WriteStaged(offset, proposal.staged()));
            length = Math.max(length, offset + proposal.byteCount());
        }
        return done(offset, proposal.byteCount(), proposal.crc32c());
    }

    /** Returns why a change of an existing file is refused, none if it is there in the generation that is meant. */
    private Optional<Outcome> refusal(long generation) {
        if (!exists) {
            return Optional.of(refused(new Failure.NoSuchFile(name)));
        }
        return generation == Change.ANY_GENERATION || generation == version.generation()
                ? Optional.empty()
                : Optional.of(refused(new Failure.Replaced(name, generation, version.generation())));
    }

    private static Outcome refused(Failure.Judged failure) {
        return new Outcome.Refused(failure);
    }

    private Outcome done(long offset, long byteCount, int crc32c) {
        return new Outcome.Done(new Receipt(version, offset, byteCount, crc32c, length, copies));
    }
}
