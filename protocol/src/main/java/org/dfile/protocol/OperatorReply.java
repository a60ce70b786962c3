package org.dfile.protocol;

import org.dfile.model.Failure;
import org.dfile.model.HostId;
import org.dfile.model.HostList;

/** What can come back for an {@link OperatorRequest}. */
public sealed interface OperatorReply extends ControlMessage {

    record Replica(HostId host, ReplicaReport report) implements OperatorReply {}

    record Replication(HostId host, ReplicationReport report) implements OperatorReply {}

    record Current(HostId host, HostList list) implements OperatorReply {}

    /**
     * What was begun.
     *
     * @param slots that come back without one of the hosts that were given up
     * @param waiting slots that still miss hosts that were not given up
     */
    record LossAccepted(HostId host, int slots, int waiting) implements OperatorReply {}

    record OperatorFailed(Failure failure) implements OperatorReply {}
}
