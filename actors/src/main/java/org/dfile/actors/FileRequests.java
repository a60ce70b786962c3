package org.dfile.actors;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.dfile.actors.slots.SlotRoles;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.replication.Effect;
import org.dfile.replication.QuorumRead;
import org.dfile.store.StoreException;
import org.dfile.store.VolumeFullException;
import org.jspecify.annotations.Nullable;

/**
 * What clients ask of one file, and where it goes: to the file's machine while this host leads the slot; else to who does,
 * or, for reads, to a quorum; else it waits, for a while. Used by the file's actor alone.
 */
final class FileRequests implements FileMachine.Listener {

    private final FileName name;
    private final FileEnvironment environment;
    private final FileReads reads;
    private final QuorumReads quorumReads;
    private final FileChanges changes;
    private final FileStages stages;
    private final FileDisk disk;
    private final WaitingRequests waiting;
    private @Nullable FileMachine machine;
    private @Nullable Commit commit;
    private boolean reading;
    private boolean finishing;
    private String divergence = "";

    FileRequests(
            FileName name,
            FileEnvironment environment,
            FileReads reads,
            FileChanges changes,
            FileStages stages,
            FileDisk disk) {
        this.name = name;
        this.environment = environment;
        this.reads = reads;
        this.quorumReads = new QuorumReads(name, environment, environment.replicas(name.slot()));
        this.changes = changes;
        this.stages = stages;
        this.disk = disk;
        this.waiting = new WaitingRequests(
                name, environment.self(), environment.settings().maxWaitingPerFile());
    }

    /** The file is open: what waited may go on. */
    void opened(FileMachine opened) {
        machine = opened;
        route();
    }

    boolean isEmpty() {
        return changes.isEmpty() && waiting.isEmpty() && quorumReads.isEmpty() && reads.none() && stages.isEmpty();
    }

    /** Whether nothing is left to be brought to an end; stages that nobody has published yet are given up. */
    boolean isDone() {
        return changes.isEmpty() && reads.none() && stages.underWay() == 0;
    }

    void staged(FileDisk.ChangeStaged staged) {
        changes.staged(staged.change(), staged.piece());
    }

    void notStaged(WaitingChange change, Throwable error) {
        changes.notStaged(change, error);
    }

    /** Whether somebody waits for an answer that only a coordinator can give. */
    boolean someWait() {
        return !changes.isEmpty() || !waiting.isEmpty() || reads.someWait() || !quorumReads.isEmpty();
    }

    boolean changesWaitForOthers() {
        return changes.someWaitForOthers();
    }

    String divergence() {
        return divergence;
    }

    // -- arrivals

    void take(Accepted accepted) {
        FileMachine open = machine;
        if (open == null) {
            waiting.add(accepted);
        } else if (environment.roles().of(name.slot()) instanceof SlotRoles.Leading) {
            serve(open, accepted);
        } else if (isRead(accepted) && !accepted.forwarded()) {
            quorumReads.begin(accepted, report(open)).ifPresent(this::onQuorumRead);
        } else {
            passOn(accepted);
        }
    }

    private static boolean isRead(Accepted accepted) {
        return accepted.request() instanceof FileRequest.Read || accepted.request() instanceof FileRequest.Stat;
    }

    private void serve(FileMachine open, Accepted accepted) {
        FileRequest request = accepted.request();
        if (request instanceof FileRequest.Apply apply) {
            changes.take(accepted, apply)
                    .ifPresent(change ->
                            disk.stage(change, stages.sendAhead(change.change().bytes())));
        } else if (request instanceof FileRequest.Stage stage) {
            stages.take(accepted, stage);
        } else {
            reads.add(accepted).ifPresent(open::read);
        }
        open.lead();
    }

    /** To who leads, or it waits until somebody does. */
    private void passOn(Accepted accepted) {
        if (!accepted.forwarded() && environment.roles().of(name.slot()) instanceof SlotRoles.Following following) {
            environment.links().forward(following.leader(), accepted.request());
            accepted.drop();
        } else {
            waiting.add(accepted);
        }
    }

    // -- reads at a host that does not lead

    /** Returns what this replica holds; nothing if it has no vote (I9). */
    static Optional<QuorumRead.Report> report(FileMachine open) {
        return open.view().votes()
                ? Optional.of(new QuorumRead.Report(
                        open.committed().id(), open.pending().isPresent()))
                : Optional.empty();
    }

