package org.dfile.actors;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.actors.memory.MemoryLimit;
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

    /** Further requests for one change that are answered with it: attempts of one client, of which few overlap. */
    static final int MAX_ECHOES = 15;

    /** A request for a change that is here already. Its bytes are not kept: one that hangs is asked for again and again. */
    private record Echo(long id, ActorRef<FileReply> replyTo, boolean proposed) {}

    private final FileRequest.Apply apply;
    private final Accepted first;
    private final List<Echo> echoes = new ArrayList<>(0);
    private List<StagedBytes> staged;
    private boolean ready;
    private boolean lacksBytes;
    private long waitsForNumber;
    private long waitsSinceNanos;

    private WaitingChange(Accepted accepted, FileRequest.Apply apply, List<StagedBytes> staged, boolean ready) {
        this.apply = apply;
        this.staged = staged;
        this.ready = ready;
        this.first = accepted;
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

    /** Returns the request that brought it. Who asked for it later is not known any more once the change is given up. */
    Accepted first() {
        return first;
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

    /** Takes another request for the same change. Returns false if there are too many already. */
    boolean addEcho(Accepted accepted) {
        if (echoes.size() >= MAX_ECHOES) {
            return false;
        }
        accepted.drop();
        FileRequest request = accepted.request();
        return echoes.add(new Echo(request.id(), request.replyTo(), accepted.proposed()));
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
        first.answer(reply(first.request().id(), outcome));
        echoes.forEach(echo -> echo.replyTo().tell(reply(echo.id(), outcome)));
    }

    /** Says that it was not executed and will not be, to all for whom that is known (see {@link Accepted#refuse}). */
    void refuse(Failure failure) {
        first.refuse(failure);
        echoes.stream()
                .filter(echo -> !echo.proposed())
                .forEach(echo -> echo.replyTo().tell(new FileReply.Failed(echo.id(), failure)));
    }

    /** Says that it may have been executed, or be yet. */
    void fail(Failure unknown) {
        first.fail(unknown);
        echoes.forEach(echo -> echo.replyTo().tell(new FileReply.Failed(echo.id(), unknown)));
    }

    /** The bytes that are counted with this one's. */
    MemoryLimit.Account memory() {
        return first.account();
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
