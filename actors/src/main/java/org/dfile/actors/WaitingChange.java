package org.dfile.actors;

import java.util.ArrayList;
import java.util.List;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.Outcome;
import org.dfile.model.SessionId;
import org.dfile.model.StagedBytes;
import org.dfile.model.Stamp;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.replication.batch.Proposal;

/** A change on its way into a batch, with everybody who asked for it. */
final class WaitingChange {

    /** What makes two requests the same change (I8). */
    record Key(SessionId session, long number) {

        static Key of(Stamp stamp) {
            return new Key(stamp.session(), stamp.number());
        }
    }

    /** Requests for one change that are answered together: attempts of one client, of which few overlap. */
    static final int MAX_ASKERS = 16;

    private final FileRequest.Apply apply;
    private final List<Accepted> askers = new ArrayList<>(1);
    private List<StagedBytes> staged;
    private boolean ready;
    private boolean lacksBytes;
    private long waitsForNumber;
    private long waitsSinceNanos;

    private WaitingChange(Accepted accepted, FileRequest.Apply apply, List<StagedBytes> staged, boolean ready) {
        this.apply = apply;
        this.staged = staged;
        this.ready = ready;
        askers.add(accepted);
    }

    static WaitingChange ready(Accepted accepted, FileRequest.Apply apply, List<StagedBytes> staged) {
        return new WaitingChange(accepted, apply, staged, true);
    }

    /** A change whose bytes are being written ahead. */
    static WaitingChange beingStaged(Accepted accepted, FileRequest.Apply apply) {
        return new WaitingChange(accepted, apply, List.of(), false);
    }

    /** A change of which the bytes were to be sent ahead, and are not here. */
    static WaitingChange withoutBytes(Accepted accepted, FileRequest.Apply apply) {
        WaitingChange change = new WaitingChange(accepted, apply, List.of(), false);
        change.lacksBytes = true;
        return change;
    }

    boolean lacksBytes() {
        return lacksBytes;
    }

    List<Accepted> askers() {
        return List.copyOf(askers);
    }

    Key key() {
        return Key.of(apply.stamp());
    }

    Change change() {
        return apply.change();
    }

    List<StagedBytes> staged() {
        return staged;
    }

    boolean isReady() {
        return ready;
    }

    void becomeReady(StagedBytes piece) {
        staged = List.of(piece);
        ready = true;
    }

    Proposal proposal() {
        return new Proposal(apply.stamp(), apply.change(), staged);
    }

    boolean carriesBytes() {
        return proposal().byteCount() > 0;
    }

    boolean intact() {
        return !staged.isEmpty() || apply.change().bytes().intact();
    }

    /** Returns false if there are too many already. */
    boolean addAsker(Accepted accepted) {
        return askers.size() < MAX_ASKERS && askers.add(accepted);
    }

    void waitFor(long number, long nowNanos) {
        if (waitsForNumber == 0) {
            waitsSinceNanos = nowNanos;
        }
        waitsForNumber = number;
    }

    /** Returns the number that has to come first, 0 if none is known to. */
    long waitsForNumber() {
        return waitsForNumber;
    }

    long waitsSinceNanos() {
        return waitsSinceNanos;
    }

    void answer(Outcome outcome) {
        askers.forEach(asker -> asker.answer(reply(asker.request().id(), outcome)));
    }

    void refuse(Failure failure) {
        askers.forEach(asker -> asker.refuse(failure));
    }

    static FileReply reply(long id, Outcome outcome) {
        return outcome instanceof Outcome.Done done
                ? new FileReply.Changed(id, done.receipt())
                : new FileReply.Failed(id, ((Outcome.Refused) outcome).failure());
    }

    /** Returns where the bytes of a request are to stand, as far as that is known before its turn. */
    static long offsetOf(Change change) {
        return change instanceof Change.Write write ? write.offset() : 0;
    }

    Failure checksumMismatch(FileName name) {
        return new Failure.ChecksumMismatch(
                name, offsetOf(change()), change().bytes().byteCount());
    }
}
