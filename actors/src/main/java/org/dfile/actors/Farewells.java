package org.dfile.actors;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.model.Failure;
import org.dfile.model.HostId;
import org.dfile.protocol.AdminReply;
import org.jspecify.annotations.Nullable;

/** Who waits for the node to have stopped, by {@code Kill} or from inside the process. Used by the file server's actor alone. */
final class Farewells {

    private final HostId self;
    private final List<ActorRef<AdminReply>> killers = new ArrayList<>();
    private final List<ActorRef<FileServerMessage.Stopped>> stoppers = new ArrayList<>();
    private FileServerMessage.@Nullable Stopped result;

    Farewells(HostId self) {
        this.self = self;
    }

    /** Answers when the node has stopped, or now if it has. */
    void addKiller(ActorRef<AdminReply> killer) {
        killers.add(killer);
        tell();
    }

    /** Answers when the node has stopped, or now if it has. */
    void addStopper(ActorRef<FileServerMessage.Stopped> stopper) {
        stoppers.add(stopper);
        tell();
    }

    /** The node has stopped. Only the first result counts. Returns whether a {@code Kill} is answered by it. */
    boolean stopped(String failure) {
        if (result == null) {
            result = new FileServerMessage.Stopped(failure);
        }
        boolean byKill = !killers.isEmpty();
        tell();
        return byKill;
    }

    boolean done() {
        return result != null;
    }

    private void tell() {
        FileServerMessage.Stopped known = result;
        if (known != null) {
            AdminReply reply = known.failure().isEmpty()
                    ? new AdminReply.Killed(self)
                    : new AdminReply.AdminFailed(new Failure.StorageFailed(self, known.failure()));
            killers.forEach(killer -> killer.tell(reply));
            killers.clear();
            stoppers.forEach(stopper -> stopper.tell(known));
            stoppers.clear();
        }
    }
}
