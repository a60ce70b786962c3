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
     * @param reserveBytes how much of that is kept free of files
     * @param full whether a write of 1 MiB would be refused as things stand
     * @param garbageBytes bytes in data files that no file refers to
     * @param compactedBytes bytes that compaction has copied since the node started
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
            long reserveBytes,
            boolean full,
            long garbageBytes,
            long compactedBytes,
            long openFiles,
            ScrubReport scrub,
            String lastError)
            implements AdminReply {}

    /** A scrub is under way; it was begun by this request or before. */
    record ScrubStarted(HostId host) implements AdminReply {}

    record Killed(HostId host) implements AdminReply {}

    record AdminFailed(Failure failure) implements AdminReply {}
}
