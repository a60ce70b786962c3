package org.dfile.actors.slots;

import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.model.Ballot;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.Slot;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.SlotRequest;

/** What the slots of a host hear from inside its process. */
public interface SlotsMessage extends SlotRequest {

    /** The file server is there; what came before this is dropped. */
    record Begin(ActorRef<NodeRequest> files) implements SlotsMessage {}

    /**
     * From a file that this host leads: is this still the ballot, asked after now (I7)? Reads of all files of the slot
     * share a round. Not answered if the slot is no longer led in this ballot; {@link
     * org.dfile.actors.FileServerMessage.RolesChanged} says so.
     *
     * @param read as the file counts its reads
     */
    record Confirm(FileName name, Ballot ballot, long read, ActorRef<Confirmed> replyTo) implements SlotsMessage {}

    /** A round that began after the question found no higher ballot at a majority. */
    record Confirmed(Ballot ballot, long read) {}

    /** From a file: a message told of a higher ballot. */
    record HeardOf(Slot slot, Ballot ballot) implements SlotsMessage {}

    /** From a file: a replica has not promised the ballot that leads the slot. */
    record PrepareAgain(Slot slot, HostId replica, Ballot ballot) implements SlotsMessage {}

    /** From a file, or from who scrubs: its record is damaged and has to come from others (I9, I10). */
    record RecordLost(FileName name) implements SlotsMessage {}

    /** From the file server, to {@link org.dfile.protocol.peer.FilePeerMessage.Mend}: all replicas hold the same. */
    record Mended(FileName name) implements SlotsMessage {}

    /** From the file server, to {@link org.dfile.actors.FileServerMessage.Reopen}. */
    record Reopened(Slot slot) implements SlotsMessage {}

    /**
     * The node leaves in order, and its files have finished: others are to lead at once. Answered when nothing of the
     * slots uses the volume any more; what comes then is dropped.
     */
    record Leave(ActorRef<Left> replyTo) implements SlotsMessage {}

    record Left() {}

    /**
     * The operator accepts the loss (I10): slots that this host has no vote for rejoin without these hosts, from those
     * replicas that are left, if any. What they alone knew is lost; files of those slots are marked. Holds until the
     * process ends. To be asked for by whoever may, with eyes open.
     */
    record AcceptLoss(Set<HostId> givenUp, ActorRef<LossAccepted> replyTo) implements SlotsMessage {
        public AcceptLoss {
            givenUp = Set.copyOf(givenUp);
        }
    }

    /**
     * What was begun.
     *
     * @param slots that have no vote and now miss nobody any more: they rejoin
     * @param waiting slots that have no vote and still miss hosts that were not given up
     */
    record LossAccepted(List<Slot> slots, List<Slot> waiting) {
        public LossAccepted {
            slots = List.copyOf(slots);
            waiting = List.copyOf(waiting);
        }
    }
}
