package org.dfile.protocol;

import org.dfile.model.ClusterId;
import org.dfile.model.Failure;
import org.dfile.model.HostId;
import org.dfile.model.HostList;

/** What a manager or connecting client can get back for an {@link AdminRequest}. */
public sealed interface AdminReply extends ControlMessage {

    record Welcome(HostId host, String version, HostList list) implements AdminReply {}

    /**
     * How a node is.
     *
     * @param pid process id
     * @param startedAtMillis start of the process, milliseconds since 1970
     * @param files files kept here
     * @param bytes sum of their lengths
     * @param freeBytes what the file system of the volume has left
     * @param openFiles files with an actor
     * @param lastError what went wrong last, empty if nothing did
     */
    record NodeStatus(
            HostId host,
            ClusterId cluster,
            long listVersion,
            NodeState state,
            String version,
            long pid,
            long startedAtMillis,
            long files,
            long bytes,
            long freeBytes,
            long openFiles,
            String lastError)
            implements AdminReply {}

    record Killed(HostId host) implements AdminReply {}

    record AdminFailed(Failure failure) implements AdminReply {}
}
