package org.dfile.protocol;

import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.HostList;

/**
 * The rare questions about copies and about the host list; goes to {@link NodePaths#OPERATOR}. Each is answered also by a
 * node whose directory is empty.
 */
public sealed interface OperatorRequest extends ControlMessage {

    /** What the host holds of a file. Answered by {@link OperatorReply.Replica}. Changes nothing. */
    record GetReplica(FileName name, ActorRef<OperatorReply> replyTo) implements OperatorRequest {}

    /** How the host's copies as a whole are. Answered by {@link OperatorReply.Replication}. Changes nothing. */
    record GetReplication(ActorRef<OperatorReply> replyTo) implements OperatorRequest {}

    /** The host list that the host has; from a host that heard of a newer one. Answered by {@link OperatorReply.Current}. */
    record GetHostList(ActorRef<OperatorReply> replyTo) implements OperatorRequest {}

    /**
     * A host list that was decided (I16). Answered by {@link OperatorReply.Current} once the host has it on disk and speaks
     * it, also if it had it before; by {@link OperatorReply.OperatorFailed} if it is not the list that may follow.
     *
     * @param token the admin token of the cluster; never shown in {@link #toString}
     */
    record NewHostList(String token, HostList list, ActorRef<OperatorReply> replyTo) implements OperatorRequest {
        @Override
        public String toString() {
            return "NewHostList[" + list + ", " + replyTo + "]";
        }
    }

    /**
     * The operator accepts that what only these hosts knew is lost (I10): slots that the host has no vote for come back
     * without them. Answered by {@link OperatorReply.LossAccepted}. Holds until the host's process ends.
     *
     * @param token the admin token of the cluster; never shown in {@link #toString}
     */
    record AcceptLoss(String token, Set<HostId> givenUp, ActorRef<OperatorReply> replyTo) implements OperatorRequest {
        public AcceptLoss {
            givenUp = Set.copyOf(givenUp);
        }

        @Override
        public String toString() {
            return "AcceptLoss[" + givenUp + ", " + replyTo + "]";
        }
    }
}