    void onReport(FilePeerMessage.Report report) {
        if (machine != null) {
            quorumReads.on(report, machine.committed().id()).ifPresent(this::onQuorumRead);
        }
    }

    private void onQuorumRead(QuorumReads.Ended ended) {
        if (ended.agreed()) {
            reads.start(ended.accepted());
        } else {
            passOn(ended.accepted());
        }
    }

    // -- roles and time

    /** Somebody leads the slot, or does no longer: what waits goes where it is served. */
    void route() {
        FileMachine open = machine;
        if (open == null) {
            return;
        }
        open.resignUnless(environment.roles().of(name.slot()));
        for (WaitingRequests.Entry entry : waiting.takeAll()) {
            if (environment.roles().of(name.slot()) instanceof SlotRoles.Leading) {
                serve(open, entry.accepted());
            } else if (entry.accepted().proposed()) {
                waiting.addAgain(entry); // judged anew if this host leads again; else the client asks who does
            } else {
                passOn(entry.accepted());
            }
        }
    }

    void tick() {
        FileServerSettings settings = environment.settings();
        stages.answerLate(settings.resendInterval().multipliedBy(2));
        quorumReads.late(settings.quorumReadTimeout()).forEach(this::passOn);
        waiting.expire(settings.coordinatorTimeout());
        proposeNext();
    }

    /** Nothing new: what was accepted is brought to its end. */
    void finish() {
        finishing = true;
        waiting.refuseAll(new Failure.ShuttingDown(environment.self()));
        proposeNext();
    }

    /**
     * Tells everybody who waits.
     *
     * @param unknown for changes that were proposed: they may be executed (I5)
     */
    void refuseAll(Failure unknown, Failure failure) {
        if (commit != null) {
            commit.parts().forEach(part -> part.change().fail(unknown));
            changes.abandon(commit);
            commit = null;
        }
        changes.refuseAll(failure);
        waiting.refuseAll(failure);
        reads.takeWaiting().values().forEach(read -> read.refuse(failure));
        quorumReads.late(Duration.ZERO).forEach(read -> read.refuse(failure));
        stages.dropAll(failure);
    }

    // -- batches

    /** Proposes the next batch if one is due and this host may. */
    void proposeNext() {
        FileMachine open = machine;
        if (open == null || commit != null || changes.isEmpty()) {
            return;
        }
        Optional<Effect.Ready> ready = open.ready();
        if (ready.isEmpty()) {
            return;
        }
        Optional<Optional<FileState>> state = open.state();
        if (state.isPresent()) {
            propose(open, ready.get(), state.get());
        } else if (!reading) {
            reading = true;
            disk.readState();
        }
    }

    private void propose(FileMachine open, Effect.Ready ready, Optional<FileState> state) {
        Optional<Commit> next = changes.next(state, ready.floor(), System.nanoTime(), !finishing);
        if (next.isPresent()) {
            try {
                environment
                        .store()
                        .checkRoom(next.get().batch()); // before an Accept leaves, so that "full" is an answer
                commit = next.get();
                open.propose(commit.batch(), ready);
            } catch (VolumeFullException full) {
                changes.refusedForRoom(next.get(), full);
                proposeNext();
            } catch (StoreException e) {
                changes.refuseAll(StoreFailures.of(e, environment.self(), name)); // nothing has left yet
            }
        }
    }

    void onStateRead(FileDisk.StateRead read) {
        reading = false;
        if (machine != null) {
            machine.loaded(read.id(), read.state());
        }
        proposeNext();
    }

    // -- what the machine says

    @Override
    public void ready() {
        // looked at after each message
    }

    @Override
    public void chosen(StateId id) {
        if (commit != null && BatchShelf.idOf(commit.batch()).equals(id)) {
            changes.chosen(commit);
            commit = null;
        }
    }

    @Override
    public void answerable(long read) {
        if (machine != null) {
            reads.answer(read, machine.committed().id().version());
        }
    }

    @Override
    public void deposed() {
        if (commit != null) {
            waiting.addBack(changes.abandon(commit));
            commit = null;
        }
        waiting.addBack(changes.takeWaiting());
        reads.takeWaiting().forEach((number, read) -> {
            waiting.addBack(List.of(read));
            if (machine != null) {
                machine.forget(number);
            }
        });
    }

    @Override
    public void diverged(String what) {
        divergence = what;
    }
}
