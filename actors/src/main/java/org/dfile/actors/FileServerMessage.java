package org.dfile.actors;

import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.actors.slots.SlotRoles;
import org.dfile.actors.slots.SlotsMessage;
import org.dfile.model.FileName;
import org.dfile.model.Slot;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.NodeRequest;

/** What the file server hears from inside its process. */
public interface FileServerMessage extends NodeRequest {

    /** Stops the node in order, as {@code Kill} does, but without a token: SIGTERM. */
    record Stop(ActorRef<Stopped> replyTo) implements FileServerMessage {}

    /**
     * The volume is closed.
     *
     * @param failure empty if it was closed cleanly
     */
    record Stopped(String failure) {}

    /** A client's request that another node passed on, taking this one for the leader of the slot. Not passed on again. */
    record Forwarded(FileRequest request) implements FileServerMessage {}

    /** From a file: nothing happened for a while, hold what comes and let me go. */
    record Passivate(FileName name) implements FileServerMessage {}

    /** From a file, in answer to {@link OpenFileMessage.Passivated}: there is something to do after all. */
    record StayOpen(FileName name) implements FileServerMessage {}

    /** From a file: something went wrong that an operator should know of. */
    record Trouble(String detail) implements FileServerMessage {}

    /** From a file: the volume is poisoned. */
    record VolumePoisoned(String detail) implements FileServerMessage {}

    /**
     * From a file, to {@link OpenFileMessage.Repair}.
     *
     * @param repaired whether all its bytes are those of its committed state now
     * @param how where they come from, or why they did not
     */
    record RepairEnded(FileName name, boolean repaired, String how) implements FileServerMessage {}

    /** From a file: two histories of one version are committed (I18). */
    record Diverged(FileName name, String detail) implements FileServerMessage {}

    /** From the slots: who leads these has changed, see {@link SlotRoles}. */
    record RolesChanged(List<Slot> slots) implements FileServerMessage {
        public RolesChanged {
            slots = List.copyOf(slots);
        }
    }

    /**
     * From the slots: records of the slot were changed on disk behind the backs of its files. All their actors are to be
     * closed; what comes for them opens them anew. Answered when none of those is left that are open now.
     */
    record Reopen(Slot slot, ActorRef<SlotsMessage.Reopened> replyTo) implements FileServerMessage {}

    /**
     * From the slots: tombstones of these names were purged on disk (I15). Actors of them that are open hold what is no
     * more, so they are to be closed; the volume refuses what they would do before that. Not answered.
     */
    record Purged(List<FileName> names) implements FileServerMessage {
        public Purged {
            names = List.copyOf(names);
        }
    }
}
